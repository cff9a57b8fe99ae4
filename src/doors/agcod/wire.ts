/**
 * Requests and answers as text. JSON and XML become the same fields, all of them text, so that no
 * amount ever passes through a float; answers are one tree that is written in either language.
 */
import type * as Xml from 'fast-xml-parser';
import { later, laterPackage } from '../../kernel/later.ts';
import { accepted, refused, type Result } from '../../kernel/result.ts';

export const REQUEST_BYTES_MAX = 16 * 1024;
const NESTING_MAX = 8;

export type Format = 'json' | 'xml';

/** What a client sent: text, or a group of fields. Numbers and booleans are their own text. */
export type Fields = { readonly [name: string]: FieldValue };
type FieldValue = string | null | Fields | readonly FieldValue[];

/** What is answered. A number stands here as the text that is printed, so it never rounds. */
export type Answer = { readonly [name: string]: AnswerValue };
export type AnswerValue = string | null | PrintedNumber | Answer | readonly Answer[];
export interface PrintedNumber {
  readonly printed: string;
}

export interface MediaTypes {
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
}

export type WireFault = 'charsetNotSupported' | 'invalidRequest';

/**
 * The language of a request. Official samples send XML as `content-type: charset=UTF-8`, so where
 * the type does not say, the first character does.
 */
export function requestFormat(types: MediaTypes, body: Uint8Array): Format {
  const named = namedFormat(types.contentType);
  if (named !== null) return named;
  // The first character that is neither blank nor part of a byte order mark.
  const first = body.find((byte) => byte > 0x20 && byte < 0x80);
  return first === '<'.charCodeAt(0) ? 'xml' : 'json';
}

/** The language of an answer: what was asked for, else the language of the request. */
export function answerFormat(types: MediaTypes, body: Uint8Array): Format {
  return namedFormat(types.accept) ?? requestFormat(types, body);
}

function namedFormat(mediaType: string | undefined): Format | null {
  const match = /json|xml/i.exec(mediaType ?? '');
  return match === null ? null : (match[0].toLowerCase() as Format);
}

/** Reads the fields of `operation`; in XML they stand inside `<operation>Request`. */
export function readRequest(
  body: Uint8Array,
  types: MediaTypes,
  operation: string,
): Result<Fields, WireFault> {
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(types.contentType ?? '')?.[1]?.toLowerCase();
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    return refused('charsetNotSupported');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return refused('charsetNotSupported');
  }
  const fields = requestFormat(types, body) === 'xml' ? readXml(text, operation) : readJson(text);
  return fields === null ? refused('invalidRequest') : accepted(fields);
}

/** A field's text; null when it is missing, null or not text. */
export function textOf(fields: Fields, name: string): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : null;
  return typeof value === 'string' ? value.trim() : null;
}

/** A group of fields; an empty one when it is missing or not a group. */
export function groupOf(fields: Fields, name: string): Fields {
  const value = Object.hasOwn(fields, name) ? fields[name] : null;
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A reviver as Node 22 and newer call it: with the value's text as it was written. */
type SourceReviver = (
  this: unknown,
  name: string,
  value: unknown,
  context: { readonly source: string },
) => unknown;

/** A field that stands twice means one thing to us and may mean another to a proxy: it is refused. */
function readJson(text: string): Fields | null {
  let fieldCount = -1; // the root is revived like a field
  const keepText: SourceReviver = function (_name, value, context) {
    if (!Array.isArray(this)) fieldCount += 1;
    return typeof value === 'number' || typeof value === 'boolean' ? context.source : value;
  };
  try {
    JSON.parse(text); // from here on every string is closed, and the next line is quick
    const marks = text.replace(/"(?:[^"\\]|\\.)*"/gs, '');
    if (nestingOf(marks) > NESTING_MAX) return null;
    const value: unknown = JSON.parse(text, keepText as (name: string, value: unknown) => unknown);
    const isOnce = fieldCount === marks.split(':').length - 1;
    return isOnce && isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/** How deep the brackets of a JSON text go; its strings are cut out already. */
function nestingOf(marks: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of marks.matchAll(/[[\]{}]/g)) {
    depth += bracket === '{' || bracket === '[' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

const library = laterPackage<typeof Xml>('fast-xml-parser');

const parser = later(() => {
  const { XMLParser } = library();
  return new XMLParser({
    ignoreAttributes: true,
    removeNSPrefix: true,
    parseTagValue: false, // everything stays text
    processEntities: false, // nothing is expanded; no field of the protocol needs an entity
    maxNestedTags: NESTING_MAX,
  });
});

function readXml(text: string, operation: string): Fields | null {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return null;
  try {
    const document: unknown = parser().parse(text, true);
    if (!isFields(document)) return null;
    const roots = Object.keys(document).filter((name) => !name.startsWith('?'));
    const root = document[`${operation}Request`];
    return roots.length === 1 && isFields(root) ? root : null;
  } catch {
    return null;
  }
}

/** Writes an answer; `root` names the XML document and does not appear in JSON. */
export function writeAnswer(answer: Answer, format: Format, root: string): string {
  if (format === 'json') return writeJson(answer);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${writeXml(answer)}</${root}>`;
}

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
};

function writeJson(value: AnswerValue): string {
  if (value === null || typeof value === 'string') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isPrinted(value)) return value.printed;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`,
  );
  return `{${members.join(',')}}`;
}

/** What is null has no element; a list is its own element with one `member` for each entry. */
function writeXml(value: AnswerValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return escapeXml(value);
  if (isList(value)) return value.map((entry) => `<member>${writeXml(entry)}</member>`).join('');
  if (isPrinted(value)) return value.printed;
  return Object.entries(value)
    .filter(([, member]) => member !== null)
    .map(([name, member]) => {
      const tag = name.replace(/^_+/, ''); // `__type` becomes `type`
      return `<${tag}>${writeXml(member)}</${tag}>`;
    })
    .join('');
}

function isList(value: AnswerValue): value is readonly Answer[] {
  return Array.isArray(value);
}

function isPrinted(value: Answer | PrintedNumber): value is PrintedNumber {
  return 'printed' in value && typeof value.printed === 'string' && Object.keys(value).length === 1;
}

const XML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => XML_ESCAPES[character] ?? '');
}
