import { isoInstant } from '../kernel/clock.ts';

/** Where a command answers: a table for people, JSON for programs, notes beside it. */
export interface Printer {
  /** Rows in columns, or `{"<name>": [...]}`. */
  list(name: string, rows: readonly object[], columns: readonly string[]): void;
  /** One thing: a line a field, or the object. */
  thing(thing: object): void;
  /** Exactly this text, for a file or a pipe. */
  text(text: string): void;
  /** What went on; never part of the JSON. */
  note(sentence: string): void;
}

export interface Streams {
  out(text: string): void; // the answer
  error(text: string): void; // notes and errors
}

export function openPrinter(streams: Streams, isJson: boolean): Printer {
  const json = (value: unknown) => streams.out(`${JSON.stringify(plain(value), null, 2)}\n`);
  return {
    text: (text) => streams.out(text),
    note: (sentence) => streams.error(`${sentence}\n`),
    list(name, rows, columns) {
      if (isJson) json({ [name]: rows });
      else streams.out(tableText(rows.map((row) => plain(row)) as Row[], columns));
    },
    thing(thing) {
      if (isJson) json(thing);
      else streams.out(fieldsText(plain(thing) as Row));
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Amounts as numbers where JSON carries them, instants as text, bytes in hexadecimal. */
function plain(value: unknown, name = ''): unknown {
  if (typeof value === 'bigint') {
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
  }
  if (typeof value === 'number' && INSTANT.test(name)) return isoInstant(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map((each) => plain(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, key)]));
}

const INSTANT = /^at$|At$|^validFrom$/;

function tableText(rows: readonly Row[], columns: readonly string[]): string {
  const lines = [
    columns.map(headingOf),
    ...rows.map((row) => columns.map((name) => cellText(row[name]))),
  ];
  const widths = columns.map((_name, at) =>
    Math.max(...lines.map((line) => widthOf(line[at] ?? ''))),
  );
  const text = lines.map((line) =>
    line
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
  return `${text.join('\n')}\n`;
}

function fieldsText(thing: Row): string {
  const fields = Object.entries(thing).map(
    ([name, value]) => [headingOf(name), cellText(value)] as const,
  );
  const width = Math.max(0, ...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(cellText).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `faceMinMinor` as `face min minor`. */
function headingOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Columns of a terminal: kana and kanji take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
