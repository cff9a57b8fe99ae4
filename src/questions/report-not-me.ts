import type { Engine } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Logger } from '../kernel/log.ts';
import {
  closeReport,
  findOpenReport,
  insertReport,
  listReports,
  markReportStopped,
  setDeskNotice,
} from './reports.sql.ts';

/** "That was not me": a customer says that somebody else used the code. */
export interface NewReport {
  readonly issuerId: number;
  readonly productId: number;
  readonly sellerId: number | null; // who sold it: tells whose desk it is
  readonly instrumentId: bigint;
  readonly words: string | null;
  readonly contact: string | null;
  readonly locale: Locale;
}

export interface Reported {
  readonly number: string;
  readonly isNew: boolean;
  /** What was left on the card has been stopped. */
  readonly isStopped: boolean;
}

export interface ReportParts {
  readonly connection: Connection;
  readonly engine: Pick<Engine, 'submit'>;
  readonly keys: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  /** In whose name the card is stopped. */
  houseClientId(issuerId: number): Promise<number>;
  /** Writes to the desk in the report's transaction; returns the notice's number, null where there is no desk. */
  tellDesk(on: Queryable, told: ToldDesk): Promise<string | null>;
}

export interface ToldDesk extends NewReport {
  readonly number: string;
  readonly reportedAt: Instant;
}

export const WORDS_MAX = 1_000;
export const CONTACT_MAX = 200;

/**
 * Keeps the report, tells the desk, and stops what is left on the card: first stop, then ask. Whoever can say
 * this holds the code and could as well spend it, so the stop takes nothing from anybody else; the support
 * desk lifts it. Said twice it is one report.
 */
export async function reportNotMe(parts: ReportParts, report: NewReport): Promise<Reported> {
  const { connection, clock, random } = parts;
  const { instrumentId } = report;
  const reportedAt = clock.now();
  const number = newReportNumber(random);
  const isNew = await connection.transaction(async (transaction) => {
    const inserted = await insertReport(transaction, {
      number,
      issuerId: report.issuerId,
      productId: report.productId,
      instrumentId,
      reportedAt,
      wordsSealed: sealed(parts.keys, report.words, WORDS_MAX),
      contactSealed: sealed(parts.keys, report.contact, CONTACT_MAX),
    });
    if (inserted.length === 0) return false;
    const deskNotice = await parts.tellDesk(transaction, { ...report, number, reportedAt });
    if (deskNotice !== null) await setDeskNotice(transaction, { number, deskNotice });
    return true;
  });
  await stopWhatIsLeft(parts, report);
  const [kept] = await findOpenReport(connection, { instrumentId });
  const { number: keptNumber, isStopped } = present(kept, 'a report that was made is open');
  return { number: keptNumber, isNew, isStopped };
}

/** With the report's number as request id: done again, it is done once. */
async function stopWhatIsLeft(parts: ReportParts, report: NewReport): Promise<void> {
  const { connection, engine, clock, log } = parts;
  const { instrumentId, issuerId } = report;
  const [open] = await findOpenReport(connection, { instrumentId });
  if (open === undefined || open.isStopped) return;
  const outcome = await engine.submit({
    clientId: await parts.houseClientId(issuerId),
    issuerId,
    requestId: `not-me ${open.number}`,
    arrivedAt: clock.now(),
    kind: 'freeze',
    card: { by: 'instrument', instrumentId },
    owner: 'support',
    reason: `report ${open.number}: the holder says that somebody else used it`,
  });
  if (outcome.outcome === 'accepted') await markReportStopped(connection, { number: open.number });
  else
    log.warn({ report: open.number, outcome: outcome.outcome }, 'a reported card was not stopped');
}

export interface Report {
  readonly reportId: bigint;
  readonly number: string;
  readonly issuerId: number;
  readonly productId: number;
  readonly instrumentId: bigint;
  readonly reportedAt: Instant;
  readonly words: string | null;
  readonly contact: string | null;
  readonly isStopped: boolean;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly closingNote: string | null;
}

const LAST = 2n ** 62n;

/** For the support desk, newest first. */
export async function findReports(
  { connection, keys }: Pick<ReportParts, 'connection' | 'keys'>,
  asked: { issuerId: number; isOpenOnly: boolean; before: bigint | null; size: number },
): Promise<readonly Report[]> {
  const rows = await listReports(connection, {
    issuerId: asked.issuerId,
    before: asked.before ?? LAST,
    isOpenOnly: asked.isOpenOnly,
    size: asked.size,
  });
  return rows.map(({ wordsSealed, contactSealed, ...row }) => ({
    ...row,
    words: wordsSealed && keys.unseal(wordsSealed),
    contact: contactSealed && keys.unseal(contactSealed),
  }));
}

/** False where there is no such open report for this issuer; `on` is the transaction of the trail's row. */
export async function endReport(
  on: Queryable,
  end: {
    readonly number: string;
    readonly issuerId: number;
    readonly by: string;
    readonly note: string;
    readonly at: Instant;
  },
): Promise<boolean> {
  const { number, issuerId, by: closedBy, note: closingNote, at: closedAt } = end;
  const changed = await closeReport(on, { number, issuerId, closedAt, closedBy, closingNote });
  return changed > 0;
}

function sealed(keys: KeyRing, text: string | null, lengthMax: number): Uint8Array | null {
  const plain = text?.trim().slice(0, lengthMax);
  return plain ? keys.seal(plain) : null;
}

/** `RP-7Q2M-4XKT`: 40 random bits; it opens nothing. */
function newReportNumber(random: Random): string {
  const sign = () => ALPHABET[random.below(ALPHABET.length)];
  const group = () => Array.from({ length: 4 }, sign).join('');
  return `RP-${group()}-${group()}`;
}

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
