import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, isoInstant } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { copyDataFolder } from './copy-data-folder.ts';

/** In the order in which they are checked. */
export type CopyRefusal =
  | 'database_not_embedded' // PostgreSQL has tools of its own
  | 'copy_under_way'
  | 'copies_full'; // they would fill the disk: somebody has to take some away

export interface CopyMade {
  readonly copy: string; // its folder below the data folder
}

/** Writes the audit row of a copy; in a transaction before it, so that the copy has the row too. */
export type RecordCopy = (
  on: Queryable,
  named: {
    readonly act: string;
    readonly subject: string;
    readonly detail: Record<string, unknown>;
  },
) => Promise<void>;

export interface CopyKeeper {
  /** Copies the embedded database of this running server. Operations wait meanwhile; nothing is refused. */
  copy(record: RecordCopy): Promise<Result<CopyMade, CopyRefusal>>;
}

interface CopyParts {
  readonly database: Database;
  readonly dataFolder: string;
  readonly clock: Clock;
}

const FOLDER = 'backups';
const COPIES_MAX = 8;

/** Where a copy goes nobody can choose: over HTTP a path would be a way to write anywhere. */
export function keepCopies({ database, dataFolder, clock }: CopyParts): CopyKeeper {
  const folder = join(dataFolder, FOLDER);
  let isUnderWay = false;

  async function copy(record: RecordCopy): Promise<Result<CopyMade, CopyRefusal>> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const there = await readdir(folder);
    if (there.length >= COPIES_MAX) return refused('copies_full');
    const name = nameAt(clock.now(), there);
    const copied = `${FOLDER}/${name}`;
    await database.transaction((on) =>
      record(on, { act: 'backup.copy', subject: copied, detail: {} }),
    );
    const target = join(folder, name);
    try {
      await copyDataFolder(database, dataFolder, target);
    } catch (error) {
      await rm(target, { recursive: true, force: true }); // half a copy is none
      throw error;
    }
    return accepted({ copy: copied });
  }

  return {
    async copy(record) {
      if (database.kind !== 'pglite') return refused('database_not_embedded');
      if (isUnderWay) return refused('copy_under_way');
      isUnderWay = true;
      try {
        return await copy(record);
      } finally {
        isUnderWay = false;
      }
    },
  };
}

/** `2026-11-21T10-00-00-000Z`: sorted as time is, and a name on every file system. */
function nameAt(instant: number, there: readonly string[]): string {
  const name = isoInstant(instant).replaceAll(/[:.]/g, '-');
  return there.includes(name) ? nameAt(instant + 1, there) : name;
}
