import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import { makeDataFolder, whyNoFolder } from '../data-folder.ts';

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
  makeDataFolder(folder);
  const sqlite = await loadSqlite();
  let file: Sqlite.DatabaseSync | undefined;
  try {
    file = new sqlite.DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
    file.exec('begin exclusive');
    writeFileSync(join(folder, 'lock.pid'), `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    file?.close();
    const code = (error as { errcode?: number }).errcode ?? 0;
    if (code === SQLITE_BUSY) throw new FolderInUse(describeHolder(folder), { cause: error });
    throw whyNoFolder(folder, { code: SYSTEM_CODES[code], cause: error }) ?? error;
  }
  const held = file;
  return { release: () => releaseLock(held) };
}

const SQLITE_BUSY = 5;

/** What SQLite makes of the system's errors: read-only, full, cannot be opened. */
const SYSTEM_CODES: Readonly<Record<number, string>> = { 8: 'EACCES', 13: 'ENOSPC', 14: 'EACCES' };

function releaseLock(file: Sqlite.DatabaseSync): void {
  file.exec('rollback');
  file.close();
}

function describeHolder(folder: string): string {
  return (
    `The data folder ${resolve(folder)} is in use by process ${readHolder(folder)}: ` +
    `two processes on one folder would destroy it.`
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
