/**
 * `npm test`: the whole check. First everything that needs no test, all of it, so that one run tells all that
 * is wrong; then, when that is clean, all tests in one run of Node's test runner, whose counts are the last lines.
 *
 *   npm run test:quick                    format, lint, types, and the tests that need no server and no story
 *   npm run test:quick -- src/ledger      the same with the tests of one folder or file
 */
import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { monotonicMs } from '../src/kernel/clock.ts';
import { startOnce } from './start-once.ts';
import { TEST_FLAGS, testGroups, writeTestGroups } from './test-groups.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** What Node has compiled is kept for the next process: the same folder as the program's own (src/main.ts). */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/kinken/compiled', import.meta.url));
/** A folder of this run: another may be under way. */
const GROUPS = fileURLToPath(new URL(`../.checks/${process.pid}`, import.meta.url));
const DEMO = join(GROUPS, 'demo');
const QUICK_PARTS = ['format:check', 'lint', 'types'];
const PARTS = [...QUICK_PARTS, 'sql:check', 'schema:check', 'openapi:check'];
const FOLDERS = ['src', 'test', 'tools', 'bench'];
const QUICK_FOLDERS = ['src', 'test/tidy.test.ts'];

/** One test that hangs must not take the whole check with it. */
const TEST_TIMEOUT_MS = 10 * 60 * 1000;

interface Ran {
  readonly code: number;
  readonly output: string;
}

process.on('exit', () => rmSync(GROUPS, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));
process.exitCode = await check(process.argv.slice(2));

async function check(words: readonly string[]): Promise<number> {
  const isQuick = words.includes('--quick');
  const chosen = words.filter((word) => !word.startsWith('--'));
  const folders = chosen.length > 0 ? chosen : isQuick ? QUICK_FOLDERS : FOLDERS;
  const files = whatCanRun(folders.flatMap(testsIn));
  const demo = files.some(isJourney) ? makeDemo() : Promise.resolve();
  const failed = await failedOf(isQuick ? QUICK_PARTS : PARTS);
  await demo;
  if (failed.length > 0) {
    say(`\nNot clean: ${failed.join(', ')}. The tests were not run.`);
    for (const part of failed) say(`  again, alone: npm run ${part}`);
    return 1;
  }
  return runTests(files);
}

/** Beside the parts: what the journeys begin with. Without it each makes its own, in twice the time of a later start. */
async function makeDemo(): Promise<void> {
  mkdirSync(GROUPS, { recursive: true });
  await startOnce(DEMO, TEST_FLAGS).catch((error: unknown) => {
    rmSync(DEMO, { recursive: true, force: true });
    say(`The demo could not be made, and each journey makes its own: ${String(error)}`);
  });
}

/** Two at a time, in their order: none keeps two cores busy alone. */
async function failedOf(parts: readonly string[]): Promise<string[]> {
  const failed: string[] = [];
  const waiting = [...parts];
  const work = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      if (!(await isClean(part))) failed.push(part);
    }
  };
  await Promise.all([work(), work()]);
  return failed;
}

async function isClean(part: string): Promise<boolean> {
  const startedAt = monotonicMs();
  const { code, output } = await run(['npm', 'run', '--silent', part], false);
  const seconds = ((monotonicMs() - startedAt) / 1000).toFixed(1);
  say(`${code === 0 ? '✔' : '✖'} ${part} (${seconds} s)`);
  if (code !== 0) say(output.trimEnd());
  return code === 0;
}

/** One file more at once than there are cores: each is a process that also waits, for disks, clocks and browsers. */
async function runTests(files: readonly string[]): Promise<number> {
  if (files.length === 0) {
    say('There is no test in what was named.');
    return 1;
  }
  const node = [process.execPath, ...TEST_FLAGS, '--test', '--test-reporter=spec'];
  const bounds = [
    `--test-concurrency=${availableParallelism() + 1}`,
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    '--test-force-exit', // a test that fails leaves things open, and the file would never end
  ];
  const groups = writeTestGroups(testGroups(files), ROOT, GROUPS);
  return (await run([...node, ...bounds, ...groups], true)).code;
}

function isJourney(file: string): boolean {
  return file.startsWith('test/journeys/');
}

/** The browser that npm brings is for x64. On another machine one that is installed is named, or this is left out. */
function whatCanRun(files: readonly string[]): readonly string[] {
  if (process.arch === 'x64' || process.env['KINKEN_CHROMIUM'] !== undefined) return files;
  const visits = files.filter(needsBrowser);
  if (visits.length > 0) {
    say(`Left out, for npm has no browser for ${process.arch}: ${visits.join(', ')}.`);
    say('  with one that is installed: KINKEN_CHROMIUM=/usr/bin/chromium npm test');
  }
  return files.filter((file) => !visits.includes(file));
}

function needsBrowser(file: string): boolean {
  return readFileSync(join(ROOT, file), 'utf8').includes("from './web-browser.ts'");
}

function testsIn(place: string): string[] {
  if (place.endsWith('.test.ts')) return [place];
  return globSync(`${place}/**/*.test.ts`, { cwd: ROOT }).toSorted();
}

function run(command: readonly string[], isShown: boolean): Promise<Ran> {
  const [program = '', ...words] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: ROOT,
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, KINKEN_TEST_DEMO: DEMO },
      stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr?.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
