import type { Queryable } from '../kernel/database/index.ts';
import { listBackupReferences, listBackupTables } from './backup.sql.ts';

/** A table of ours; its name and columns are quoted, ready for SQL. */
export interface BackupTable {
  readonly table: string;
  readonly columns: readonly string[];
}

/** All tables but the list of migrations, each behind those that it refers to. */
export async function listTables(on: Queryable): Promise<BackupTable[]> {
  const tables = (await listBackupTables(on)).map(({ schema, name, columns }) => ({
    table: `${schema}.${name}`,
    columns: columns as readonly string[],
  }));
  const needs = new Map<string, string[]>();
  for (const { fromTable, toTable } of await listBackupReferences(on)) {
    if (fromTable !== toTable) needs.set(fromTable, [...(needs.get(fromTable) ?? []), toTable]);
  }
  const ordered = new Set<string>();
  const place = (table: string): void => {
    if (ordered.has(table)) return;
    for (const needed of needs.get(table) ?? []) place(needed);
    ordered.add(table);
  };
  for (const { table } of tables) place(table);
  const order = [...ordered];
  return tables
    .toSorted((one, other) => order.indexOf(one.table) - order.indexOf(other.table))
    .map(({ table, columns }) => ({ table: quoted(table), columns: columns.map(quoted) }));
}

/** `instruments.freeze` has a name that SQL knows as a word of its own. */
function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
