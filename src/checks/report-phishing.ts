import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import {
  closeReport,
  countReporters,
  decideProposal,
  eraseOldReports,
  insertProposal,
  insertReport,
  listProposals,
  listReports,
  readReportPicture,
} from './checks.sql.ts';
import type { Reason, Verdict } from './finding.ts';

/** What the asker saw of the message: kept sealed, for the fraud desk. */
export interface SeenMessage {
  readonly sender: string | null;
  readonly subject: string | null;
  readonly text: string; // the beginning
  readonly links: readonly string[];
}

export interface NewPhishingReport {
  readonly issuerId: number;
  readonly productId: number | null; // what the message names
  readonly sellerId: number | null;
  readonly reporter: string; // an address or a client: only its keyed hash is kept
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly hosts: readonly string[];
  readonly seen: SeenMessage;
  readonly contact: string | null;
  /** Drawn anew by us: kept sealed, for the desk alone. */
  readonly picture: Uint8Array | null;
}

export interface PhishingParts {
  readonly connection: Connection;
  readonly keys: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
}

/** So many different people within so long: then a stop is proposed. One person alone proposes nothing. */
export const PROPOSAL_RULE = { reporters: 5, withinMs: 24 * 3_600_000 };
export const CONTACT_MAX = 200;
const A_DAY_MS = 24 * 3_600_000;
const REPORTS_A_DAY_MAX = 20;
const KEPT_MS = 90 * A_DAY_MS;
const ERASED_AT_ONCE = 500;

/** Keeps it for the fraud desk; null: this asker has sent enough for a day, and it was not kept. */
export async function reportPhishing(
  { connection, keys, random, clock }: PhishingParts,
  report: NewPhishingReport,
): Promise<{ readonly number: string } | null> {
  const reportedAt = clock.now();
  const number = newNumber(random);
  const contact = report.contact?.trim().slice(0, CONTACT_MAX) ?? '';
  const { issuerId, productId, sellerId, verdict } = report;
  return connection.transaction(async (transaction) => {
    const inserted = await insertReport(transaction, {
      number,
      issuerId,
      productId,
      sellerId,
      verdict,
      reporterHash: keys.askerHash(`phishing reporter\n${report.reporter}`),
      reasons: [...new Set(report.reasons)].slice(0, 50),
      hosts: [...new Set(report.hosts)].slice(0, 20),
      seenSealed: keys.seal(JSON.stringify(report.seen)),
      contactSealed: contact === '' ? null : keys.seal(contact),
      pictureSealed: report.picture && keys.seal(Buffer.from(report.picture).toString('base64')),
      reportedAt,
      since: reportedAt - A_DAY_MS,
      most: REPORTS_A_DAY_MAX,
    });
    if (inserted.length === 0) return null;
    await proposeStop(transaction, { issuerId, productId, sellerId, at: reportedAt });
    return { number };
  });
}

/** Many people name the same product or seller: a person is asked whether the switch is thrown there. */
async function proposeStop(
  on: Queryable,
  named: { issuerId: number; productId: number | null; sellerId: number | null; at: Instant },
): Promise<void> {
  const { issuerId, productId, sellerId, at } = named;
  if (productId === null && sellerId === null) return;
  const since = at - PROPOSAL_RULE.withinMs;
  const [counted] = await countReporters(on, { issuerId, productId, sellerId, since });
  const { ofProduct = 0, ofSeller = 0 } = counted ?? {};
  const proposedAt = at;
  if (productId !== null && ofProduct >= PROPOSAL_RULE.reporters) {
    const reporters = ofProduct;
    await insertProposal(on, { issuerId, productId, sellerId: null, reporters, proposedAt, since });
  }
  if (sellerId !== null && ofSeller >= PROPOSAL_RULE.reporters) {
    const reporters = ofSeller;
    await insertProposal(on, { issuerId, productId: null, sellerId, reporters, proposedAt, since });
  }
}

export interface PhishingReport {
  readonly reportId: bigint;
  readonly number: string;
  readonly productId: number | null;
  readonly sellerId: number | null;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly hosts: readonly string[];
  readonly seen: SeenMessage | null; // null: erased
  readonly contact: string | null;
  readonly hasPicture: boolean; // false also when it was erased
  readonly reportedAt: Instant;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly closingNote: string | null;
}

const LAST = 2n ** 62n;

/** For the fraud desk, the newest first. */
export async function findPhishingReports(
  { connection, keys }: Pick<PhishingParts, 'connection' | 'keys'>,
  asked: { issuerId: number; isOpenOnly: boolean; before: bigint | null; size: number },
): Promise<readonly PhishingReport[]> {
  const rows = await listReports(connection, { ...asked, before: asked.before ?? LAST });
  return rows.map(({ seenSealed, contactSealed, ...row }) => ({
    ...row,
    seen: seenSealed && (JSON.parse(keys.unseal(seenSealed)) as SeenMessage),
    contact: contactSealed && keys.unseal(contactSealed),
  }));
}

/** The picture with a report of this issuer's, as a JPEG in base64; null: there is none, or none any more. */
export async function findReportPicture(
  { connection, keys }: Pick<PhishingParts, 'connection' | 'keys'>,
  asked: { readonly issuerId: number; readonly number: string },
): Promise<string | null> {
  const [row] = await readReportPicture(connection, asked);
  return row === undefined ? null : keys.unseal(row.pictureSealed);
}

/** False where this issuer has no such open report; `on` is the transaction of the trail's row. */
export async function closePhishingReport(
  on: Queryable,
  end: {
    number: string;
    issuerId: number;
    closedBy: string;
    closingNote: string;
    closedAt: Instant;
  },
): Promise<boolean> {
  return (await closeReport(on, end)) > 0;
}

export interface StopProposal {
  readonly proposalId: number;
  readonly productId: number | null;
  readonly sellerId: number | null;
  readonly reporters: number;
  readonly proposedAt: Instant;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  readonly suspensionId: number | null;
  readonly note: string | null;
}

export function findStopProposals(
  { connection }: Pick<PhishingParts, 'connection'>,
  issuerId: number,
): Promise<readonly StopProposal[]> {
  return listProposals(connection, { issuerId, size: PROPOSALS_SHOWN });
}

const PROPOSALS_SHOWN = 100;

/** The decision of a person: which suspension was thrown for it, or null where it was dismissed. */
export async function decideStopProposal(
  on: Queryable,
  decision: {
    readonly proposalId: number;
    readonly issuerId: number;
    readonly suspensionId: number | null;
    readonly decidedBy: string;
    readonly note: string;
    readonly decidedAt: Instant;
  },
): Promise<boolean> {
  return (await decideProposal(on, decision)) > 0;
}

/** Forgets what was seen, a page at a time; returns how many. */
export function erasePhishingReports({ connection, clock }: PhishingParts): Promise<number> {
  return eraseOldReports(connection, { before: clock.now() - KEPT_MS, size: ERASED_AT_ONCE });
}

/** `PH-7Q2M-4XKT`: it opens nothing. */
function newNumber(random: Random): string {
  const sign = () => ALPHABET[random.below(ALPHABET.length)];
  const group = () => Array.from({ length: 4 }, sign).join('');
  return `PH-${group()}-${group()}`;
}

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
