import type { Queryable } from '../kernel/database/index.ts';
import { splitJournalLine } from './journal.ts';
import { type JournalTable, journalRow } from './rows.ts';
import type { Findings } from './verify-finding.ts';

/** A table that the journal covers, and how its rows are read in the order of their primary key. */
export interface VerifiedTable<Row> {
  readonly journal: JournalTable<Row>;
  /** Rows of a lane behind `after` (null: from the first), at most `size`. */
  readPage(db: Queryable, lane: number, after: Row | null, size: number): Promise<Row[]>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- each table has rows of its own type
export type AnyVerifiedTable = VerifiedTable<any>;

/** Lines kept at once: about 200 MB. A larger lane is gone through in several passes. */
const LINES_MAX = 500_000;
const PAGE_SIZE = 2_000;

/** The last version of every row that a lane's journals speak of, or of one share of these rows. */
export class LastVersions {
  readonly #keys: ReadonlyMap<string, number>;
  readonly #tables = new Map<string, Map<string, string>>();
  readonly #linesMax: number;
  #pass = 0;
  #passes = 1;
  #kept = 0;
  #lines = 0;

  constructor(tables: readonly AnyVerifiedTable[], linesMax = LINES_MAX) {
    this.#keys = new Map(tables.map(({ journal }) => [journal.name, journal.key]));
    this.#linesMax = linesMax;
    this.#clear();
  }

  /** A later line of the same row replaces the one before it. False: no table has this name. */
  take(line: string): boolean {
    const table = line.slice(0, line.indexOf('\t'));
    const keyColumns = this.#keys.get(table);
    if (keyColumns === undefined) return false;
    this.#lines += 1;
    const key = keyOfLine(line, keyColumns);
    if (this.isOverfull || !this.isInPass(key)) return true;
    const lines = this.#linesOf(table);
    if (!lines.has(key)) this.#kept += 1;
    lines.set(key, line);
    return true;
  }

  /** True when the lane has more rows than are kept at once: `startPass` then says how to go on. */
  get isOverfull(): boolean {
    return this.#passes === 1 && this.#kept > this.#linesMax;
  }

  /** How many passes keep every share of the lines seen within bounds. */
  get passesNeeded(): number {
    return Math.ceil(this.#lines / this.#linesMax) + 1;
  }

  startPass(pass: number, passes: number): void {
    this.#pass = pass;
    this.#passes = passes;
    this.#clear();
  }

  isInPass(key: string): boolean {
    return this.#passes === 1 || shareOf(key) % this.#passes === this.#pass;
  }

  /** Takes the row's last version out; what is left at the end has no row. */
  remove(table: string, key: string): string | undefined {
    const lines = this.#linesOf(table);
    const line = lines.get(key);
    if (line !== undefined) lines.delete(key);
    return line;
  }

  left(table: string): ReadonlyMap<string, string> {
    return this.#linesOf(table);
  }

  #linesOf(table: string): Map<string, string> {
    const lines = this.#tables.get(table) ?? new Map<string, string>();
    this.#tables.set(table, lines);
    return lines;
  }

  #clear(): void {
    this.#tables.clear();
    this.#kept = 0;
    this.#lines = 0;
  }
}

/** Holds every row of one table of a lane against its last version. Returns how many rows there are. */
export async function compareTable<Row>(
  db: Queryable,
  place: { readonly lane: number; readonly table: VerifiedTable<Row> },
  versions: LastVersions,
  findings: Findings,
): Promise<number> {
  const { lane, table } = place;
  const { name, key: keyColumns } = table.journal;
  let count = 0;
  let after: Row | null = null;
  for (;;) {
    const rows: Row[] = await table.readPage(db, lane, after, PAGE_SIZE);
    for (const row of rows) {
      const line = journalRow(table.journal, row);
      const key = keyOfLine(line, keyColumns);
      if (!versions.isInPass(key)) continue;
      count += 1;
      const expected = versions.remove(name, key);
      if (expected !== line) addDifference(table.journal, { lane, key, line, expected }, findings);
    }
    after = rows.at(-1) ?? null;
    if (rows.length < PAGE_SIZE) break;
  }
  for (const [key, line] of versions.left(name)) {
    findings.add({
      kind: 'row_missing',
      ...placeOf(lane, name, key),
      column: null,
      stands: null,
      expected: line,
    });
  }
  return count;
}

function addDifference<Row>(
  table: JournalTable<Row>,
  row: {
    readonly lane: number;
    readonly key: string;
    readonly line: string;
    readonly expected: string | undefined;
  },
  findings: Findings,
): void {
  const place = placeOf(row.lane, table.name, row.key);
  if (row.expected === undefined) {
    findings.add({ kind: 'row_extra', ...place, column: null, stands: row.line, expected: null });
    return;
  }
  const stands = splitJournalLine(row.line);
  const expected = splitJournalLine(row.expected);
  const at = stands.findIndex((field, index) => field !== expected[index]);
  findings.add({
    kind: 'row_differs',
    ...place,
    column: table.columns[at - 1] ?? 'the number of its columns',
    stands: stands[at] ?? null,
    expected: expected[at] ?? null,
  });
}

/** The key as people read it: without the table's name and the lane. */
function placeOf(
  lane: number,
  table: string,
  key: string,
): { lane: number; table: string; key: string } {
  return { lane, table, key: key.split('\t').slice(2).join(' ') };
}

/** The table's name and its primary key, as the line begins. */
function keyOfLine(line: string, keyColumns: number): string {
  let end = line.indexOf('\t');
  for (let column = 0; column < keyColumns && end !== -1; column++)
    end = line.indexOf('\t', end + 1);
  return end === -1 ? line : line.slice(0, end);
}

/** FNV-1a: spreads keys over passes, nothing more. */
function shareOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
