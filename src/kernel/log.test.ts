import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

const PROGRAM = `
  const { processLog } = await import(${JSON.stringify(new URL('log.ts', import.meta.url).href)});
  const log = processLog();
  setInterval(() => log.info('a line'), 5);
  process.stdin.once('data', () => setTimeout(() => process.exit(7), 100));`;

void test('a program goes on when nobody reads its log any more', async () => {
  const program = [process.execPath, '--input-type=module', '--eval', PROGRAM] as const;
  const child = spawn(program[0], program.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stdin.write('end\n');
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 7, 'by its own will');
});
