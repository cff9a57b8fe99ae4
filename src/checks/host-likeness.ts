import { domainToUnicode } from 'node:url';
import type { Link } from './find-contacts.ts';
import {
  looksOf,
  parseHost,
  registered,
  shown,
  singleSkeleton,
  skeleton,
  toCompare,
  TWICE,
  type Compared,
  type OwnName,
} from './own-names.ts';

export type Likeness =
  | 'host_confusable' // looks the same
  | 'host_elsewhere' // the same name under another ending
  | 'host_near' // a letter or two away
  | 'brand_in_host'
  | 'near_in_host' // a part of it is a letter or two away
  | 'brand_in_path'
  | 'ending_in_host' // what looks like the end of its name is not
  | 'host_punycode'
  | 'host_mixes_scripts'
  | 'host_is_address'
  | 'host_is_shared' // everybody can have pages under it
  | 'link_is_short'
  | 'link_odd_port'
  | 'link_hides_host'
  | 'link_leads_on'
  | 'link_shows_another';

/**
 * How a link looks beside our own names. For a host that is not ours: an opinion, by the look of it alone.
 */
export function likenessOf(link: Link, names: readonly OwnName[]): readonly Likeness[] {
  const { host, path, shownHost } = link;
  const found = new Set<Likeness>();
  if (link.isHidden) found.add('link_hides_host');
  if (shownHost !== null && registered(shownHost) !== registered(host))
    found.add('link_shows_another');
  if (link.port !== '') found.add('link_odd_port');
  if (link.leadsOn.some((each) => registered(each) !== registered(host)))
    found.add('link_leads_on');
  if (wordsOfPath(path).some((word) => isOurWord(word, names))) found.add('brand_in_path');
  const { isIp, domainWithoutSuffix: label, domain, subdomain, isPrivate } = parseHost(host);
  if (isIp === true) return [...found.add('host_is_address')];
  if (SHORTENERS.has(domain ?? '')) found.add('link_is_short');
  if (isPrivate === true) found.add('host_is_shared');
  for (const part of host.split('.').filter((each) => each.startsWith('xn--'))) {
    found.add('host_punycode');
    if (mixesScripts(domainToUnicode(part))) found.add('host_mixes_scripts');
  }
  if (label === null || domain === null) return [...found];
  for (const each of likenessOfName(subdomain ?? '', label, names)) found.add(each);
  return [...found];
}

function likenessOfName(
  subdomain: string,
  label: string,
  names: readonly OwnName[],
): readonly Likeness[] {
  const found: Likeness[] = [];
  if (ENDING_INSIDE.test(`${subdomain}.${label}.`)) found.push('ending_in_host');
  const nearest = likenessOfLabel(label, names);
  if (nearest !== null) found.push(nearest);
  const labels = [...(subdomain === '' ? [] : subdomain.split('.')), label];
  const shownLabels = labels.map(shown);
  const parts = shownLabels.flatMap(partsOf);
  // Written over several labels: `hos.higift`.
  const joined = skeleton(shownLabels.join('').replaceAll('-', ''));
  const isInside = (own: OwnName) =>
    isAmong(own, parts) || (own.seen.length >= JOINED_MIN && joined.includes(own.seen));
  const foreign = nearest === null ? parts : shownLabels.slice(0, -1).flatMap(partsOf);
  if (nearest === null && names.some(isInside)) found.push('brand_in_host');
  else if (foreign.some(({ text }) => text.length >= NEAR_PART_MIN && isNearAny(text, names)))
    found.push('near_in_host');
  return found;
}

/** Each once, the first of them, and none too short for a name of ours: whoever writes a path writes thousands. */
function wordsOfPath(path: string): readonly string[] {
  const words = new Set<string>();
  for (const [label] of decoded(path).matchAll(PATH_LABEL)) {
    for (const word of wordsOf(label)) {
      if (word.length >= NAME_MIN) words.add(word.slice(0, PATH_WORD_MAX));
    }
    if (words.size >= PATH_WORDS_MAX) break;
  }
  return [...words].slice(0, PATH_WORDS_MAX);
}

/** Each word once for all links of a message, which are judged beside the same names. */
function isOurWord(word: string, names: readonly OwnName[]): boolean {
  const known = wordsKnown.get(names) ?? new Map<string, boolean>();
  wordsKnown.set(names, known);
  const before = known.get(word);
  if (before !== undefined) return before;
  const parts = partsOf(word);
  const isOurs = names.some((own) => isAmong(own, parts));
  known.set(word, isOurs);
  return isOurs;
}

const wordsKnown = new WeakMap<readonly OwnName[], Map<string, boolean>>();
const NAME_MIN = 4;
const PATH_WORDS_MAX = 100;
const PATH_WORD_MAX = 64;
const PATH_LABEL = /[\p{L}\p{N}-]{4,}/gu;

function partsOf(label: string): readonly Compared[] {
  const seen = new Set(wordsOf(label).flatMap((each) => [skeleton(each), singleSkeleton(each)]));
  return [...seen].map(toCompare);
}

/** With a hyphen in it and without: brands are written both ways. */
function wordsOf(label: string): readonly string[] {
  return label.split('.').flatMap((each) => [each.replaceAll('-', ''), ...each.split('-')]);
}

function likenessOfLabel(label: string, names: readonly OwnName[]): Likeness | null {
  const labels = names.filter(({ isLabel }) => isLabel);
  if (labels.some(({ name }) => name === label)) return 'host_elsewhere';
  const seen = looksOf(label);
  if (labels.some((own) => own.seen === seen)) return 'host_confusable';
  const plain = toCompare(label.replaceAll('-', ''));
  const part = toComparePart(seen);
  const isNear = labels.some((own) => {
    const most = mostOf(own.name);
    return most > 0 && (isWithin(part, own, most) || isNotFar(plain, own.compared.plain, most));
  });
  return isNear ? 'host_near' : null;
}

function isNearAny(text: string, names: readonly OwnName[]): boolean {
  const part = toComparePart(text);
  return names.some(
    (own) =>
      own.seen.length >= NEAR_PART_MIN && isWithin(part, own, Math.max(mostOf(own.seen) - 1, 1)),
  );
}

interface Part {
  readonly seen: Compared;
  readonly once: Compared | null; // null: no letter stands twice
}

function toComparePart(text: string): Part {
  const once = text.replaceAll(TWICE, '$1');
  return { seen: toCompare(text), once: once === text ? null : toCompare(once) };
}

/** How many letters a name may be away and still be taken for it. */
function mostOf(name: string): number {
  return name.length >= 12 ? 3 : name.length >= 9 ? 2 : name.length >= 5 ? 1 : 0;
}

/** However many letters are written twice where they stand once: together they are one letter away. */
function isWithin({ seen, once }: Part, { compared }: OwnName, most: number): boolean {
  if (isNotFar(seen, compared.seen, most)) return true;
  return once !== null && isNotFar(once, compared.once, most - 1);
}

function isNotFar(one: Compared, other: Compared, most: number): boolean {
  if (Math.abs(one.text.length - other.text.length) > most) return false;
  if (bits(one.signs & ~other.signs) > most || bits(other.signs & ~one.signs) > most) return false;
  return distance(one.text, other.text, most) <= most;
}

function bits(of: number): number {
  let count = 0;
  for (let left = of; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** The signs first: of thousands of names nearly all lack some. */
function isAmong({ name, compared }: OwnName, parts: readonly Compared[]): boolean {
  if (name.length < NAME_MIN) return false;
  const { seen, single } = compared;
  return parts.some((part) => holds(part, seen) || holds(part, single));
}

function holds(part: Compared, own: Compared): boolean {
  if ((own.signs & ~part.signs) !== 0) return false;
  return own.text.length >= 6 ? part.text.includes(own.text) : part.text === own.text;
}

/** Letters of Latin beside those of a script that is never written with it (TR39, highly restrictive). */
function mixesScripts(label: string): boolean {
  return /\p{Script=Latin}/u.test(label) && STRANGE_BESIDE_LATIN.test(label);
}

const STRANGE_BESIDE_LATIN =
  /(?![\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}])\p{L}/u;

/**
 * `bank.com.` or `bank.co.jp-` before the end: people stop reading there. Behind what stands before every name it is
 * the beginning of one: `www.net-a-porter.com`.
 */
const ENDING_INSIDE =
  /(?:^|\.)(?!(?:www|m|mail|webmail|shop|store|blog|news|my|app|api|login)\d*\.)[^.]+\.(?:com|net|org)[.-]|[^.]\.(?:co|ne|or|go|ac)\.jp[.-]/;

/** The better known: their links say nothing of where they lead. */
const SHORTENERS: ReadonlySet<string> = new Set(
  (
    'bit.ly buff.ly cutt.ly goo.gl goo.su is.gd onl.bz onl.la onl.tw ow.ly rb.gy rebrand.ly ' +
    's.id shorturl.at surl.li t.co t.ly tiny.cc tinyurl.com u.to urx.space urx3.nu v.gd x.gd'
  ).split(' '),
);

const JOINED_MIN = 8;
const NEAR_PART_MIN = 6;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Letters put in, left out, exchanged or swapped with the next; `most` + 1 for anything beyond. */
export function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at += 1) {
    const row = [at];
    for (let to = 1; to <= other.length; to += 1) {
      const isSame = one[at - 1] === other[to - 1];
      let least = Math.min(row[to - 1]! + 1, last[to]! + 1, last[to - 1]! + (isSame ? 0 : 1));
      const isSwapped =
        at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1];
      if (isSwapped) least = Math.min(least, before[to - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[other.length]!;
}
