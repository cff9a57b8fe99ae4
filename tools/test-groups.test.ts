import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testGroups } from './test-groups.ts';

test('every file is in one group: alone where servers run, with its neighbours elsewhere, never too many', () => {
  const many = Array.from({ length: 18 }, (_, place) => `src/ledger/${place}.test.ts`);
  const files = [
    ...many,
    'src/kernel/a.test.ts',
    'test/journeys/b.test.ts',
    'test/journeys/c.test.ts',
  ];
  const groups = testGroups(files);
  assert.deepEqual(groups.flat().toSorted(), files.toSorted());
  assert.deepEqual(
    groups.map((group) => group.length),
    [1, 1, 6, 7, 6],
  );
  assert.ok(
    groups.slice(0, 2).every(([file = '']) => file.startsWith('test/journeys/')),
    'the long ones first',
  );
});
