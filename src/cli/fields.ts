import type { z } from 'zod';
import { WrongUse } from './command.ts';
import type { OptionSpec, Values } from './command.ts';

/** An option that becomes a field of what is sent: the schema of `contract.ts` judges it. */
export interface Field {
  readonly path: string; // `limits.balanceMaxMinor`
  readonly value: string; // placeholder in the help
  readonly describe: string;
  readonly isRequired?: boolean;
  readonly read?: (text: string) => unknown;
  /** What the word `none` takes away as a whole: `codeShape`. */
  readonly clears?: string;
}

export type Fields = Readonly<Record<string, Field>>;

/** What cannot be read stays text, so that the schema says what it should have been. */
export const whole = (text: string): unknown => (/^[0-9]{1,16}$/.test(text) ? Number(text) : text);
export const list = (text: string): string[] =>
  text === '' ? [] : text.split(',').map((one) => one.trim());
export const wholes = (text: string): unknown[] => list(text).map(whole);
export const yesNo = (text: string): unknown => ({ yes: true, no: false })[text] ?? text;
export const orNone =
  (read: (text: string) => unknown) =>
  (text: string): unknown =>
    text === 'none' ? null : read(text);
export const asText = (text: string): unknown => text;

/** The same fields for a change: none is needed. */
export function optional(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, { ...field, isRequired: false }]),
  );
}

export function optionsOf(fields: Fields): Record<string, OptionSpec> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { value, describe, isRequired }]) => [
      name,
      { value, describe, ...(isRequired === true && { isRequired }) },
    ]),
  );
}

/** Reads what was given and has the schema judge it; a fault is told by the name of its option. */
export function readFields<Schema extends z.ZodType>(
  fields: Fields,
  values: Values,
  schema: Schema,
): z.output<Schema> {
  return judgeFields(fields, givenFields(fields, values), schema);
}

/** As it was given: what a server is sent, whose own schema reads it. */
export function givenFields(fields: Fields, values: Values): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, { path, read = asText, clears }] of Object.entries(fields)) {
    const text = values.text(name);
    if (text === undefined) continue;
    if (clears !== undefined && text === 'none') sent[clears] = null;
    else place(sent, path.split('.'), read(text));
  }
  return sent;
}

export function judgeFields<Schema extends z.ZodType>(
  fields: Fields,
  given: Record<string, unknown>,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new WrongUse(parsed.error.issues.map((issue) => faultText(fields, issue)).join('\n'));
}

function place(
  into: Record<string, unknown>,
  [first = '', ...rest]: string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    into[first] = value;
  } else {
    into[first] ??= {};
    place(into[first] as Record<string, unknown>, rest, value);
  }
}

function faultText(fields: Fields, issue: { path: PropertyKey[]; message: string }): string {
  const path = issue.path.filter((part) => typeof part === 'string').join('.');
  const named = Object.entries(fields).find(
    ([, field]) => field.path === path || field.path.startsWith(`${path}.`),
  );
  return named === undefined ? `${path}: ${issue.message}` : `--${named[0]}: ${issue.message}`;
}
