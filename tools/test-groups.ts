/**
 * What the whole check runs in one process. Each process loads the whole program and starts its own PostgreSQL, so
 * neighbours share one. A test that starts servers and browsers, loads or kills them has its process to itself.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** These are under way the longest, so they begin first; the rest fills what is left of the cores. */
const LONGEST = ['test/simulation/', 'test/journeys/', 'test/durability/', 'test/', 'src/server/'];

const ALONE = /^test\/(simulation|journeys|durability)\//;

/**
 * For every process of a test: V8 compiles the WebAssembly of PGlite once and does not optimise it behind that, for
 * no test lives long enough to have that back. A start and its stop took 7.1 s of processor time, and 4.8 s with this;
 * a process that tests on both databases some 4 s less (2026-11, two busy cores).
 */
export const TEST_FLAGS = ['--liftoff-only'];

/** More files in one process would leave the last process alone at the end. */
const FILES_MAX = 8;

/** files: paths from the root. A file is in exactly one group. */
export function testGroups(files: readonly string[]): string[][] {
  const [alone, shared] = [files.filter(isAlone), files.filter((file) => !isAlone(file))];
  return [...alone.map((file) => [file]), ...portions(shared.toSorted())].toSorted(
    (one, other) => rankOf(one) - rankOf(other),
  );
}

/**
 * A file for the test runner for each group, in the folder; the runner takes them in the order of their names.
 * A group's tests begin when all of its files are loaded: a runner that has nothing to do ends.
 */
export function writeTestGroups(
  groups: readonly string[][],
  root: string,
  folder: string,
): string[] {
  mkdirSync(folder, { recursive: true });
  return groups.map((files, place) => {
    const name = `${String(place + 1).padStart(3, '0')}-${nameOf(files)}.test.mjs`;
    const path = join(folder, name);
    const loads = files.map((file) => `await import('${pathToFileURL(join(root, file)).href}');`);
    writeFileSync(path, [...OPENS, ...loads, 'areLoaded();', ''].join('\n'));
    return path;
  });
}

/**
 * The pipe to the runner is made to block: else a process that is ended by `--test-force-exit` takes reports with it
 * that wait there, and the runner counts fewer tests than have run (https://github.com/nodejs/node/issues/64833).
 */
const OPENS = [
  "import { after, before } from 'node:test';",
  'process.stdout._handle?.setBlocking?.(true);',
  'let areLoaded;',
  'const loading = new Promise((resolve) => (areLoaded = resolve));',
  'before(() => loading);',
  'let isOver = false; // a test that ends the process takes the tests behind it with it',
  'after(() => (isOver = true));',
  "process.on('exit', () => isOver || (process.exitCode = 1));",
];

function isAlone(file: string): boolean {
  return ALONE.test(file);
}

function portions(files: readonly string[]): string[][] {
  const count = Math.ceil(files.length / FILES_MAX);
  const startOf = (portion: number) => Math.round((portion * files.length) / count);
  return Array.from({ length: count }, (_, at) => files.slice(startOf(at), startOf(at + 1)));
}

function rankOf(files: readonly string[]): number {
  const rank = LONGEST.findIndex((start) => files.some((file) => file.startsWith(start)));
  return rank === -1 ? LONGEST.length : rank;
}

function nameOf([file = '']: readonly string[]): string {
  return (file.startsWith('test/') ? file.replace('.test.ts', '') : dirname(file)).replaceAll(
    '/',
    '-',
  );
}
