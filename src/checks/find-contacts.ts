import { parse } from 'tldts';
import { readAddress, readHost, readPhone } from './channel.ts';

/** A way out of a message: where its reader would be led. */
export interface Link {
  readonly host: string; // as a browser goes to it
  readonly path: string;
  /** Written so that people take another host for it: behind an @ or a backslash, or in percent signs. */
  readonly isHidden: boolean;
  readonly port: string; // empty: the usual one
  /** The host of another address within it, where its reader may be passed on to. */
  readonly leadsOn: string | null;
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
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, '')
    .replaceAll(/\[\.\]|\(\.\)|\{\.\}/g, '.') // as people write what shall not be clicked
    .replaceAll(/\bhxxp/gi, 'http');
  const addresses = found(plain, ADDRESS, ([whole]) => readAddress(whole));
  const rest = plain.replaceAll(ADDRESS, (whole, offset: number) =>
    /\/\/[^\s/]*$/.test(plain.slice(Math.max(0, offset - 100), offset)) ? whole : ' ',
  );
  const links = [
    ...found(rest, WEB, ([whole]) => readLink(whole)),
    ...found(rest.replaceAll(WEB, ' '), BARE, ([whole]) => readBare(whole)),
  ];
  const phones = found(rest.replaceAll(WEB, ' '), PHONE, ([whole]) => readPhone(whole));
  return {
    links: uniqueLinks(links),
    addresses: [...new Set(addresses)],
    phones: [...new Set(phones)],
  };
}

/** One address on the web, with or without its beginning; null: none. */
export function readLink(text: string, shown: string | null = null): Link | null {
  const given = text
    .trim()
    .slice(0, LINK_MAX)
    .replace(/[.,;:!?)\]}>]+$/, '');
  const whole = /^https?:/i.test(given) ? given : `https://${given}`;
  if (!URL.canParse(whole)) return null;
  const url = new URL(whole);
  const host = url.hostname.replace(/\.$/, '');
  if (host === '') return null;
  const path = `${url.pathname}${url.search}${url.hash}`.slice(0, LINK_MAX);
  return {
    host,
    path,
    // A browser reads \\ as the end of the host; other programs, and people, do not.
    isHidden:
      url.username !== '' ||
      url.password !== '' ||
      /^[^?#]*\\/.test(given) ||
      /^https?:\/*[^/?#]*%/i.test(whole),
    port: url.port,
    leadsOn: leadingOn(path),
    shownHost: shown === null ? null : hostShown(shown),
  };
}

/** As it stands in the path, in the question behind it, or in either of them once or twice encoded. */
function leadingOn(path: string): string | null {
  let text = path;
  for (let times = 0; times < ENCODED_MAX; times += 1) {
    const inner = /(?:https?:\/\/|=\/\/)([^\s/?#&]{1,253})/i.exec(text)?.[1] ?? '';
    if (inner.includes('.') && URL.canParse(`https://${inner}`)) {
      return new URL(`https://${inner}`).hostname;
    }
    const next = text.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (next === text) return null;
    text = next;
  }
  return null;
}

const ENCODED_MAX = 3;

export function uniqueLinks(links: readonly Link[]): readonly Link[] {
  const known = new Map<string, Link>();
  for (const link of links) {
    const key = `${link.host} ${link.path} ${link.shownHost}`;
    if (!known.has(key)) known.set(key, link);
  }
  return [...known.values()].slice(0, CONTACTS_MAX);
}

const LINK_MAX = 2_048;
const WEB = /https?:\/\/[^\s<>"'`「」『』【】（）、。]+/giu;
const BARE =
  /(?<![\w@.-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.)+[\p{L}]{2,24}(?:\/[^\s<>"'、。]*)?/giu;
const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\p{L}\p{N}.-]{1,253}/gu;
const PHONE = /(?<![\w-])(?:\+?\d[\d ().\p{Pd}]{7,20}\d)(?![\w-])/gu;

function found<Value>(
  text: string,
  pattern: RegExp,
  read: (match: RegExpMatchArray) => Value | null,
): Value[] {
  const values: Value[] = [];
  for (const match of text.matchAll(pattern)) {
    const value = read(match);
    if (value !== null) values.push(value);
    if (values.length >= CONTACTS_MAX) break;
  }
  return values;
}

/** Without a beginning only what ends as a domain does: `3.5` and `file.name` are none. */
function readBare(text: string): Link | null {
  const host = readHost(text.split('/')[0] ?? '');
  return host !== null && parse(host).isIcann === true ? readLink(text) : null;
}

function hostShown(text: string): string | null {
  const first = text.trim().split(/\s/)[0] ?? '';
  return (/^https?:/i.test(first) ? readLink(first) : readBare(first))?.host ?? null;
}
