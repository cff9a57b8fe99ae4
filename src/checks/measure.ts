import type { Owner } from './channel.ts';
import { checkMessage, type CheckParts } from './check-message.ts';
import { readLink } from './find-contacts.ts';
import {
  isOpinion,
  OPINIONS,
  scoreOf,
  SCORE_DOUBTFUL,
  type Opinion,
  type Verdict,
} from './finding.ts';
import { opinionsOfLink } from './judge-message.ts';
import type { ListedUrl } from './known-hosts.ts';
import { registered } from './own-names.ts';

/** Of whom a mail is, as whoever collected it knows: ours, a forgery, or an honest mail of somebody else. */
export const MAIL_LABELS = ['ours', 'forged', 'others'] as const;
export type MailLabel = (typeof MAIL_LABELS)[number];

export interface CollectedMail {
  readonly name: string;
  readonly label: MailLabel;
  readonly bytes: Uint8Array;
}

export interface Collection {
  readonly mails: readonly CollectedMail[];
  readonly urls: readonly ListedUrl[]; // forged, with the day on which each was seen
  readonly honest: readonly string[]; // hosts or addresses on the web
}

/** What the second opinions found, at a bound of points and beside what they accused wrongly. */
export interface Rates {
  readonly forged: number;
  readonly honest: number;
  /** For each rate the lowest bound at which no more of what is honest is accused; null: there is none. */
  readonly atRates: readonly { readonly rate: number; readonly at: AtBound | null }[];
  /** The bound from which on people are told that something looks forged. */
  readonly asTold: AtBound;
  readonly opinions: readonly {
    readonly opinion: Opinion;
    readonly forged: number;
    readonly honest: number;
  }[];
}

export interface AtBound {
  readonly bound: number;
  readonly found: number; // of the forged ones, from 0 to 1
  readonly accused: number; // of the honest ones
}

export interface Measured {
  readonly register: {
    readonly right: number;
    readonly wrong: readonly { readonly name: string; readonly verdict: Verdict | 'refused' }[];
  };
  readonly mails: Rates;
  /** By the look of the address alone. */
  readonly urls: Rates;
  /** And by the hosts that were listed on the days before. */
  readonly urlsWithLists: Rates;
}

/** `rates`: how much of what is honest may be accused, from 0 to 1. Nothing is written, and no page is opened. */
export async function measureChecks(
  parts: CheckParts,
  { mails, urls, honest }: Collection,
  rates: readonly number[],
): Promise<Measured> {
  const checked = await checkAll(parts, mails);
  const wrong = checked
    .filter(({ label, verdict }) => (label === 'ours') !== (verdict === 'ours'))
    .map(({ name, verdict }) => ({ name, verdict }));
  const owners = parts.owners();
  const honestLinks = honest.map((address) => opinionsOfAddress(owners, address, new Set()));
  return {
    register: { right: mails.length - wrong.length, wrong },
    mails: ratesOf(
      checked.filter(({ label }) => label === 'forged').map(({ opinions }) => opinions),
      checked.filter(({ label }) => label !== 'forged').map(({ opinions }) => opinions),
      rates,
    ),
    urls: ratesOf(
      urls.map(({ host, path }) => opinionsOfAddress(owners, host + path, new Set())),
      honestLinks,
      rates,
    ),
    urlsWithLists: ratesOf(withLists(owners, urls), honestLinks, rates),
  };
}

interface CheckedMail {
  readonly name: string;
  readonly label: MailLabel;
  readonly verdict: Verdict | 'refused';
  readonly opinions: readonly Opinion[];
}

async function checkAll(
  parts: CheckParts,
  mails: readonly CollectedMail[],
): Promise<readonly CheckedMail[]> {
  const checked: CheckedMail[] = [];
  const asker = { issuerId: null, recipients: [] };
  const nothing = { number: null, text: null, sender: null, link: null };
  for (const { name, label, bytes } of mails) {
    const told = await checkMessage(parts, { ...nothing, mail: bytes }, asker);
    if (told.ok) {
      const { verdict, findings } = told.value;
      const opinions = findings.map(({ reason }) => reason).filter(isOpinion);
      checked.push({ name, label, verdict, opinions });
    } else checked.push({ name, label, verdict: 'refused', opinions: [] });
  }
  return checked;
}

/** As on the day itself: what was listed until the day before is known. */
function withLists(owners: readonly Owner[], urls: readonly ListedUrl[]): (readonly Opinion[])[] {
  const known = new Set<string>();
  const byDay = Map.groupBy(urls, ({ on }) => on);
  const found: (readonly Opinion[])[] = [];
  for (const day of [...byDay.keys()].toSorted()) {
    const ofDay = byDay.get(day) ?? [];
    for (const { host, path } of ofDay) found.push(opinionsOfAddress(owners, host + path, known));
    for (const { host } of ofDay) known.add(host);
  }
  return found;
}

function opinionsOfAddress(
  owners: readonly Owner[],
  address: string,
  known: ReadonlySet<string>,
): readonly Opinion[] {
  const link = readLink(address);
  if (link === null) return [];
  const listed = [link.host, registered(link.host)].filter((host) => known.has(host));
  const knownHosts = new Map(listed.map((host) => [host, { brand: '', since: '' }]));
  return opinionsOfLink({ owners, knownHosts }, link);
}

function ratesOf(
  forged: readonly (readonly Opinion[])[],
  honest: readonly (readonly Opinion[])[],
  rates: readonly number[],
): Rates {
  const [forgedScores, honestScores] = [forged, honest].map((each) => each.map(scoreOf));
  const at = (bound: number): AtBound => ({
    bound,
    found: shareOf(forgedScores ?? [], bound),
    accused: shareOf(honestScores ?? [], bound),
  });
  // A bound of nothing would accuse whoever is merely not known.
  const bounds = [...new Set([...(forgedScores ?? []), ...(honestScores ?? [])])]
    .filter((bound) => bound > 0)
    .toSorted((one, other) => one - other);
  return {
    forged: forged.length,
    honest: honest.length,
    atRates: rates.map((rate) => ({
      rate,
      at: bounds.map(at).find(({ accused }) => accused <= rate) ?? null,
    })),
    asTold: at(SCORE_DOUBTFUL),
    opinions: OPINIONS.map((opinion) => ({
      opinion,
      forged: forged.filter((each) => each.includes(opinion)).length,
      honest: honest.filter((each) => each.includes(opinion)).length,
    })).filter((each) => each.forged + each.honest > 0),
  };
}

function shareOf(scores: readonly number[], bound: number): number {
  if (scores.length === 0) return 0;
  return scores.filter((score) => score >= bound).length / scores.length;
}
