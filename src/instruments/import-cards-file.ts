import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { IMPORT_COLUMNS } from './import-cards-line.ts';
import type { ImportLine } from './import-cards-line.ts';

export interface FileLine {
  readonly line: number; // as an editor counts them; the columns' names are line 1
  readonly record: ImportLine | null; // null: the line cannot be read
}

/** The first line of a file lacks a column or has one that is not known; the message says which. */
export class ColumnsRefused extends Error {
  override readonly name = 'ColumnsRefused';
}

const LINE_MAX = 4_096;

/**
 * Reads a CSV (RFC 4180, UTF-8) line by line: no field of ours has a line break, so a line with a quote
 * that does not close spoils itself only. A parser of whole files (csv-parse 7) lost the good line
 * behind such a one without a word.
 */
export async function* readImportFile(file: string): AsyncGenerator<FileLine> {
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let columns: readonly string[] | undefined;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (columns === undefined) {
      columns = readColumns(text);
    } else if (text !== '') {
      yield { line, record: recordOf(columns, splitCsvLine(text)) };
    }
  }
  if (columns === undefined) throw new ColumnsRefused('The file is empty');
}

function readColumns(text: string): string[] {
  const names = splitCsvLine(text.replace(/^\ufeff/, '')) ?? [];
  const columns = names.map((name) => name.trim().toLowerCase());
  const known: readonly string[] = IMPORT_COLUMNS;
  const unknown = columns.find((name, at) => !known.includes(name) || columns.indexOf(name) !== at);
  const missing = ['product', 'state', 'unit'].find((name) => !columns.includes(name));
  if (unknown !== undefined) {
    throw new ColumnsRefused(
      `The column "${unknown}" is not one of ${known.join(', ')}, each once`,
    );
  }
  if (missing !== undefined) throw new ColumnsRefused(`The column "${missing}" is missing`);
  return columns;
}

function recordOf(columns: readonly string[], fields: readonly string[] | null): ImportLine | null {
  if (fields?.length !== columns.length) return null;
  return Object.fromEntries(columns.map((name, at) => [name, fields[at]]));
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

/** The fields of one line; null when its quotes are not in order. */
export function splitCsvLine(text: string): string[] | null {
  if (text.length > LINE_MAX) return null;
  if (!text.includes('"')) return text.split(',');
  const fields: string[] = [];
  FIELD.lastIndex = 0;
  for (;;) {
    const found = FIELD.exec(text);
    if (found === null) return null;
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '') return fields;
  }
}
