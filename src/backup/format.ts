import { createHash } from 'node:crypto';

/**
 * A backup is one file: zstd over lines of JSON. The first line is the head; then for every table a line that
 * names it and its columns' count, and its rows, each a JSON string of PostgreSQL's own text of the row; the last line
 * holds how many rows there were and the SHA-256 of all lines before it, so a file that lacks or changes
 * anything of them is known before a row of it is written. The same for both databases: what was saved from one can
 * be restored into the other.
 */
export interface BackupHead {
  readonly format: 'kinken-backup-1';
  readonly at: number; // instant of the snapshot
  readonly database: 'pglite' | 'postgres';
  readonly migrations: readonly string[]; // that the tables have, by name
}

export interface TableLine {
  readonly table: string; // schema.table
  readonly columns: readonly string[];
}

export interface BackupEnd {
  readonly rows: number;
  readonly sha256: string; // of everything before this line, in hexadecimal
}

/** The file is no backup, is cut short, was changed, or does not fit this database. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** Counts and hashes lines as they go out or come in. */
export class LineHash {
  readonly #digest = createHash('sha256');

  add(text: string): void {
    this.#digest.update(text, 'utf8');
  }

  end(): string {
    return this.#digest.digest('hex');
  }
}
