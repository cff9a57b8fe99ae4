import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { IMPORT_COLUMNS } from './import-cards-line.ts';
import type { ImportLine } from './import-cards-line.ts';

/** Lines of a file as they stand in it: what a request can carry. The same file is cut the same way each time. */
export interface ImportPart {
  readonly part: number; // from 1
  readonly firstLine: number; // as an editor counts them; the columns' names are line 1
  readonly columns: string; // the line of their names
  readonly lines: readonly string[];
}

export interface FileLine {
  readonly line: number;
  readonly record: ImportLine | null; // null: the line cannot be read
}

/** The first line of a file lacks a column or has one that is not known; the message says which. */
export class ColumnsRefused extends Error {
  override readonly name = 'ColumnsRefused';
}

export const PART_LINES_MAX = 2_000;
export const LINE_MAX = 4_096;
const PART_CHARACTERS_MAX = 400_000;
/** Stands for a line that no card can have: a quote that does not close. */
const UNREADABLE = '"';

/** Reads a CSV (RFC 4180, UTF-8) in parts. */
export async function* readImportParts(file: string): AsyncGenerator<ImportPart> {
  const texts = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let columns: string | undefined;
  let part = 1;
  let firstLine = 2;
  let lines: string[] = [];
  let characters = 0;
  for await (const text of texts) {
    if (columns === undefined) {
      readColumns(text);
      columns = text;
      continue;
    }
    const line = text.length > LINE_MAX || CONTROL.test(text) ? UNREADABLE : text;
    lines.push(line);
    characters += line.length;
    if (lines.length < PART_LINES_MAX && characters < PART_CHARACTERS_MAX) continue;
    yield { part, firstLine, columns, lines };
    part += 1;
    firstLine += lines.length;
    lines = [];
    characters = 0;
  }
  if (columns === undefined) throw new ColumnsRefused('The file is empty');
  if (lines.length > 0) yield { part, firstLine, columns, lines };
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f]/;

/**
 * The lines of a part, without the empty ones. Line by line: no field of ours has a line break, so a line with a quote
 * that does not close spoils itself only. A parser of whole files (csv-parse 7) lost the good line
 * behind such a one without a word.
 */
export function* linesOf({ firstLine, columns, lines }: ImportPart): Generator<FileLine> {
  const names = readColumns(columns);
  for (const [at, text] of lines.entries()) {
    if (text !== '') yield { line: firstLine + at, record: recordOf(names, splitCsvLine(text)) };
  }
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
