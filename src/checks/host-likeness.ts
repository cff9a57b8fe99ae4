import { createRequire } from 'node:module';
import { domainToUnicode } from 'node:url';
import { parse } from 'tldts';
import type { Link } from './find-contacts.ts';

/** The package comes without types that a compiler finds. */
const { rectifyConfusion } = createRequire(import.meta.url)('unicode-confusables') as {
  rectifyConfusion: (text: string) => string;
};

/** What a host of ours is told by: the part of its name that somebody has registered, and brands. */
export interface Names {
  readonly hosts: readonly string[];
  readonly words: readonly string[]; // brands in ASCII, four letters at least
}

export type Likeness =
  | 'host_confusable' // looks the same
  | 'host_elsewhere' // the same name under another ending
  | 'host_near' // a letter or two away
  | 'brand_in_host'
  | 'brand_in_path'
  | 'host_punycode'
  | 'host_is_address'
  | 'link_hides_host'
  | 'link_shows_another';

/**
 * How a link looks beside our own names. For a host that is not ours: an opinion, by the look of it alone.
 */
export function likenessOf(link: Link, names: Names): readonly Likeness[] {
  const { host, path, hasUser, shownHost } = link;
  const found = new Set<Likeness>();
  if (hasUser) found.add('link_hides_host');
  if (shownHost !== null && registered(shownHost) !== registered(host))
    found.add('link_shows_another');
  const { isIp, domainWithoutSuffix: label, domain, subdomain } = parseHost(host);
  if (isIp === true) return [...found.add('host_is_address')];
  if (host.split('.').some((part) => part.startsWith('xn--'))) found.add('host_punycode');
  if (label === null || domain === null) return [...found];
  const ours = names.hosts.map((each) => parseHost(each).domainWithoutSuffix ?? each);
  const nearest = likenessOfLabel(label, ours);
  if (nearest !== null) found.add(nearest);
  const words = [...new Set([...names.words, ...ours.filter((each) => each.length >= 5)])];
  // With a hyphen in it and without: brands are written both ways.
  const labels = skeleton(`${subdomain ?? ''}.${label}`).split('.');
  const parts = labels.flatMap((each) => [each.replaceAll('-', ''), ...each.split('-')]);
  if (nearest === null && words.some((word) => isAmong(skeleton(word), parts))) {
    found.add('brand_in_host');
  }
  const pathParts = skeleton(decoded(path)).split(/[^a-z0-9]+/);
  if (words.some((word) => isAmong(skeleton(word), pathParts))) found.add('brand_in_path');
  return [...found];
}

/** The part of a host that somebody has registered, where pages of many people under one name are each their own. */
export function registered(host: string): string {
  return parseHost(host).domain ?? host;
}

/** What a host looks like to a person: signs that look the same are one. */
export function skeleton(text: string): string {
  const seen = rectifyConfusion(text.normalize('NFKC').toLowerCase())
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '');
  return seen
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replaceAll('0', 'o')
    .replaceAll(/[1i|]/g, 'l')
    .replaceAll('5', 's');
}

function likenessOfLabel(label: string, ours: readonly string[]): Likeness | null {
  if (ours.includes(label)) return 'host_elsewhere';
  const seen = skeleton(domainToUnicode(label)).replaceAll('-', '');
  for (const own of ours) {
    if (skeleton(own).replaceAll('-', '') === seen) return 'host_confusable';
  }
  for (const own of ours) {
    const most = own.length >= 9 ? 2 : own.length >= 5 ? 1 : 0;
    if (most > 0 && distance(label, own, most) <= most) return 'host_near';
  }
  return null;
}

function isAmong(name: string, parts: readonly string[]): boolean {
  const word = name.replaceAll('-', '');
  if (word.length < 4) return false;
  return parts.some((part) => part === word || (word.length >= 6 && part.includes(word)));
}

function parseHost(host: string): ReturnType<typeof parse> {
  return parse(host, { allowPrivateDomains: true });
}

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
