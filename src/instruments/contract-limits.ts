import { dayIn } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Catalogue, MonthLimit, Tender } from '../programmes/index.ts';
import type { Operation, Sale } from './operation.ts';
import type { RequestFacts, RequestRow } from './rows.ts';

/**
 * Limits of a tender, per contract and period (R21). The contract stands in its counter as a keyed hash that
 * carries a lane of its own, so two purchases of one contract meet there, wherever their cards live. Tenders
 * that are charged through another share its counter.
 */
export interface Spend {
  readonly subject: bigint;
  readonly startsOn: string; // of the period that it was counted in
}

/** The tender that a sale is charged through in the end: its limits are counted for all of them. */
export function chargedThrough(catalogue: Catalogue, tender: Tender, at: Instant): Tender {
  const { chargedThroughTenderId: through } = tender;
  return through === null ? tender : (catalogue.tenderAt(through, at) ?? tender);
}

/** Whether what is bought by a tender is counted by contract. */
export function isCountedByContract(catalogue: Catalogue, tender: Tender, at: Instant): boolean {
  return limitsOf(catalogue, tender, at).length > 0;
}

/** Its own, or those of the tender that it is charged through. */
export function limitsOf(catalogue: Catalogue, tender: Tender, at: Instant): readonly MonthLimit[] {
  if (tender.monthLimits.length > 0) return tender.monthLimits;
  return chargedThrough(catalogue, tender, at).monthLimits;
}

/**
 * What a contract may spend in a period: the first limit that fits. Where the seller does not say what would
 * tell limits apart, the smallest of those that may be meant. Null: none fits, and nothing limits it.
 */
export function limitOfContract(
  limits: readonly MonthLimit[],
  { age, contractKind }: Pick<Sale, 'age' | 'contractKind'>,
): bigint | null {
  let least: bigint | null = null;
  for (const limit of limits) {
    const isOfAge =
      age === null || (limit.ageFrom <= age && (limit.ageTo === null || age <= limit.ageTo));
    const isOfKind =
      limit.contract === null || contractKind === null || limit.contract === contractKind;
    if (!isOfAge || !isOfKind) continue;
    if (least === null || limit.limitMinor < least) least = limit.limitMinor;
    const isCertain = age !== null && (limit.contract === null || contractKind !== null);
    if (isCertain) return least;
  }
  return least;
}

/** The day that a tender's period began on. */
export function periodStart({ resetDay, zone }: Tender, at: Instant): string {
  const day = dayIn(at, zone);
  const [year, month, ofMonth] = day.split('-').map(Number) as [number, number, number];
  const isBefore = ofMonth < resetDay;
  const startMonth = isBefore ? (month === 1 ? 12 : month - 1) : month;
  const startYear = isBefore && month === 1 ? year - 1 : year;
  return `${startYear}-${twoDigits(startMonth)}-${twoDigits(resetDay)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** What would be counted for an operation at an instant; null: nothing limits it, or nothing says who pays. */
export function spendOf(
  catalogue: Catalogue,
  operation: Operation,
  subjectOf: SubjectOf | null,
  at: Instant,
): Spend | null {
  const tender = tenderOf(catalogue, operation, at);
  if (tender === undefined || subjectOf === null) return null;
  if (!isCountedByContract(catalogue, tender, at)) return null;
  const root = chargedThrough(catalogue, tender, at);
  return { subject: subjectOf(root), startsOn: periodStart(root, at) };
}

/** The counted subject of the contract that pays, by the tender that it is charged through. */
export type SubjectOf = (tender: Tender | undefined) => bigint;

export function tenderOf(
  catalogue: Catalogue,
  operation: Operation,
  at: Instant,
): Tender | undefined {
  const tenderId = operation.sale?.tenderId ?? null;
  if (tenderId === null) return undefined;
  const tender = catalogue.tenderAt(tenderId, at);
  return tender?.issuerId === operation.issuerId ? tender : undefined;
}

/** The seller of a sale: who says so, else who pays for it. */
export function sellerOf(operation: Operation): number | null {
  if (!('funding' in operation)) return null;
  const { funding, sale } = operation;
  return funding.from === 'seller' ? funding.sellerId : (sale?.sellerId ?? null);
}

/**
 * How the buyer pays: as was said, else by the one tender by which the seller offers the product, where nothing
 * is counted by it. Null: it was not said and cannot be taken for granted.
 */
export function tenderIdOf(
  catalogue: Catalogue,
  asked: {
    readonly product: { readonly productId: number };
    readonly sellerId: number | null;
    readonly sale: Sale | undefined;
    readonly at: Instant;
  },
): number | null {
  const { product, sellerId, sale, at } = asked;
  const said = sale?.tenderId ?? null;
  if (said !== null || sellerId === null) return said;
  const only = catalogue.offers.onlyTender(sellerId, product, at);
  const tender = only === null ? undefined : catalogue.tenderAt(only, at);
  return tender && !isCountedByContract(catalogue, tender, at) ? only : null;
}

/** What a request remembers of how it was sold: refused or not, for whoever counts sales. */
export function saleFacts(
  catalogue: Catalogue,
  operation: Operation,
  subjectOf: SubjectOf | null,
  about: { readonly productId: number | null; readonly at: Instant },
): RequestFacts | null {
  const { sale } = operation;
  const { productId, at } = about;
  const sellerId = sellerOf(operation);
  if (sale === undefined && sellerId === null) return null;
  const tenderId =
    productId === null
      ? (sale?.tenderId ?? null)
      : tenderIdOf(catalogue, { product: { productId }, sellerId, sale, at });
  if (sale === undefined) return tenderId === null ? null : { tenderId };
  const tender = tenderOf(catalogue, operation, at);
  const root = tender && chargedThrough(catalogue, tender, at);
  return {
    ...(tenderId !== null && { tenderId }),
    ...(sale.shopId !== null && { shopId: sale.shopId }),
    ...(subjectOf !== null && { contract: String(subjectOf(root)) }),
  };
}

/** What a sale has counted, as its request remembers it. */
export function spendOfRequest({ facts }: Pick<RequestRow, 'facts'>): Spend | null {
  const contract = facts?.['contract'];
  const startsOn = facts?.['spentFrom'];
  if (typeof contract !== 'string' || typeof startsOn !== 'string') return null;
  return { subject: BigInt(contract), startsOn };
}

/** What a deactivation has freed, so that undoing it counts it again. */
export interface Freed {
  readonly spend: Spend;
  readonly amountMinor: bigint;
}

export function freedText(freed: readonly Freed[]): string {
  return freed
    .map(({ spend, amountMinor }) => `${spend.subject}>${spend.startsOn}>${amountMinor}`)
    .join(',');
}

export function freedOf({ facts }: Pick<RequestRow, 'facts'>): Freed[] {
  const text = facts?.['freed'];
  if (typeof text !== 'string' || text === '') return [];
  return text.split(',').map((one) => {
    const [subject = '', startsOn = '', amountMinor = ''] = one.split('>');
    return { spend: { subject: BigInt(subject), startsOn }, amountMinor: BigInt(amountMinor) };
  });
}
