import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testGroups, writeTestGroups } from './test-groups.ts';

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

test('every test of a group is counted, however much it says and however abruptly it ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-groups-'));
  try {
    const name =
      'a test with a name as long as ours are, that does nothing and says so at some length';
    const many = `for (let place = 0; place < 3_000; place += 1) test(\`${name} \${place}\`, () => {});`;
    writeFileSync(join(folder, 'many.test.mjs'), `import { test } from 'node:test';\n${many}\n`);
    const groups = writeTestGroups([['many.test.mjs']], folder, join(folder, 'groups'));
    const flags = ['--test', '--test-force-exit', '--test-reporter=tap'];
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined }; // else it takes itself for a part of this run
    const said = execFileSync(process.execPath, [...flags, ...groups], { encoding: 'utf8', env });
    assert.match(said, /^# tests 3000$/m);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
