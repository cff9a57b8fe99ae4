import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './match.ts';

const TOLD = {
  status: 422,
  body: {
    code: 'suspended',
    detail: '販売を停止しています',
    items: [{ key: 'a', n: 1 }, { key: 'b' }],
  },
};

void test('what is told may have more than is expected, and everything expected is there', () => {
  const right = [
    { status: 422 },
    { body: { code: 'suspended' } },
    { body: { detail: { contains: '停止' } } },
    { body: { detail: { contains: ['販売', '停止'], lacks: '再開' } } },
    { body: { items: [{ key: 'b' }, { key: 'a' }] } },
    { body: { items: { length: 2 } } },
    { body: { code: { matches: '^susp' } } },
    { body: { code: { not: 'accepted' }, absent: { isThere: false } } },
    { status: { atLeast: 400 } },
  ];
  for (const expected of right) assert.deepEqual(differences(expected, TOLD), []);
});

void test('each thing that is otherwise is named by its path, with what was told', () => {
  assert.deepEqual(differences({ status: 200, body: { code: 'suspended' } }, TOLD), [
    'status: 422, expected 200',
  ]);
  const wrong = [
    { status: '422' },
    { body: { missing: 1 } },
    { body: { detail: { contains: ['販売', 'いいえ'] } } },
    { body: { detail: { lacks: '停止' } } },
    { body: { items: [{ key: 'c' }] } },
    { body: { items: { length: 3 } } },
    { body: { code: { not: 'suspended' } } },
    { body: { code: { exactly: 'suspend' } } },
    { body: { code: { isThere: false } } },
    { status: { atLeast: 423 } },
    { status: { code: 1 } },
  ];
  for (const expected of wrong) {
    assert.equal(differences(expected, TOLD).length, 1, JSON.stringify(expected));
  }
});
