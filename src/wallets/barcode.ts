import { luhnDigit, type Operation } from '../instruments/index.ts';
import { dayIn } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Random } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { isEitherStopped, type WalletParts } from './context.ts';
import { addHelperDay, giveBackHelperDay, takeOfHelperDay } from './family-help.sql.ts';
import { holdingOf, NOTHING_MORE } from './keep.ts';
import {
  findBarcode,
  findFreshBarcode,
  forgetBarcodes,
  insertBarcode,
  insertEntry,
  takeBarcode,
  uncountBarcode,
  type FindBarcodeRow,
} from './wallets.sql.ts';

/** What a member shows at a till: digits that fit where a card's number does. */
export interface Barcode {
  readonly digits: string;
  readonly expiresAt: Instant;
  readonly maxMinor: bigint;
}

/** Who shows whose value. */
export interface Showing {
  readonly memberId: string; // whose it is
  readonly shownTo: string; // that member, or who helps
  readonly helperId: string | null;
  readonly instrumentId: bigint;
  /** A purchase takes this much at most: what is asked of who shows it grows with it. */
  readonly maxMinor: bigint;
}

export type BarcodeRefusal = 'not_found' | 'wallet_stopped' | 'not_usable' | 'not_by_barcode';

export const BARCODE_MS = 60_000;
/** A page that is loaded again shows the same one while it has this left. */
const FRESH_MS = 15_000;
/** Of numbers that no issuer of ours gives out: 46 bits follow, and a check digit. */
const PREFIX = '9890';
const DRAWN_DIGITS = 14;
const SHAPE = /^9890[0-9]{15}$/;
const DAY_MS = 24 * 60 * 60_000;
/** Days are those of the shops. */
const ZONE = 'Asia/Tokyo';

/** Spaces as people type them; null: it can be no barcode. */
export function barcodeDigits(text: string): string | null {
  const digits = text.normalize('NFKC').replaceAll(/[\s-]/g, '');
  return SHAPE.test(digits) ? digits : null;
}

export async function showBarcode(
  parts: WalletParts,
  showing: Showing,
): Promise<Result<Barcode, BarcodeRefusal>> {
  const { connection, clock, keyRing, catalogue } = parts;
  const { memberId, shownTo, helperId, instrumentId, maxMinor } = showing;
  const holding = await holdingOf(parts, memberId, instrumentId);
  if (holding === undefined) return refused('not_found');
  const product = catalogue().products.get(holding.productId);
  const isOfHelper = helperId !== null;
  const isOffered = product?.redeemsBy.includes('member') === true;
  if (!isOffered || (isOfHelper && product.unit !== 'JPY')) return refused('not_by_barcode');
  if (holding.isFrozen || holding.state !== 'active') return refused('not_usable');
  const now = clock.now();
  return connection.transaction(async (on): Promise<Result<Barcode, BarcodeRefusal>> => {
    if (await isEitherStopped(on, shownTo, memberId)) return refused('wallet_stopped');
    const asked = { memberId, shownTo, instrumentId, maxMinor };
    const [shown] = await findFreshBarcode(on, { ...asked, freshUntil: now + FRESH_MS });
    if (shown !== undefined) {
      const digits = keyRing.unseal(shown.digitsSealed);
      return accepted({ digits, expiresAt: shown.expiresAt, maxMinor });
    }
    const digits = drawDigits(parts.random);
    const expiresAt = now + BARCODE_MS;
    await insertBarcode(on, {
      ...asked,
      helperId,
      digitsHash: hashOf(parts, digits),
      digitsSealed: keyRing.seal(digits),
      issuerId: holding.issuerId,
      madeAt: now,
      expiresAt,
    });
    const entry = { ...NOTHING_MORE, memberId, at: now, kind: 'barcode', helperId, instrumentId };
    if (isOfHelper) await insertEntry(on, entry);
    return accepted({ digits, expiresAt, maxMinor });
  });
}

function drawDigits(random: Random): string {
  let digits = PREFIX;
  for (let place = 0; place < DRAWN_DIGITS; place += 1) digits += String(random.below(10));
  return digits + luhnDigit(digits);
}

function hashOf({ keyRing }: Pick<WalletParts, 'keyRing'>, digits: string): Uint8Array {
  return keyRing.tokenHash(`barcode ${digits}`);
}

/** Where a barcode leads a request. Over: it was used, is older than its minute, or is for less. */
export type Led =
  | { readonly is: 'unknown' }
  | { readonly is: 'over' }
  | { readonly is: 'card'; readonly instrumentId: bigint; giveBack(): Promise<void> };

const UNKNOWN: Led = { is: 'unknown' };
const OVER: Led = { is: 'over' };
const KEEPS = async () => undefined;

/**
 * Before the lane: good once, for the request that comes first. Its repeats and its reversal come to the same card
 * whatever has happened since, so that they stay one request (R1-R4).
 */
export async function leadRequest(
  parts: WalletParts,
  operation: Operation,
  digits: string,
): Promise<Led> {
  const digitsHash = hashOf(parts, digits);
  const [known] = await findBarcode(parts.connection, { digitsHash });
  if (known === undefined || known.issuerId !== operation.issuerId) return UNKNOWN;
  const { instrumentId } = known;
  // A return of the purchase that is refused says nothing of the purchase.
  const isPurchase = operation.kind === 'redeem' || operation.kind === 'hold';
  const back = isPurchase ? () => giveBack(parts, digitsHash) : KEEPS;
  if (operation.kind === 'reverse') return { is: 'card', instrumentId, giveBack: KEEPS };
  if (spendingOf(operation) > known.maxMinor) return OVER;
  const spentMinor = countedOf(operation);
  if (isOf(known, operation) || (await take(parts, operation, { digitsHash, spentMinor }))) {
    return { is: 'card', instrumentId, giveBack: back };
  }
  // Two of one request at one moment: the other has taken it for both.
  const [now] = await findBarcode(parts.connection, { digitsHash });
  if (now === undefined || !isOf(now, operation)) return OVER;
  return { is: 'card', instrumentId, giveBack: back };
}

function isOf(row: FindBarcodeRow, operation: Operation): boolean {
  if (row.usedClientId !== operation.clientId) return false;
  const isBack = operation.kind === 'return' && operation.originalRequestId === row.usedRequestId;
  return isBack || row.usedRequestId === operation.requestId;
}

function spendingOf(operation: Operation): bigint {
  return operation.kind === 'redeem' || operation.kind === 'hold' ? operation.amountMinor : 0n;
}

/** The limits of a day are in yen. */
function countedOf(operation: Operation): bigint {
  return 'unit' in operation && operation.unit === 'JPY' ? spendingOf(operation) : 0n;
}

/** Thrown to undo the taking of a barcode whose amount is above what is left of the day. */
class AboveTheDay extends Error {}

async function take(
  parts: WalletParts,
  { clientId, requestId, issuerId, arrivedAt }: Operation,
  { digitsHash, spentMinor }: { readonly digitsHash: Uint8Array; readonly spentMinor: bigint },
): Promise<boolean> {
  try {
    return await parts.connection.transaction(async (on) => {
      const usedMinor = spentMinor === 0n ? null : spentMinor;
      const used = { clientId, requestId, issuerId, at: arrivedAt, usedMinor };
      const [taken] = await takeBarcode(on, { ...used, digitsHash });
      if (taken === undefined) return false;
      if (spentMinor > 0n && !(await countSpent(parts, on, taken, spentMinor))) {
        throw new AboveTheDay();
      }
      return true;
    });
  } catch (error) {
    if (error instanceof AboveTheDay) return false;
    throw error;
  }
}

async function countSpent(
  { members, clock }: WalletParts,
  on: Queryable,
  { memberId, helperId }: { readonly memberId: string; readonly helperId: string | null },
  amountMinor: bigint,
): Promise<boolean> {
  if (helperId !== null) {
    const day = { helperId, day: dayIn(clock.now(), ZONE) };
    await addHelperDay(on, day);
    if ((await takeOfHelperDay(on, { ...day, amountMinor })) === 0) return false;
  }
  return (await members.spendWithin(on, memberId, amountMinor)).ok;
}

/** What was counted and then not taken. The barcode itself stays used: a new one is a touch away. */
async function giveBack(
  { connection, members }: WalletParts,
  digitsHash: Uint8Array,
): Promise<void> {
  await connection.transaction(async (on) => {
    const [row] = await findBarcode(on, { digitsHash });
    if (row?.usedMinor == null || row.usedAt === null) return;
    if ((await uncountBarcode(on, { digitsHash })) === 0) return;
    const { memberId, helperId, usedMinor: amountMinor, usedAt: spentAt } = row;
    await members.giveBackWithin(on, memberId, { amountMinor, spentAt });
    if (helperId === null) return;
    await giveBackHelperDay(on, { helperId, day: dayIn(spentAt, ZONE), amountMinor });
  });
}

/** Of a reversed purchase, too. */
export async function giveBackReversed(parts: WalletParts, digits: string): Promise<void> {
  await giveBack(parts, hashOf(parts, digits));
}

export type LedInquiry =
  | { readonly is: 'unknown' | 'over' }
  | { readonly is: 'card'; readonly instrumentId: bigint };

/** For an inquiry, which uses nothing up. */
export async function leadInquiry(
  parts: WalletParts,
  asker: { readonly clientId: number; readonly issuerId: number },
  digits: string,
): Promise<LedInquiry> {
  const [row] = await findBarcode(parts.connection, { digitsHash: hashOf(parts, digits) });
  if (row === undefined || row.issuerId !== asker.issuerId) return UNKNOWN;
  const { instrumentId, expiresAt, usedClientId } = row;
  const isFresh = parts.clock.now() < expiresAt && usedClientId === null;
  return isFresh || usedClientId === asker.clientId ? { is: 'card', instrumentId } : OVER;
}

/** To ask what became of a request. */
export async function cardOfBarcode(
  parts: WalletParts,
  issuerId: number,
  digits: string,
): Promise<bigint | null> {
  const [row] = await findBarcode(parts.connection, { digitsHash: hashOf(parts, digits) });
  return row?.issuerId === issuerId ? row.instrumentId : null;
}

export async function forgetOldBarcodes({ connection, clock }: WalletParts): Promise<void> {
  await forgetBarcodes(connection, { before: clock.now() - DAY_MS });
}
