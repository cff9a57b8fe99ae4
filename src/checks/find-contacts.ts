import { parse } from 'tldts';
import { domainToASCII } from 'node:url';
import { HOST_MAX, LABEL_MAX, readAddress, readHost, readPhone } from './channel.ts';
import { leadingOn, readUrl, UNREADABLE } from './leads-on.ts';
import { inOneWidth } from './one-width.ts';

/** A way out of a message: where its reader would be led. */
export interface Link {
  readonly host: string; // as a browser goes to it
  readonly path: string;
  /** Written so that people take another host for it: behind an @ or a backslash, or in percent signs. */
  readonly isHidden: boolean;
  readonly port: string; // empty: the usual one
  /** The hosts of other addresses within it, where its reader may be passed on to. */
  readonly leadsOn: readonly string[];
  /** The host that the visible words of the link name, where they name one. */
  readonly shownHost: string | null;
}

export interface Contacts {
  readonly links: readonly Link[];
  readonly addresses: readonly string[];
  readonly phones: readonly string[];
}

export const CONTACTS_MAX = 50;

/** Every address on the web, mail address and telephone number that stands in a text. */
export function findContacts(text: string): Contacts {
  const plain = inOneWidth(text)
    .slice(0, PLAIN_MAX)
    .replaceAll(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, '')
    .replaceAll(/\[\.\]|\(\.\)|\{\.\}/g, '.') // as people write what shall not be clicked
    .replaceAll(/\bhxxp/gi, 'http');
  // First the links: what stands in one before an @ is no mail address.
  const rest = plain.replaceAll(WEB, ' ');
  const addresses = found(rest.matchAll(ADDRESS), ([whole]) => readAddress(atEnd(whole)));
  const last = rest.replaceAll(ADDRESS, ' ');
  const links = [
    ...found(plain.matchAll(WEB), ([whole]) => readLink(whole)),
    ...found(namesIn(last), ({ host, path }) => readNamed(host, path)),
  ];
  const phones = found(last.matchAll(PHONE), ([whole]) => readPhone(whole), PHONES_MAX);
  return {
    links: uniqueLinks(links),
    addresses: [...new Set(addresses)],
    phones: [...new Set(phones)],
  };
}

/** One address on the web, with or without its beginning; null: none. */
export function readLink(text: string, shown: string | null = null): Link | null {
  const said = text.trim();
  const given = said.slice(0, LINK_MAX).replace(/(?<![.,;:!?)\]}>])[.,;:!?)\]}>]+$/, '');
  const whole = /^https?:/i.test(given) ? given : `https://${given}`;
  const url = readUrl(whole);
  if (url === null) return null;
  const host = url.hostname.replace(/\.$/, '');
  if (host === '') return null;
  const path = `${url.pathname}${url.search}${url.hash}`;
  const leadsOn = leadingOn(path);
  return {
    host,
    path: path.slice(0, LINK_MAX),
    // A browser reads \\ as the end of the host; other programs, and people, do not.
    isHidden:
      url.username !== '' ||
      url.password !== '' ||
      /^[^?#]*\\/.test(given) ||
      /^https?:\/*[^/?#]*%/i.test(whole),
    port: url.port,
    leadsOn: said.length > LINK_MAX ? [...leadsOn, UNREADABLE] : leadsOn, // its end was not read
    shownHost: shown === null ? null : hostShown(shown),
  };
}

export function uniqueLinks(links: readonly Link[]): readonly Link[] {
  const known = new Map<string, Link>();
  for (const link of links) {
    const key = `${link.host} ${link.path} ${link.shownHost}`;
    if (!known.has(key)) known.set(key, link);
  }
  return [...known.values()].slice(0, CONTACTS_MAX);
}

const LINK_MAX = 2_048;
const PLAIN_MAX = 200_000;
const LOCAL_MAX = 64;
const TRIES_MAX = 2 * CONTACTS_MAX;
const PHONES_MAX = 5_000;

// Each of these reads every character a bounded number of times, whatever stands in the text.
const WEB = /https?:\/\/[^\s<>"'`「」『』【】（）、。]+/giu;
const ADDRESS = /(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+@[\p{L}\p{N}.-]{1,253}/gu;
const PHONE = /(?<![\w-])(?:\+?\d[\d ().\p{Pd}]{7,20}\d)(?![\w-])/gu;
const NAME =
  /(?<![\p{L}\p{N}@._-])(?:[\p{L}\p{N}]|(?:\.|-+)(?=[\p{L}\p{N}]))+(?:\/[^\s<>"'、。]*)?/gu;

function found<Each, Value>(
  all: Iterable<Each>,
  read: (each: Each) => Value | null,
  triesMax = TRIES_MAX,
): Value[] {
  const values: Value[] = [];
  let left = triesMax;
  for (const each of all) {
    const value = read(each);
    if (value !== null) values.push(value);
    left -= 1;
    if (values.length >= CONTACTS_MAX || left === 0) break;
  }
  return values;
}

/** What stands before its @ has a bound, and the words before it may run into it. */
function atEnd(address: string): string {
  const at = address.lastIndexOf('@');
  return address.slice(Math.max(0, at - LOCAL_MAX));
}

interface WrittenName {
  readonly host: string;
  readonly path: string;
}

/** Without a beginning only what ends as a domain does: `3.5` and `file.name` are none. */
function* namesIn(text: string): Generator<WrittenName> {
  const endings = new Map<string, boolean>();
  for (const [whole] of text.matchAll(NAME)) {
    const slash = whole.indexOf('/');
    const name = slash === -1 ? whole : whole.slice(0, slash);
    const host = /^.*\.(?:[a-z]{2,24}|\p{L}{2,24})/iu.exec(name.slice(-HOST_MAX))?.[0] ?? '';
    if (host === '') continue;
    const ending = host.slice(host.lastIndexOf('.') + 1);
    const isDomain = endings.get(ending) ?? parse(`a.${domainToASCII(ending)}`).isIcann === true;
    endings.set(ending, isDomain);
    if (isDomain) yield { host, path: name.endsWith(host) ? whole.slice(name.length) : '' };
  }
}

/** In Japanese nothing divides a name from the words before it: where both are too long for one, its plain end is it. */
function readNamed(written: string, path: string): Link | null {
  const labels = written.split('.');
  const from = labels.findLastIndex((label) => label.length > LABEL_MAX);
  if (from === -1 && readHost(written) !== null) return readLink(written + path);
  const first = /(?<![\w-])[a-z0-9][a-z0-9-]*$/i.exec(labels[Math.max(from, 0)] ?? '')?.[0] ?? '';
  const host = [first, ...labels.slice(Math.max(from, 0) + 1)].join('.');
  return first !== '' && first.length <= LABEL_MAX ? readLink(host + path) : null;
}

function readBare(text: string): Link | null {
  const [first] = namesIn(text);
  return first ? readNamed(first.host, first.path) : null;
}

function hostShown(text: string): string | null {
  const first = text.trim().split(/\s/)[0] ?? '';
  return (/^https?:/i.test(first) ? readLink(first) : readBare(first))?.host ?? null;
}
