import type * as Yaml from 'yaml';
import type { z } from 'zod';
import { laterPackage } from '../kernel/later.ts';
import { FILE_CHARACTERS_MAX, offersFile, type OffersFile } from './import-contract.ts';

/** What is wrong, where, as a sentence for whoever wrote the file. */
export interface FileProblem {
  readonly line: number; // from 1
  readonly sentence: string;
}

export interface ReadFile {
  readonly content: unknown; // as it was written, for a server that reads it anew
  readonly file: OffersFile;
  /** The line on which a thing stands: `['offers', 12]`. */
  lineOf(path: readonly (string | number)[]): number;
}

/** So many problems are named: whoever has more has made one mistake many times. */
const PROBLEMS_MAX = 100;

export type FileReading =
  | { readonly ok: true; readonly value: ReadFile }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

const yaml = laterPackage<typeof Yaml>('yaml');

/** YAML as data only: no tags of its own, no aliases that grow, each key once. */
export function readImportFile(text: string): FileReading {
  if (text.length > FILE_CHARACTERS_MAX) {
    const most = FILE_CHARACTERS_MAX / 1_000_000;
    return failed([{ line: 1, sentence: `the file has more than ${most} million characters` }]);
  }
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', merge: false });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  if (document.errors.length > 0) {
    return failed(
      document.errors.map(({ pos, message }) => ({
        line: lineAt(pos[0]),
        sentence: message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '',
      })),
    );
  }
  const lineOf = (path: readonly (string | number)[]) => lineAt(offsetOf(document, path));
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch {
    return failed([{ line: 1, sentence: 'the aliases (*name) of this file repeat too much' }]);
  }
  const read = offersFile.safeParse(content ?? {});
  if (read.success) return { ok: true, value: { content, file: read.data, lineOf } };
  return failed(
    read.error.issues.map((issue) => ({
      line: lineOf(pathOf(issue)),
      sentence: sentenceOf(issue),
    })),
  );
}

function failed(problems: readonly FileProblem[]): FileReading {
  const sorted = problems.toSorted((one, other) => one.line - other.line);
  return { ok: false, problems: sorted.slice(0, PROBLEMS_MAX) };
}

/** Where the thing itself begins; of what is not there, where it would have to be. */
function offsetOf(document: Yaml.Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (yaml().isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function pathOf(issue: z.core.$ZodIssue): (string | number)[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return unknown === undefined ? path : [...path, unknown];
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const where = issue.path.filter((step) => typeof step !== 'number').join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}
