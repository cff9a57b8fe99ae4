import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { counterOfId, laneOfId, makeId, parsePublicId, publicId } from './ids.ts';

test('an id carries its lane and comes back from its text', () => {
  const counters = fc.bigInt({ min: 1n, max: 2n ** 55n - 1n });
  fc.assert(
    fc.property(counters, fc.integer({ min: 0, max: 255 }), (counter, lane) => {
      const id = makeId(counter, lane);
      assert.equal(laneOfId(id), lane);
      assert.equal(counterOfId(id), counter);
      assert.equal(parsePublicId('hld', publicId('hld', id)), id);
    }),
  );
});

test('text that no id is written as is no id', () => {
  const wrong = [
    '',
    'ins_',
    'ins_0',
    'ins_255',
    'ins_01234',
    'ins_-1234',
    'ins_12e4',
    'ins_9223372036854775808',
    'hld_1234',
    ' ins_1234',
    'ins_1234 ',
    'INS_1234',
    'ins_１２３４',
    `ins_${'9'.repeat(1000)}`,
  ];
  for (const text of wrong) assert.equal(parsePublicId('ins', text), null, text);
  assert.equal(parsePublicId('ins', 'ins_9223372036854775807'), 2n ** 63n - 1n);
});

test('a lane or counter out of bounds is a broken assumption', () => {
  assert.throws(() => makeId(1n, 256));
  assert.throws(() => makeId(1n, -1));
  assert.throws(() => makeId(0n, 1));
  assert.throws(() => makeId(2n ** 55n, 1));
});
