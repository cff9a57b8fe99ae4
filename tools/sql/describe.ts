import type { PGlite } from '@electric-sql/pglite';
import { typeByNumber, type ValueTypeName } from '../../src/kernel/database/values.ts';
import { camelCase, type ParsedStatement, SqlFileRefused } from './parse.ts';

export interface DescribedValue {
  readonly name: string; // camelCase
  readonly type: ValueTypeName;
  readonly isArray: boolean;
  readonly typescript: string; // of one value
  readonly isNullable: boolean; // of an array parameter: its elements
}

export interface DescribedStatement extends ParsedStatement {
  readonly values: readonly DescribedValue[]; // one a parameter
  readonly columns: readonly DescribedValue[]; // none: the statement answers how many rows it changed
}

interface Field {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
}

/** Asks a migrated database what a statement takes and gives. */
export async function describeStatement(
  database: PGlite,
  statement: ParsedStatement,
): Promise<DescribedStatement> {
  const { parameterTypes, fields } = await askServer(database, statement.text);
  const columnsKnown = await neverNull(database, fields);
  const outer = outerJoined(statement.text);

  const values = statement.parameters.map((name, at) => ({
    name,
    ...valueType(parameterTypes[at] ?? 0, `parameter ${name}`),
    isNullable: statement.nullable.has(name),
  }));
  const columns = fields.map((field) => {
    const name = camelCase(field.name);
    const origin = columnsKnown.get(`${field.tableID}.${field.columnID}`);
    const isNeverNull =
      (origin !== undefined && !outer.isEverything && !outer.tables.has(origin)) ||
      isCount(statement.text, field.name);
    return {
      name,
      ...valueType(field.dataTypeID, `column ${field.name}`),
      isNullable: statement.nullable.has(name) || !(isNeverNull || statement.notNull.has(name)),
    };
  });
  checkMarkers(statement, values, columns);
  checkDistinct(columns);
  return { ...statement, values, columns };
}

async function askServer(
  database: PGlite,
  text: string,
): Promise<{ parameterTypes: number[]; fields: Field[] }> {
  const { messages } = await database.execProtocol(parseAndDescribe(text), { throwOnError: true });
  let parameterTypes: number[] = [];
  let fields: Field[] = [];
  for (const message of messages) {
    if (message.name === 'parameterDescription') {
      parameterTypes = (message as unknown as { dataTypeIDs: number[] }).dataTypeIDs;
    }
    if (message.name === 'rowDescription') {
      fields = (message as unknown as { fields: Field[] }).fields;
    }
  }
  return { parameterTypes, fields };
}

/** PostgreSQL's messages Parse, Describe (statement) and Sync. */
function parseAndDescribe(text: string): Uint8Array {
  return Buffer.concat([
    wireMessage('P', Buffer.from(`\0${text}\0\0\0`)),
    wireMessage('D', Buffer.from('S\0')),
    wireMessage('S', Buffer.alloc(0)),
  ]);
}

function wireMessage(kind: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** The described columns that a table declares not null, with the table's name. */
async function neverNull(database: PGlite, fields: readonly Field[]): Promise<Map<string, string>> {
  const tables = [...new Set(fields.map((field) => field.tableID).filter((table) => table > 0))];
  const { rows } = await database.query<{ key: string; table: string }>(
    `select
      attribute.attrelid || '.' || attribute.attnum as key,
      namespace.nspname || '.' || class.relname as table
    from pg_attribute as attribute
    join pg_class as class on class.oid = attribute.attrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where attribute.attrelid = any($1::oid[])
      and attribute.attnotnull`,
    [tables],
  );
  return new Map(rows.map((row) => [row.key, row.table]));
}

/**
 * Tables whose columns an outer join may leave null. A join of a subquery or of a name without schema (a
 * common table expression) may reach any table, so then nothing counts as never null by itself.
 */
function outerJoined(text: string): { tables: Set<string>; isEverything: boolean } {
  const tables = new Set<string>();
  let isEverything = false;
  for (const join of text.matchAll(/\b(left|right|full)\s+(?:outer\s+)?join\s+([\w.]+|\()/gi)) {
    const [, side = '', target = ''] = join;
    if (side.toLowerCase() === 'left' && target.includes('.')) tables.add(target);
    else isEverything = true;
  }
  return { tables, isEverything };
}

function isCount(text: string, column: string): boolean {
  return new RegExp(`\\bcount\\([^()]*\\)(::\\w+)?\\s+as\\s+${column}\\b`, 'i').test(text);
}

function valueType(
  typeNumber: number,
  what: string,
): { type: ValueTypeName; isArray: boolean; typescript: string } {
  const found = typeByNumber(typeNumber);
  if (!found) throw new SqlFileRefused(`${what} has type number ${typeNumber}, which is not read`);
  return { type: found.name, isArray: found.isArray, typescript: found.typescript };
}

function checkMarkers(
  statement: ParsedStatement,
  values: readonly DescribedValue[],
  columns: readonly DescribedValue[],
): void {
  const columnNames = new Set(columns.map((column) => column.name));
  const known = new Set([...values.map((value) => value.name), ...columnNames]);
  for (const name of statement.nullable) {
    if (!known.has(name)) throw new SqlFileRefused(`nullable: ${name} is neither taken nor given`);
  }
  for (const name of statement.notNull) {
    if (!columnNames.has(name)) throw new SqlFileRefused(`notnull: ${name} is not a column`);
  }
}

function checkDistinct(columns: readonly DescribedValue[]): void {
  const names = columns.map((column) => column.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice) throw new SqlFileRefused(`two columns are named ${twice}`);
  if (names.includes('?column?'))
    throw new SqlFileRefused('a column has no name: give it one with as');
}
