/** A made-up collection with what is known of real ones: most forgeries look like nothing of ours, many are validly signed. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { buildMail } from '../../notices/carrier.ts';
import type { DnsResolver } from '../authenticate-mail.ts';
import type { ListedUrl } from '../known-hosts.ts';
import type { Collection, CollectedMail } from '../measure.ts';
import { bodyOf, KEY, type openCheckingHouse } from './checking-house.ts';

type House = Awaited<ReturnType<typeof openCheckingHouse>>;

export interface Sizes {
  readonly mails: number; // of each label
  readonly urls: number;
  readonly honest: number;
}

/** A stranger's keys and rules, and ours, as the DNS of a made-up world tells them. */
export const STRANGERS: KeyObject = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;

export const madeUpDns: DnsResolver = async (name, type) => {
  const own = name.endsWith('kinken.example');
  if (type === 'TXT' && /\._domainkey\./.test(name)) {
    if (name.includes('unpublished')) throw missing();
    const der = createPublicKey(own ? KEY : STRANGERS).export({ type: 'spki', format: 'der' });
    return [[`v=DKIM1; k=rsa; p=${der.toString('base64')}`]];
  }
  if (type === 'TXT' && name.startsWith('_dmarc.'))
    return [[`v=DMARC1; p=${own ? 'reject' : 'none'}`]];
  throw missing();
};

export async function makeCollection(
  house: House,
  sizes: Sizes,
  seed: number,
): Promise<Collection> {
  const draw = drawFrom(seed);
  const mails: CollectedMail[] = [];
  for (let at = 0; at < sizes.mails; at += 1) {
    const own = await house.send(
      `customer${at}@example.jp`,
      `申告の内容 ${at}: ${words(draw, 12)}`,
    );
    mails.push({ name: `ours-${at}`, label: 'ours', bytes: own.bytes });
    mails.push({ name: `forged-${at}`, label: 'forged', bytes: await forgedMail(draw, at, own) });
    mails.push({ name: `others-${at}`, label: 'others', bytes: await othersMail(draw, at) });
  }
  return {
    mails,
    urls: Array.from({ length: sizes.urls }, (_, at) => forgedUrl(draw, at)),
    honest: Array.from({ length: sizes.honest }, () => honestUrl(draw)),
  };
}

type Draw = (below: number) => number;

/** A small generator (mulberry32): the same seed makes the same collection. */
function drawFrom(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SYLLABLES =
  'ka ki ku ko sa shi su so ta chi to na ni no ha hi ma mi mo ya yu ra ri ru re wa'.split(' ');

function name(draw: Draw, parts = 3): string {
  return Array.from({ length: parts }, () => SYLLABLES[draw(SYLLABLES.length)]).join('');
}

function words(draw: Draw, count: number): string {
  return Array.from({ length: count }, () => name(draw, 2)).join(' ');
}

const pick = <Value>(draw: Draw, values: readonly Value[]): Value => values[draw(values.length)]!;
const ENDINGS = ['com', 'net', 'top', 'cn', 'xyz', 'shop', 'cfd', 'icu'];
const LIKE_OURS = [
  'kinken-login',
  'kinkan',
  'kinkenn',
  'k1nken',
  'my-kinken',
  'denwa-security',
  'secure.kinken',
  'kinken.account',
];

/** Of ten, one or so has anything of ours in its name; a part sits on hosts that were seen before. */
function forgedHost(draw: Draw): string {
  const kind = draw(100);
  if (kind < 12) return `${pick(draw, LIKE_OURS)}.${pick(draw, ENDINGS)}`;
  if (kind < 20)
    return `${name(draw, 1)}.${pick(draw, ['sites-hosted', 'free-pages', 'web-forms'])}.com`;
  if (kind < 23) return `203.0.113.${draw(250) + 1}`;
  if (kind < 26) return `${name(draw)}.pages.dev`;
  return `${name(draw)}${draw(1_000)}.${pick(draw, ENDINGS)}`;
}

function forgedUrl(draw: Draw, at: number): ListedUrl {
  const on = new Date(Date.UTC(2026, 0, 1 + (at % 90))).toISOString().slice(0, 10);
  const path = draw(100) < 10 ? '/kinken/login' : `/${name(draw, 2)}`;
  return { on, host: forgedHost(draw), path, brand: 'Kinken' };
}

/** Shops, offices, forums; now and then a name that is near, our name in a path, or letters of Japan. */
function honestUrl(draw: Draw): string {
  const kind = draw(1_000);
  if (kind < 3) return `https://${pick(draw, ['kingen', 'denwacho', 'kinkei'])}.co.jp/`;
  if (kind < 8) return `https://${name(draw)}.co.jp/review/kinken`;
  if (kind < 20) return `https://日本${pick(draw, ['茶', '酒', '紙', '庭'])}${draw(100)}.jp/`;
  return `https://${pick(draw, ['www', 'shop', 'blog'])}.${name(draw, 2 + draw(3))}.${pick(draw, ['co.jp', 'jp', 'com', 'or.jp', 'ne.jp'])}/${name(draw, 2)}`;
}

interface Forgery {
  readonly from: { readonly name: string; readonly address: string };
  readonly text: string;
  readonly domain: string | null; // that signs
  readonly selector?: string;
}

const build = (at: number, { from, text, domain, selector = 's1' }: Forgery) =>
  buildMail(
    {
      number: `KN-2222-3333-${['ABCD', 'EFGH', 'JKLM', 'NPQR'][at % 4]}`,
      to: 'hanako@example.jp',
      subject: '重要なお知らせ',
      text,
      writtenAt: Date.UTC(2026, 3, 1),
    },
    from,
    domain === null ? null : { domain, selector, privateKey: STRANGERS },
  ).then(({ bytes }) => bytes);

async function forgedMail(
  draw: Draw,
  at: number,
  own: Parameters<typeof bodyOf>[0],
): Promise<Uint8Array> {
  const host = forgedHost(draw);
  const link = `https://${host}/${name(draw, 2)}`;
  const ours = { name: 'Kinken', address: 'no-reply@kinken.example' };
  const domain = `${name(draw)}${draw(1_000)}.com`;
  const text = `カードの利用を制限しました。\n${link}\n`;
  const kind = draw(100);
  if (kind < 10) return build(at, { from: ours, text: `${bodyOf(own)}\n${link}\n`, domain });
  if (kind < 25) return build(at, { from: ours, text, domain: null });
  if (kind < 35) {
    const bytes = Buffer.from(own.bytes).toString('latin1');
    const end = bytes.indexOf('\r\n\r\n') + 4;
    const changed = Buffer.from(`${bodyOf(own)}\n${link}\n`).toString('base64');
    return Buffer.from(`${bytes.slice(0, end)}${changed}\r\n`, 'latin1');
  }
  if (kind < 55)
    return build(at, { from: { name: 'Kinken', address: `info@${domain}` }, text, domain });
  if (kind < 80)
    return build(at, { from: { name: '事務局', address: `info@${domain}` }, text, domain });
  return build(at, { from: { name: '事務局', address: `a@${domain}` }, text, domain: null });
}

/** Newsletters and shops, signed well, badly or not at all; some of them name us, some lead to us. */
async function othersMail(draw: Draw, at: number): Promise<Uint8Array> {
  const domain = `${name(draw)}.co.jp`;
  const from = { name: `${name(draw, 2)}商店`, address: `news@${domain}` };
  const path = draw(100) < 5 ? 'kinken' : name(draw, 2);
  const text = `今月のお知らせ ${words(draw, 5)}\nhttps://www.${domain}/${path}\n`;
  const kind = draw(100);
  if (kind < 80) return build(at, { from, text, domain });
  if (kind < 92) return build(at, { from, text, domain: null });
  if (kind < 97) return build(at, { from, text, domain, selector: 'unpublished' });
  const bytes = Buffer.from(await build(at, { from, text, domain })).toString('latin1');
  return Buffer.from(`${bytes}\r\n-- \r\nmailing list\r\n`, 'latin1');
}

function missing(): Error {
  return Object.assign(new Error('none'), { code: 'ENOTFOUND' });
}
