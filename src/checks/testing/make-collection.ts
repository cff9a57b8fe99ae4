/**
 * A made-up collection with what is known of real ones: most forgeries look like nothing of ours, many are validly
 * signed. In two parts, whose forgers and honest people have other ways: on the `tuned` one rules and weights may be
 * set, on the `unseen` one they are only measured. Whoever sets a rule by the second writes a third.
 */
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

export type CollectionPart = 'tuned' | 'unseen';

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
  sizes: Sizes & { readonly part: CollectionPart },
  seed: number,
): Promise<Collection> {
  const { part } = sizes;
  const draw = drawFrom(part === 'tuned' ? seed : ~seed);
  const mails: CollectedMail[] = [];
  for (let at = 0; at < sizes.mails; at += 1) {
    const own = await house.send(`${part}${at}@example.jp`, `申告の内容 ${at}: ${words(draw, 12)}`);
    mails.push({ name: `ours-${at}`, label: 'ours', bytes: own.bytes });
    mails.push({
      name: `forged-${at}`,
      label: 'forged',
      bytes: await forgedMail({ draw, part }, at, own),
    });
    mails.push({
      name: `others-${at}`,
      label: 'others',
      bytes: await othersMail({ draw, part }, at),
    });
  }
  return {
    mails,
    urls: Array.from({ length: sizes.urls }, (_, at) => forgedUrl({ draw, part }, at)),
    honest: Array.from({ length: sizes.honest }, () => honestUrl({ draw, part })),
  };
}

type Draw = (below: number) => number;

interface Maker {
  readonly draw: Draw;
  readonly part: CollectionPart;
}

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

/** Of ten forged addresses one or so has anything of ours; a part sits on hosts that were seen before. */
function forgedUrl({ draw, part }: Maker, at: number): ListedUrl {
  const on = new Date(Date.UTC(2026, 0, 1 + (at % 90))).toISOString().slice(0, 10);
  const [host = '', ...path] = forgedAddress({ draw, part }).split('/');
  return { on, host, path: `/${path.join('/')}`, brand: 'Kinken' };
}

function forgedAddress({ draw, part }: Maker): string {
  const kind = draw(100);
  if (kind < 12) {
    const like = pick(draw, part === 'tuned' ? TUNED_LIKENESS : UNSEEN_LIKENESS)(draw);
    return like.includes('/') ? like : `${like}/${name(draw, 2)}`;
  }
  const path = draw(100) < 10 ? pathLikeOurs({ draw, part }) : name(draw, 2);
  if (kind < 20) {
    const under = pick(draw, ['sites-hosted', 'free-pages', 'web-forms']);
    return `${name(draw, 1)}.${under}.com/${path}`;
  }
  if (kind < 23) return `203.0.113.${draw(250) + 1}/${path}`;
  if (kind < 26)
    return `${name(draw)}.${part === 'tuned' ? 'pages.dev' : pick(draw, ['web.app', 'github.io'])}/${path}`;
  return `${name(draw)}${draw(1_000)}.${pick(draw, ENDINGS)}/${path}`;
}

function pathLikeOurs({ draw, part }: Maker): string {
  if (part === 'tuned') return 'kinken/login';
  return pick(draw, ['jp/%6binken/', 'index.php?brand=KINKEN', 'k1nken-card/verify']);
}

type MakeHost = (draw: Draw) => string;

const under =
  (host: string): MakeHost =>
  (draw) =>
    `${host}.${pick(draw, ENDINGS)}`;

const TUNED_LIKENESS: readonly MakeHost[] = [
  'kinken-login',
  'kinkan',
  'kinkenn',
  'k1nken',
  'my-kinken',
  'denwa-security',
  'secure.kinken',
  'kinken.account',
].map(under);

const KEYS_BESIDE: Readonly<Record<string, string>> = { k: 'jl', i: 'uo', n: 'bm', e: 'wr' };
const MARKED: Readonly<Record<string, string>> = { k: 'ķ', i: 'ï', n: 'ñ', e: 'ê' };

/** One letter of the brand is another: by a table of what it may become. */
function slipped(draw: Draw, table: Readonly<Record<string, string>>): string {
  const at = draw(6);
  const may = table['kinken'.charAt(at)] ?? 'x';
  return `${'kinken'.slice(0, at)}${may.charAt(draw(may.length))}${'kinken'.slice(at + 1)}`;
}

/** Some of them nobody finds by their look: a brand cut short, two slips at once, a short link. */
const UNSEEN_LIKENESS: readonly MakeHost[] = [
  (draw) => `${slipped(draw, KEYS_BESIDE)}.${pick(draw, ENDINGS)}`,
  (draw) => `${slipped(draw, KEYS_BESIDE)}-${name(draw, 2)}.${pick(draw, ENDINGS)}`,
  (draw) => `${slipped(draw, MARKED)}.${pick(draw, ENDINGS)}`,
  (draw) => `кinken-${name(draw, 1)}.${pick(draw, ENDINGS)}`,
  (draw) => `kin.ken-${name(draw, 2)}.${pick(draw, ENDINGS)}`,
  (draw) => `${name(draw, 2)}kinken${draw(100)}.${pick(draw, ENDINGS)}`,
  (draw) => `kinken.example.${name(draw)}.${pick(draw, ENDINGS)}`,
  (draw) => `www.${name(draw)}.co.jp-${name(draw, 2)}.${pick(draw, ENDINGS)}`,
  (draw) => `${name(draw)}.com/jump?to=https%3A%2F%2Fkinken-${name(draw, 1)}.top%2F`,
  (draw) => `bit.ly/${name(draw, 3)}`,
  (draw) => `knkn-${name(draw, 2)}.${pick(draw, ENDINGS)}`,
  (draw) => `kimkem-${name(draw, 2)}.${pick(draw, ENDINGS)}`,
];

/** Shops, offices, forums; now and then a name that is near, our name in a path, or letters of Japan. */
function honestUrl({ draw, part }: Maker): string {
  const kind = draw(1_000);
  const near =
    part === 'tuned' ? ['kingen', 'denwacho', 'kinkei'] : ['kinkendo', 'kinzen', 'denma'];
  if (kind < 3) return `https://${pick(draw, near)}.co.jp/`;
  if (kind < 8) {
    const path = part === 'tuned' ? 'review/kinken' : 'tag/kinken?page=2';
    return `https://${name(draw)}.co.jp/${path}`;
  }
  if (kind < 20) return `https://日本${pick(draw, ['茶', '酒', '紙', '庭'])}${draw(100)}.jp/`;
  if (part === 'unseen' && kind < 45) return honestOddUrl(draw, kind);
  return `https://${pick(draw, ['www', 'shop', 'blog'])}.${name(draw, 2 + draw(3))}.${pick(draw, ['co.jp', 'jp', 'com', 'or.jp', 'ne.jp'])}/${name(draw, 2)}`;
}

/** What honest people do as well: short links, pages under a host of many, a port, a page that leads on. */
function honestOddUrl(draw: Draw, kind: number): string {
  if (kind < 25) return `https://bit.ly/${name(draw)}`;
  if (kind < 35) return `https://${name(draw)}.github.io/${name(draw, 2)}`;
  if (kind < 37) return `https://${name(draw)}.or.jp:8443/`;
  return `https://news.${name(draw)}.com/c?u=https://www.${name(draw)}.co.jp/`;
}

interface Forgery {
  readonly from: { readonly name: string; readonly address: string };
  readonly text: string;
  readonly domain: string | null; // that signs
  readonly selector?: string;
}

const build = async (at: number, { from, text, domain, selector = 's1' }: Forgery) => {
  const { bytes } = await buildMail(
    {
      number: `KN-2222-3333-${['ABCD', 'EFGH', 'JKLM', 'NPQR'][at % 4]}`,
      to: 'hanako@example.jp',
      subject: '重要なお知らせ',
      text,
      writtenAt: Date.UTC(2026, 3, 1),
    },
    from,
    domain === null ? null : { domain, selector, privateKey: STRANGERS },
  );
  return bytes;
};

async function forgedMail(
  { draw, part }: Maker,
  at: number,
  own: Parameters<typeof bodyOf>[0],
): Promise<Uint8Array> {
  const link = `https://${forgedAddress({ draw, part })}`;
  const ours = { name: 'Kinken', address: 'no-reply@kinken.example' };
  const domain = `${name(draw)}${draw(1_000)}.com`;
  const text = `カードの利用を制限しました。\n${link}\n`;
  const kind = draw(100);
  if (part === 'unseen' && kind >= 35) return forgedInOtherWays(draw, at, { link, domain });
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

/** Our name in the words alone, our address as a name, an answer that goes elsewhere, a link that shows another; or nothing of ours. */
async function forgedInOtherWays(
  draw: Draw,
  at: number,
  { link, domain }: { readonly link: string; readonly domain: string },
): Promise<Uint8Array> {
  const text = `Kinkenの利用を制限しました。\n${link}\n`;
  const from = { name: 'お客様係', address: `info@${domain}` };
  const kind = draw(100);
  const signer = draw(100) < 60 ? domain : null;
  if (kind < 40) return build(at, { from, text, domain: signer });
  if (kind < 55) {
    const named = { name: 'no-reply@kinken.example', address: `info@${domain}` };
    return build(at, { from: named, text, domain: signer });
  }
  if (kind < 80) {
    const page = `<p>お手続きのお願い</p><a href="${link}">https://kinken.example/</a>`;
    const head = `From: ${from.address}\r\nReply-To: desk@${name(draw)}.net\r\nSubject: =?utf-8?B?6YeN6KaB?=`;
    return Buffer.from(`${head}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${page}\r\n`);
  }
  return build(at, { from, text: `お荷物をお預かりしています。\n${link}\n`, domain: signer });
}

/** Newsletters and shops, signed well, badly or not at all; some of them name us, some lead to us. */
async function othersMail({ draw, part }: Maker, at: number): Promise<Uint8Array> {
  const domain = `${name(draw)}.co.jp`;
  const from = { name: `${name(draw, 2)}商店`, address: `news@${domain}` };
  const path = draw(100) < 5 ? 'kinken' : name(draw, 2);
  // One in twelve shops says that one can pay with us there.
  const naming = part === 'unseen' && draw(12) === 0 ? 'Kinkenでもお支払いいただけます。' : '';
  const text = `今月のお知らせ ${naming}${words(draw, 5)}\nhttps://www.${domain}/${path}\n`;
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
