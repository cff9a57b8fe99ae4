import { createRequire } from 'node:module';
import { domainToUnicode } from 'node:url';
import { parse } from 'tldts';
import type { Owner } from './channel.ts';

/** The package comes without types that a compiler finds. */
const { rectifyConfusion } = createRequire(import.meta.url)('unicode-confusables') as {
  rectifyConfusion: (text: string) => string;
};

/** A name of ours, as it is compared: made once, since a register may have thousands. */
export interface OwnName {
  readonly name: string; // as it is written
  readonly seen: string; // as it looks, without hyphens
  readonly compared: Readonly<Record<'plain' | 'seen' | 'single' | 'once', Compared>>;
  /** A part of a host that somebody has registered; else a brand. */
  readonly isLabel: boolean;
}

/** A text with the signs that stand in it: what lacks too many of them is not looked at letter by letter. */
export interface Compared {
  readonly text: string;
  readonly signs: number;
}

/** By the registered parts of the hosts of owners, and by their brands. */
export function ownNamesOf(owners: readonly Owner[]): readonly OwnName[] {
  return owners.flatMap((owner) => knownOf(owner).names);
}

/** What the words of a stranger may name us by, as `readForBrands` reads them. */
export function brandsOf(owners: readonly Owner[]): readonly string[] {
  return owners.flatMap((owner) => knownOf(owner).brands);
}

/** Words and brands as they are compared: one width, small letters. */
export function readForBrands(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

interface KnownOwner {
  readonly names: readonly OwnName[];
  readonly brands: readonly string[];
}

/** An owner that changes is another object. */
const known = new WeakMap<Owner, KnownOwner>();

function knownOf(owner: Owner): KnownOwner {
  const before = known.get(owner);
  if (before !== undefined) return before;
  const made = { names: makeNames(owner), brands: makeBrands(owner) };
  known.set(owner, made);
  return made;
}

function makeBrands({ ownerId, words, nameJa, nameEn }: Owner): readonly string[] {
  const names = ownerId === SELF ? words : [...words, nameJa, nameEn];
  return [...new Set(names.map(readForBrands))].filter((name) => name.length > 1);
}

/** This server itself: what stands for its name ("this site") is a word that everybody writes. */
const SELF = 0;

function makeNames(owner: Owner): readonly OwnName[] {
  const names = new Map<string, OwnName>();
  for (const { kind, value } of owner.channels) {
    if (kind === 'web_host') put(names, parseHost(value).domainWithoutSuffix ?? value, true);
  }
  for (const word of owner.words) {
    const plain = readForBrands(word).replaceAll(/[\s-]/g, '');
    if (/^[a-z0-9]{4,}$/.test(plain)) put(names, plain, false);
  }
  return [...names.values()];
}

function put(names: Map<string, OwnName>, name: string, isLabel: boolean): void {
  if (names.has(name)) return;
  const seen = looksOf(name);
  const compared = {
    plain: toCompare(name.replaceAll('-', '')),
    seen: toCompare(seen),
    single: toCompare(singleSkeleton(name).replaceAll('-', '')),
    once: toCompare(seen.replaceAll(TWICE, '$1')),
  };
  names.set(name, { name, seen, compared, isLabel });
}

/** How a label looks: as a browser might show it, without hyphens. */
export function looksOf(label: string): string {
  return skeleton(shown(label)).replaceAll('-', '');
}

/** A label as a browser might show it. */
export function shown(label: string): string {
  return label.startsWith('xn--') ? domainToUnicode(label) || label : label;
}

/**
 * What a text looks like to a person: signs that look the same are one (Unicode TR39), and so are letters that look
 * like others beside each other, digits that are read as letters, and letters with marks on them.
 */
export function skeleton(text: string): string {
  return readAs(
    plainOf(text).replaceAll(/rn|nn/g, 'm').replaceAll(/vv|uu/g, 'w').replaceAll('cl', 'd'),
  );
}

/** Letter by letter: where two words meet, `rn` is the end of one and the beginning of the other. */
export function singleSkeleton(text: string): string {
  return readAs(plainOf(text));
}

function plainOf(text: string): string {
  const lower = text.toLowerCase();
  return PLAIN.test(lower) ? lower : likePlain(lower);
}

function readAs(seen: string): string {
  return seen.replaceAll(/[013457|i]/g, (sign) => READ_AS[sign] ?? sign);
}

const PLAIN = /^[a-z0-9.-]*$/;
const READ_AS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '|': 'l',
  i: 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
};

function likePlain(text: string): string {
  return rectifyConfusion(text.normalize('NFKC').toLowerCase())
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '');
}

/** A letter that stands twice or more. */
export const TWICE = /(.)\1+/g;

/** A bit for each letter, some for the digits, one for everything else. */
export function toCompare(text: string): Compared {
  let signs = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    const isLetter = sign >= 97 && sign <= 122;
    signs |= 1 << (isLetter ? sign - 97 : sign >= 48 && sign <= 57 ? 26 + (sign % 5) : 31);
  }
  return { text, signs };
}

export function parseHost(host: string): ReturnType<typeof parse> {
  return parse(host, { allowPrivateDomains: true });
}

/** The part of a host that somebody has registered, where pages of many people under one name are each their own. */
export function registered(host: string): string {
  return parseHost(host).domain ?? host;
}
