import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** Code point order and Unicode letters, the same on every machine: as our PostgreSQL databases are made. */
const LOCALE = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/**
 * PGlite's folder on disk, with the fsync that its file system lacks. PGlite starts PostgreSQL with fsync
 * off; with it on, PostgreSQL itself flushes what it always flushes, when it always does: the log before a
 * commit is answered (only of transactions that wrote), data files and pg_control at checkpoints, folders
 * after renames. `fdatasync` does not reach the file system here, hence the choice of wal_sync_method.
 */
export async function openFolder(folder: string, settings: readonly string[]): Promise<PGlite> {
  const kept = PGlite.defaultStartParams.filter((parameter) => parameter !== '-F');
  const chosen = [...DURABLE, ...settings].flatMap((setting) => ['-c', setting]);
  return PGlite.create({
    fs: new FlushingFileSystem(folder),
    startParams: [...kept, ...chosen],
  });
}

const DURABLE = ['fsync=on', 'synchronous_commit=on', 'wal_sync_method=fsync'];

export function openInMemory(
  image: Blob | undefined,
  settings: readonly string[],
): Promise<PGlite> {
  const chosen = settings.flatMap((setting) => ['-c', setting]);
  return PGlite.create({
    startParams: [...PGlite.defaultStartParams, ...chosen],
    ...beginningWith(image),
  });
}

/** Makes a new database beside its place and moves it there when every byte is on disk. */
export async function makeFolder(folder: string, image: Blob | undefined): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  const database = await PGlite.create({ fs: new NodeFS(making), ...beginningWith(image) });
  await database.close();
  flushTree(making);
  renameSync(making, folder);
  flush(dirname(folder));
}

function beginningWith(image: Blob | undefined): PGliteOptions {
  return image ? { loadDataDir: image } : { initDbStartParams: LOCALE };
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
          throw new FS.ErrnoError(EIO); // PostgreSQL panics, as it must: see onAbort
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

/**
 * A panic of PostgreSQL ends this thread on the spot: PGlite would swallow it and go on with a broken
 * database. The next session opens the folder anew, with recovery.
 */
function endThread(): void {
  process.exit(1);
}

function flushTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) flushTree(path);
    else flush(path);
  }
  flush(folder);
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
