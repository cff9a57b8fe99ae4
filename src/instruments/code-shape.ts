import { type CodeShape, CODE_MAX, foldKana } from '../programmes/index.ts';

/**
 * What a person typed, and the one form in which it is hashed. The form is the same for every product,
 * because at look-up the product is unknown, and it may never change, because names and lanes follow
 * from it: compatibility characters become plain ones (full width, half-width kana), spaces and every
 * kind of hyphen go, letters become capitals, katakana becomes hiragana.
 *
 * Deliberately absent: 0 is not read as O nor 1 as I. Our own alphabets have neither, and in a code
 * base that was brought in from elsewhere two different codes could become one.
 */
export function normaliseCode(text: string): string | null {
  if (text.length > TYPED_MAX) return null;
  const code = ASCII_CODE.test(text) ? text.replace(/[ -]/g, '').toUpperCase() : readCode(text);
  return code.length >= 1 && code.length <= CODE_MAX && CODE.test(code) ? code : null;
}

/** Five times as slow as what is done for plain letters, which nearly all codes are. */
function readCode(text: string): string {
  const plain = text.normalize('NFKC').replace(SEPARATORS, '').toUpperCase();
  return foldKana(plain).normalize('NFKC').replace(SEPARATORS, '');
}

const TYPED_MAX = 256;
const ASCII_CODE = /^[0-9A-Za-z -]*$/;

/**
 * Spaces, invisible characters, dashes, the minus sign, the rule and the long-vowel mark, which a
 * Japanese keyboard gives where a hyphen was meant.
 */
const SEPARATORS = /[\s\p{Pd}\p{Cf}\u2212\u2500\u2501\u30fc]/gu;
/** Letters, digits, marks and printable ASCII: what a code can be printed with. */
const CODE = /^[\p{L}\p{M}\p{N}!-~]+$/u;

/** Digits of a printed number, however they were typed; null for anything else. */
export function normaliseNumber(text: string): string | null {
  if (PLAIN_NUMBER.test(text)) return text; // as tills and machines send it: nothing to do
  if (text.length > TYPED_MAX) return null;
  const digits = text.normalize('NFKC').replace(SEPARATORS, '');
  return PLAIN_NUMBER.test(digits) ? digits : null;
}

const PLAIN_NUMBER = /^[0-9]{8,19}$/;

/** The digit that makes `digits` followed by it pass the Luhn check (ISO/IEC 7812-1 annex B). */
export function luhnDigit(digits: string): string {
  return String((10 - (luhnSum(digits, true) % 10)) % 10);
}

/** Numbers of a base that was brought in need not pass; those that we mint do. */
export function isLuhnNumber(digits: string): boolean {
  return luhnSum(digits, false) % 10 === 0;
}

function luhnSum(digits: string, isLastDoubled: boolean): number {
  let sum = 0;
  let isDoubled = isLastDoubled;
  for (let place = digits.length - 1; place >= 0; place -= 1) {
    const digit = digits.charCodeAt(place) - 48;
    sum += isDoubled ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
    isDoubled = !isDoubled;
  }
  return sum;
}

/**
 * The lane of a printed number: FNV-1a with the finisher of MurmurHash3, unkeyed and cheap, because a
 * number is no secret and minting tries many (R29). Never changes while a database lives.
 */
export function numberLane(number: string, laneCount: number): number {
  return textHash(number) % laneCount;
}

/** 32 bits of FNV-1a, finished so that close texts lie far apart. */
export function textHash(text: string): number {
  return finishHash(startHash(text));
}

/** The same in two steps, for many texts with one beginning. */
export function startHash(text: string, before = 0x811c9dc5): number {
  let hash = before;
  for (let place = 0; place < text.length; place += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  return hash;
}

export function finishHash(started: number): number {
  let hash = Math.imul(started ^ (started >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** As a card shows it: groups from the left, joined by hyphens. */
export function showCode(code: string, shape: Pick<CodeShape, 'groups'>): string {
  if (shape.groups === 0) return code;
  const groups: string[] = [];
  for (let start = 0; start < code.length; start += shape.groups) {
    groups.push(code.slice(start, start + shape.groups));
  }
  return groups.join('-');
}

/** What people may see of a code: its end, never more than a quarter of it nor more than four. */
export function lastOfCode(normalCode: string): string {
  const characters = Array.from(normalCode);
  const shown = Math.min(4, Math.floor(characters.length / 4));
  return shown === 0 ? '' : characters.slice(-shown).join('');
}

/** `************1234`. */
export function maskNumber(number: string): string {
  return '*'.repeat(number.length - 4) + number.slice(-4);
}
