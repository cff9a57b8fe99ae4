import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastCheck from 'fast-check';
import { parseStrictly } from './json-body.ts';

function parse(text: string | Uint8Array): unknown {
  return parseStrictly(Buffer.from(text as string))?.value;
}

test('a field that stands twice is refused wherever it stands', () => {
  assert.equal(parse('{"amountMinor":1,"amountMinor":2}'), undefined);
  assert.equal(parse('{"card":{"code":"A","code":"B"}}'), undefined);
  assert.equal(parse('{"operations":[{"a":1,"\\u0061":2}]}'), undefined);
});

test('numbers that JavaScript would round, texts that are not UTF-8 and deep nesting are refused', () => {
  assert.equal(parse('{"amountMinor":1500.00000000000000001}'), undefined);
  assert.equal(parse('{"amountMinor":123456789012345678901}'), undefined);
  assert.equal(parse(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), undefined);
  assert.equal(parse(`${'['.repeat(17)}${']'.repeat(17)}`), undefined);
  assert.equal(parse('{"a":1}{"b":2}'), undefined);
  assert.equal(parse('nonsense'), undefined);
});

test('texts that no database keeps as they are are refused: a NUL, half a character', () => {
  assert.equal(parse(String.raw`{"reason":"a\u0000b"}`), undefined);
  assert.equal(parse(String.raw`{"operations":[{"reason":"a\ud800b"}]}`), undefined);
  assert.equal(parse(String.raw`{"a\udc00":1}`), undefined);
  assert.deepEqual(parse(String.raw`{"reason":"\ud83c\udf81 \u30ab\n"}`), { reason: '🎁 カ\n' });
});

test('quotes, backslashes and colons inside of texts are only text', () => {
  assert.deepEqual(parse(String.raw`{"a\\":"x\":\"y\\","b":[": :",{"c":"\\\\\""}]}`), {
    'a\\': 'x":"y\\',
    b: [': :', { c: '\\\\"' }],
  });
});

test('every document that JSON.stringify writes is read as it is', () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.jsonValue({ maxDepth: 5 }), (value) => {
      const written = JSON.stringify(value);
      fastCheck.pre(!/[0-9.e+-]{21}/.test(written.replaceAll(/"(\\.|[^"\\])*"/g, '""')));
      assert.deepEqual(parse(written), JSON.parse(written));
    }),
  );
});
