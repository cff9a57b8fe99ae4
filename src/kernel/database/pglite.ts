import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type pg from 'pg';
import { whyNoFolder } from '../data-folder.ts';
import { ConnectionLost } from './errors.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import type { PgliteModules } from './pglite-folder.ts';
import { WorkerStream } from './pglite-stream.ts';
import type { PgliteWorkerOptions, PgliteWorkerReply } from './pglite-worker.ts';
import { keepUp } from './pglite-upkeep.ts';
import { Pool } from './pool.ts';
import { pooledConnection } from './pooled.ts';
import type { Database } from './queryable.ts';
import { readNow } from './read-now.ts';
import { COMMON_SETTINGS, Session, type SessionLimits } from './session.ts';

export interface PgliteOptions extends SessionLimits {
  readonly folder?: string; // made if it is not there, mode 0700; in memory without one
  /** Of dumpImage: what a new database begins with. */
  readonly image?: Uint8Array<ArrayBuffer>;
  /** Asked for that image only where there is no database yet. */
  readonly findImage?: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
  readonly settings?: readonly string[]; // `name=value` of PostgreSQL
}

export interface PgliteDatabase extends Database {
  /** The whole database as bytes from which another can begin: how tests get a migrated one quickly. */
  dumpImage(): Promise<Uint8Array<ArrayBuffer>>;
}

const UPKEEP_EVERY_MS = 15_000;

/**
 * Opens the embedded database: one PostgreSQL session in a worker thread, which everybody gets in turn. It
 * survives a killed process and, as far as the disk keeps its promises, a power loss
 * (docs/decisions/0002-embedded-database.md).
 */
export async function openPglite(options: PgliteOptions): Promise<PgliteDatabase> {
  let lock: FolderLock | undefined;
  if (options.folder !== undefined) {
    process.umask(0o077);
    lock = await lockFolder(options.folder);
  }
  let worker: Worker | undefined;
  const pool = new Pool(async () => {
    if (worker && options.folder === undefined) {
      throw new ConnectionLost('the database in memory ended, and what it held is gone');
    }
    worker = await startWorker(options);
    return Session.open(clientConfig(worker), COMMON_SETTINGS);
  }, 1);

  async function close(): Promise<void> {
    clearInterval(upkeep);
    await pool.close();
    if (worker) await askWorker(worker, 'close', 'closed');
    lock?.release();
  }

  const connection = pooledConnection(pool, options.idleInTransactionTimeoutMs, close);
  const upkeep = setInterval(() => {
    keepUp(connection).catch(() => undefined); // whatever it is will meet others, and the next round
  }, UPKEEP_EVERY_MS).unref();
  const database: PgliteDatabase = {
    ...connection,
    kind: 'pglite',
    connect: () => ({ ...connection, close: () => Promise.resolve() }),
    readNow: () => readNow(connection),
    async dumpImage() {
      await connection.script('checkpoint');
      const reply = await askWorker(worker!, 'image', 'image');
      return (reply as { bytes: Uint8Array<ArrayBuffer> }).bytes;
    },
  };
  try {
    await database.readNow();
  } catch (error) {
    lock?.release();
    throw whyNoFolder(options.folder ?? '', error) ?? error;
  }
  return database;
}

function clientConfig(worker: Worker): pg.ClientConfig {
  return {
    stream: () => new WorkerStream(worker) as never,
    host: 'worker',
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
  };
}

async function startWorker(options: PgliteOptions): Promise<Worker> {
  const folder = options.folder === undefined ? undefined : join(options.folder, 'postgres');
  const isThere = folder !== undefined && existsSync(join(folder, 'PG_VERSION'));
  const [found, compiled] = await Promise.all([
    options.image !== undefined || isThere ? undefined : options.findImage?.(),
    (modules ??= compileModules()),
  ]);
  const workerData: PgliteWorkerOptions = {
    folder,
    image: options.image ?? found,
    modules: compiled,
    settings: options.settings ?? [],
  };
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
    workerData,
    transferList: found === undefined ? [] : [found.buffer], // nobody else reads what was found for it
    execArgv: [], // some flags of the process, such as --input-type, would stop the thread
  });
  await workerSays(worker, 'ready');
  return worker;
}

let modules: Promise<PgliteModules> | undefined;

async function compileModules(): Promise<PgliteModules> {
  const compile = async (file: string) =>
    WebAssembly.compile(await readFile(new URL(file, import.meta.resolve('@electric-sql/pglite'))));
  const [pgliteWasmModule, initdbWasmModule] = await Promise.all([
    compile('pglite.wasm'),
    compile('initdb.wasm'),
  ]);
  return { pgliteWasmModule, initdbWasmModule };
}

function askWorker(
  worker: Worker,
  request: 'image' | 'close',
  answer: PgliteWorkerReply['kind'],
): Promise<PgliteWorkerReply> {
  worker.postMessage(request);
  return workerSays(worker, answer);
}

function workerSays(worker: Worker, kind: PgliteWorkerReply['kind']): Promise<PgliteWorkerReply> {
  return new Promise((resolve, reject) => {
    const listen = (reply: PgliteWorkerReply) => {
      if (reply.kind === kind) settle(() => resolve(reply));
    };
    const fail = (error: Error) => settle(() => reject(error));
    const exit = () => fail(new Error('the thread of the embedded database ended'));
    function settle(how: () => void): void {
      worker.off('message', listen).off('error', fail).off('exit', exit);
      how();
    }
    worker.on('message', listen).on('error', fail).on('exit', exit);
  });
}
