import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Sqlite from 'node:sqlite';

/** Another process has the data folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

export interface FolderLock {
  release(): void;
}

/**
 * Takes a data folder for this process alone (R35). The lock is one of the operating system, held by an
 * exclusive SQLite transaction on `<folder>/lock.sqlite`: it dies with the process, however that dies,
 * and Node has no other way to it. Nobody may open that file otherwise: closing it would drop the lock.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const sqlite = await loadSqlite();
  const file = new sqlite.DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    file.exec('begin exclusive');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new FolderInUse(describeHolder(folder), { cause: error });
  }
  writeFileSync(join(folder, 'lock.pid'), `${process.pid}\n`, { mode: 0o600 });
  return { release: () => releaseLock(file) };
}

const SQLITE_BUSY = 5;

function releaseLock(file: Sqlite.DatabaseSync): void {
  file.exec('rollback');
  file.close();
}

function describeHolder(folder: string): string {
  return (
    `The data folder ${folder} is in use by process ${readHolder(folder)}. ` +
    `Use the running server (the kinken command talks to it), or stop it first. ` +
    `Two processes on one folder would destroy it.`
  );
}

function readHolder(folder: string): string {
  try {
    return readFileSync(join(folder, 'lock.pid'), 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** Loads node:sqlite without its warning that it is experimental; other warnings stay. */
async function loadSqlite(): Promise<typeof Sqlite> {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
