import { existsSync, fsyncSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { MemoryFS, PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { imageEntries, unpackImage } from './unpack-image.ts';

/** Code point order and Unicode letters, the same on every machine: as our PostgreSQL databases are made. */
const LOCALE = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** Pieces of the log: with the usual 16 MB each, a new folder is three times as large and takes twice as long. */
const LOG_PIECES = ['--wal-segsize=1'];

/** The whole of it is resident from the start; what is not in it lies in the system's own cache of files. */
const MEMORY = ['shared_buffers=32MB'];

/** How a database is started, and made when it is not there yet. */
export interface PgliteStart {
  readonly image: Uint8Array<ArrayBuffer> | undefined; // a dumped data folder to begin with
  readonly settings: readonly string[]; // `name=value` of PostgreSQL
  readonly modules: PgliteModules;
}

/** Compiled once a process: a thread that has to compile its own starts a second later. */
export interface PgliteModules {
  readonly pgliteWasmModule: WebAssembly.Module;
  readonly initdbWasmModule: WebAssembly.Module;
}

/**
 * PGlite's folder on disk, with the fsync that its file system lacks. PGlite starts PostgreSQL with fsync
 * off; with it on, PostgreSQL itself flushes what it always flushes, when it always does: the log before a
 * commit is answered (only of transactions that wrote), data files and pg_control at checkpoints, folders
 * after renames. `fdatasync` does not reach the file system here, hence the choice of wal_sync_method.
 */
export async function openFolder(folder: string, start: PgliteStart): Promise<PGlite> {
  await makeFolder(folder, start);
  const kept = PGlite.defaultStartParams.filter((parameter) => parameter !== '-F');
  const database = await PGlite.create({
    fs: new FlushingFileSystem(folder),
    startParams: [...kept, ...chosen([...DURABLE, ...MEMORY, ...start.settings])],
    ...start.modules,
  });
  return endingWithPostgres(database);
}

const DURABLE = ['fsync=on', 'synchronous_commit=on', 'wal_sync_method=fsync'];

export async function openInMemory(start: PgliteStart): Promise<PGlite> {
  const database = await PGlite.create({
    startParams: [...PGlite.defaultStartParams, ...chosen([...MEMORY, ...start.settings])],
    ...start.modules,
    ...(start.image ? { fs: new ImageInMemory(start.image) } : INITDB),
  });
  return endingWithPostgres(database);
}

/**
 * Makes a new database beside its place and moves it there when every byte is on disk. It is made in memory:
 * initdb on PGlite's own file system took 4.7 s where this takes 3.7 (2026-11, two busy cores).
 */
async function makeFolder(folder: string, start: PgliteStart): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  unpackImage(start.image ?? (await makeImage(start)), making);
  await flushTree(making);
  renameSync(making, folder);
  await flush(dirname(folder));
}

async function makeImage(start: PgliteStart): Promise<Uint8Array<ArrayBuffer>> {
  const database = await PGlite.create({ ...INITDB, ...start.modules });
  await database.exec('checkpoint');
  const image = await database.dumpDataDir('none');
  await database.close();
  return new Uint8Array(await image.arrayBuffer());
}

const INITDB: PGliteOptions = { initDbStartParams: [...LOCALE, ...LOG_PIECES] };

function chosen(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => ['-c', setting]);
}

const DATA_FOLDER = '/pglite/data'; // where PGlite's PostgreSQL looks for it

interface MemoryNode {
  contents: Uint8Array;
  usedBytes: number;
}

interface MemoryModule {
  readonly FS: {
    mkdirTree(path: string, mode: number): void;
    create(path: string, mode: number): MemoryNode;
  };
}

/**
 * A database in memory that begins with an image, whose bytes become the files as they lie there: writing 35 MB
 * through the file system's calls, as PGlite does with a tar file, took two thirds of the time of opening.
 */
class ImageInMemory extends MemoryFS {
  readonly #image: Uint8Array<ArrayBuffer>;

  constructor(image: Uint8Array<ArrayBuffer>) {
    super();
    this.#image = image;
  }

  override async initialSyncFs(): Promise<void> {
    const { FS } = this.pg!.Module as unknown as MemoryModule;
    for (const { name, content } of imageEntries(this.#image)) {
      const path = posix.join(DATA_FOLDER, name);
      FS.mkdirTree(content === null ? path : posix.dirname(path), 0o700);
      if (content === null) continue;
      const node = FS.create(path, 0o600);
      node.contents = content;
      node.usedBytes = content.length;
    }
  }
}

interface FileStream {
  readonly nfd: number; // the file descriptor of Node
}

interface NodeModule {
  readonly NODEFS: { stream_ops: { fsync?: (stream: FileStream) => number } };
  readonly FS: { ErrnoError: new (errno: number) => Error };
}

const EIO = 29; // as Emscripten counts

class FlushingFileSystem extends NodeFS {
  override async init(...[pglite, given]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pglite, given);
    const addFsync = (module: unknown) => {
      const { NODEFS, FS } = module as NodeModule;
      NODEFS.stream_ops.fsync = (stream) => {
        try {
          fsyncSync(stream.nfd);
        } catch {
          throw new FS.ErrnoError(EIO); // PostgreSQL panics, as it must
        }
        return 0;
      };
    };
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [addFsync, ...[emscriptenOpts.preRun ?? []].flat()],
        onAbort: endThread,
      },
    };
  }
}

interface MainLoop {
  _PostgresMainLoopOnce: () => void;
}

/** PGlite's own exception: an ordinary error left the main loop, and PGlite goes on after it. */
const ERROR_STATUS = 100;

/**
 * PGlite swallows whatever leaves PostgreSQL's main loop and calls it again, also after a FATAL error, a
 * panic (the log could not be flushed) or a fault of WebAssembly. Here these end the thread on the spot; the
 * next session opens the folder anew, with recovery, as after a kill.
 */
function endingWithPostgres(database: PGlite): PGlite {
  const module = database.Module as unknown as MainLoop;
  const loopOnce = module._PostgresMainLoopOnce;
  module._PostgresMainLoopOnce = () => {
    try {
      loopOnce();
    } catch (error) {
      if ((error as { status?: number }).status !== ERROR_STATUS) endThread();
      throw error;
    }
  };
  return database;
}

function endThread(): void {
  process.exit(1);
}

/** Several at once: the disk takes them together. One behind the other, 1,700 files took three times as long. */
const FLUSHED_AT_ONCE = 16;

async function flushTree(folder: string): Promise<void> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const waiting = [folder, ...names.map((name) => join(folder, name))].values();
  const work = async (): Promise<void> => {
    for (const path of waiting) await flush(path);
  };
  await Promise.all(Array.from({ length: FLUSHED_AT_ONCE }, work));
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync();
  await file.close();
}
