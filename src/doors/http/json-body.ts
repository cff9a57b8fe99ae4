import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { DoorRefused } from './problems.ts';

/** Longer than any integer we take; what JavaScript would round silently is refused instead. */
const NUMBER_LENGTH_MAX = 20;
const DEPTH_MAX = 16;

/**
 * Reads bodies strictly: JSON in UTF-8 only, and only if every reader would read the same. A field that
 * stands twice means one thing to us and may mean another to whoever checked the request before us.
 */
export function readJsonStrictly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (_request, body: Buffer, done) => {
      const parsed = parseStrictly(body);
      if (parsed === undefined) done(new DoorRefused('body_not_understood'));
      else done(null, parsed.value);
    },
  );
  server.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(new DoorRefused('media_type_not_supported'));
  });
}

/**
 * Undefined for what is not one JSON document with each field once, or has a text that no database keeps
 * as it is. An empty body is null.
 */
export function parseStrictly(body: Buffer): { value: unknown } | undefined {
  if (body.length === 0) return { value: null };
  if (!isUtf8(body)) return undefined;
  const text = body.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    const written = scanJson(text);
    if (written === undefined || written !== countFields(value)) return undefined;
    // Half a character or a NUL can only be written escaped, because the body is UTF-8.
    if (text.includes('\\u') && !isStorable(value)) return undefined;
    return { value };
  } catch {
    return undefined;
  }
}

/**
 * The number of fields as written: colons outside of strings, in a text that JSON.parse has accepted.
 * Undefined where a number is too long or the nesting too deep.
 */
function scanJson(text: string): number | undefined {
  let fields = 0;
  let depth = 0;
  let numberLength = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) {
      at = closingQuote(text, at + 1);
      numberLength = 0;
    } else if (sign >= MINUS && sign <= NINE) {
      numberLength += 1;
      if (numberLength > NUMBER_LENGTH_MAX) return undefined;
    } else {
      if (sign === COLON) fields += 1;
      else if (sign === OPEN_BRACE || sign === OPEN_BRACKET) depth += 1;
      else if (sign === CLOSE_BRACE || sign === CLOSE_BRACKET) depth -= 1;
      if (depth > DEPTH_MAX) return undefined;
      numberLength = 0;
    }
  }
  return fields;
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let fields = 0;
  if (Array.isArray(value)) {
    for (const item of value) fields += countFields(item);
    return fields;
  }
  for (const item of Object.values(value)) fields += 1 + countFields(item);
  return fields;
}

/** Whether every text is whole characters and has no NUL: one that is not would break the batch that writes it. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, item]) => isStorable(name) && isStorable(item));
}

const QUOTE = 0x22;
const MINUS = 0x2d; // up to NINE: - . / 0-9
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
