/**
 * The real program in a process of its own, as whoever installs it runs it; only with less optimising (`TEST_FLAGS`).
 *
 *   const server = await startServer(context, { folder });      // waits for the log line `ready`
 *   await fetch(`${server.httpUrl}/healthz`);
 *   const { code } = await server.stop();                       // SIGTERM, and waits
 *
 *   const { code, text } = await runProgram(['verify'], { KINKEN_DATA: folder });
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { monotonicMs } from '../../src/kernel/clock.ts';
import type { Sandbox } from '../../src/demo/index.ts';
import { TEST_FLAGS } from '../../tools/test-groups.ts';

export interface Ending {
  readonly code: number | null; // null: by a signal
  readonly ms: number; // from the signal, or from the start
}

export interface ServerProcess {
  readonly httpUrl: string;
  readonly till: { readonly host: string; readonly port: number };
  readonly sandboxFile: string | null; // where it says that it wrote one
  /** Everything that it has written, to both streams. */
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<Ending>;
}

export interface ServerSettings {
  readonly folder: string;
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const READY_WITHIN_MS = 120_000; // a machine that tests two things at once is slow
const ENDS_WITHIN_MS = 180_000;

/** Gone with the test, in whatever way it ends. */
export async function startServer(
  context: Pick<TestContext, 'after'>,
  { folder, words = [], environment = {} }: ServerSettings,
): Promise<ServerProcess> {
  const ports = { PORT: '0', TILL_PORT: '0' };
  const program = run(['serve', ...words], { ...ports, KINKEN_DATA: folder, ...environment });
  context.after(() => program.child.kill('SIGKILL'));
  const ready = await readyLine(program);
  const [host = '', port = ''] = ready.till.split(':');
  return {
    httpUrl: ready.http,
    till: { host, port: Number(port) },
    sandboxFile: ready.sandboxFile,
    output: program.output,
    async stop(signal = 'SIGTERM') {
      const askedAt = monotonicMs();
      program.child.kill(signal);
      const code = await program.ended;
      return { code, ms: monotonicMs() - askedAt };
    },
  };
}

/** Any command, or a server that is to be refused: to its end. */
export async function runProgram(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  input?: Uint8Array, // what is piped to it
): Promise<Ending & { readonly text: string }> {
  const program = run(words, environment);
  program.child.stdin?.on('error', () => undefined); // it need not read
  program.child.stdin?.end(input);
  const timer = setTimeout(() => program.child.kill('SIGKILL'), ENDS_WITHIN_MS);
  const code = await program.ended;
  clearTimeout(timer);
  return { code, ms: monotonicMs() - program.startedAt, text: program.output() };
}

export function temporaryFolder(context: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-journey-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A folder with the demo in it: the whole check makes one (tools/check.ts), and this is a copy. In a run by hand it
 * is empty, and the first start makes the demo.
 */
export function demoFolder(context: Pick<TestContext, 'after'>): string {
  const folder = temporaryFolder(context);
  const made = process.env['KINKEN_TEST_DEMO'];
  if (made !== undefined && existsSync(made)) cpSync(made, folder, { recursive: true });
  return folder;
}

/** The sandbox with the doors of this start; the file has those of the start that made it. */
export function sandboxOf(server: ServerProcess, folder: string): Sandbox {
  const made = readSandbox(folder);
  const baseUrl = made.agcod.baseUrl.replace(made.http.baseUrl, server.httpUrl);
  return {
    ...made,
    http: { ...made.http, baseUrl: server.httpUrl },
    agcod: { ...made.agcod, baseUrl },
    till: { ...made.till, ...server.till },
  };
}

export function readSandbox(folder: string): Sandbox {
  return JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8')) as Sandbox;
}

interface Program {
  readonly child: ChildProcess;
  readonly startedAt: number;
  readonly ended: Promise<number | null>;
  readonly output: () => string;
}

/** With nothing of our own environment: a DATABASE_URL of the developer is no business of a test. */
function run(words: readonly string[], environment: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [...TEST_FLAGS, MAIN, ...words], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      written += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  return { child, startedAt: monotonicMs(), ended, output: () => written };
}

interface Ready {
  readonly http: string;
  readonly till: string;
  readonly sandboxFile: string | null;
}

async function readyLine(program: Program): Promise<Ready> {
  let isOver = false;
  void program.ended.then(() => {
    isOver = true;
  });
  const until = program.startedAt + READY_WITHIN_MS;
  for (;;) {
    const line = /^.*"msg":"ready[";].*$/m.exec(program.output())?.[0];
    if (line !== undefined) return JSON.parse(line) as Ready;
    assert.ok(!isOver, `the server ended before it was ready: ${program.output()}`);
    assert.ok(monotonicMs() < until, `the server is not ready: ${program.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
