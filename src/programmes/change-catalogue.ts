import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import { accepted } from '../kernel/result.ts';
import type { CatalogueOfParties } from './catalogue.ts';
import { lockVersion, moveVersion } from './change-catalogue.sql.ts';
import { endRevisions, findContent, insertRevisions } from './change-sale.sql.ts';
import { readParties } from './load-catalogue.ts';
import { toJson } from './sale-content.ts';
import type { CodeShapeRefusal, NumberShapeRefusal } from './shapes.ts';

/** Every refusal of a change, in the order in which they are checked. */
export type CatalogueRefusal =
  | 'issuer_not_found'
  | 'programme_not_found'
  | 'product_not_found'
  | 'seller_not_found'
  | 'merchant_not_found'
  | SaleRefusal
  | 'key_taken'
  | ProductRefusal;

/** What is wrong with a chain, a tender or an offer. */
export type SaleRefusal =
  | 'aggregator_not_found'
  | 'chain_not_found'
  | 'shop_not_found'
  | 'tender_not_found'
  | 'offer_not_found'
  | 'valid_from_past' // what was judged stays judged
  | 'ends_before_it_begins'
  | 'amount_range_reversed'
  | 'amount_outside_product' // no face of the product lies in the range
  | 'unit_differs' // the tender counts in another unit than the product is sold in
  | 'tender_charged_through_itself' // or through one that is charged through a third
  | 'tender_loads_no_prepaid'; // the tender cannot pay for a prepaid product

export type ProductRefusal =
  | 'kind_needs_code' // a `code` product is issued with one
  | 'kind_needs_number' // a till sees only the number of a `posa` or `prepaid` card
  | CodeShapeRefusal
  | NumberShapeRefusal
  | 'redeems_by_missing_code'
  | 'redeems_by_missing_number'
  | 'face_range_reversed'
  | 'faces_not_ascending' // from the smallest, each once
  | 'face_out_of_range'
  | 'load_range_reversed'
  | 'balance_max_below_face';

/** Why an offer was not made or changed. */
export type OfferRefusal = Extract<
  CatalogueRefusal,
  | 'issuer_not_found'
  | 'product_not_found'
  | 'seller_not_found'
  | 'tender_not_found'
  | 'offer_not_found'
  | 'key_taken'
  | 'valid_from_past'
  | 'ends_before_it_begins'
  | 'amount_range_reversed'
  | 'amount_outside_product'
  | 'unit_differs'
  | 'tender_loads_no_prepaid'
>;

/** Why an aggregator, a chain, a seller, a shop or a tender was not made or changed. */
export type PartyRefusal = Extract<
  CatalogueRefusal,
  | 'issuer_not_found'
  | 'product_not_found'
  | 'seller_not_found'
  | 'aggregator_not_found'
  | 'chain_not_found'
  | 'shop_not_found'
  | 'tender_not_found'
  | 'key_taken'
  | 'valid_from_past'
  | 'tender_charged_through_itself'
>;

/** Who changes the catalogue, and where it is written down that they did. */
export interface CatalogueDesk {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly actor: string; // stands beside every revision
  /** Writes the audit row, in the transaction of the change. */
  readonly record: RecordAct;
  /**
   * Nobody has been judged by this catalogue yet: only the demo and the replay, which make theirs before anything
   * listens. What begins now is in force at once then, and may begin in the past.
   */
  readonly makesPast?: true;
}

/** A change of an offer or a tender "now" is in force so long after it is written: by then it is committed and read (R19). */
export const NOW_IS_IN_MS = 1_000;
/** What is left for the commit, and for two clocks that are apart (R24). */
const COMMIT_MS = 500;
const LEAD_MAX_MS = 10 * 60_000;

export type RecordAct = (
  on: Queryable,
  act: { act: string; subject: string; detail: Readonly<Record<string, unknown>> },
) => Promise<void>;

export interface ChangeNamed {
  readonly act: string; // `product.create`
  readonly subject: string; // `issuer/key`
  readonly wanted: object;
  /** How long it may take until it is committed, where that is more than a moment. */
  readonly leadMs?: number;
}

/** What a change works with: one instant, one reading, and where revisions are kept. */
export interface Change {
  readonly on: Queryable;
  readonly catalogue: CatalogueOfParties;
  readonly at: Instant;
  /** From when on an offer or a tender is what "now" says: behind the commit. */
  readonly soon: Instant;
  readonly makesPast: boolean;
  /** Puts what things are like from an instant on beside what they were: nothing is written over. */
  readonly keep: (revisions: readonly NewRevision[]) => Promise<void>;
}

export interface NewRevision {
  readonly kind: RevisedKind;
  readonly thingId: number;
  readonly issuerId: number;
  readonly validFrom: Instant;
  readonly content: object;
}

type ChangeTimes = Pick<Change, 'at' | 'soon' | 'makesPast'>;

/** From when on an offer or a tender is as somebody wants it; null: from an instant on that was judged already. */
export function beginOf(
  { at, soon, makesPast }: ChangeTimes,
  wanted: Instant | undefined,
): Instant | null {
  if (wanted === undefined || makesPast) return wanted ?? soon;
  return wanted < at ? null : Math.max(wanted, soon);
}

/**
 * From when on an aggregator, a chain, a seller or a shop is as somebody wants it. What changes now is so at once:
 * it is a name, or a place that no stop has named before.
 */
export function placedFrom(times: ChangeTimes, wanted: Instant | undefined): Instant | null {
  return wanted === undefined ? times.at : beginOf(times, wanted);
}

/**
 * What an aggregator, a chain, a seller or a shop is like before it is changed, and from when on it is changed:
 * without a day from now on, or from its beginning where that is ahead, for a new name opens no shop. Null: from an
 * instant on that was judged already.
 */
export async function placeBefore(
  change: Change,
  asked: { readonly kind: RevisedKind; readonly thingId: number },
  wanted: Instant | undefined,
): Promise<{ readonly validFrom: Instant; readonly content: unknown } | null> {
  const from = placedFrom(change, wanted);
  if (from === null) return null;
  const [found] = await findContent(change.on, { ...asked, at: from });
  const { content, validFrom } = present(found, 'what can be changed was made, and has a revision');
  return { content, validFrom: wanted === undefined ? Math.max(from, validFrom) : from };
}

/** The thing from an instant on. Its own id and its issuer stand beside the content. */
export function keptAs(
  kind: RevisedKind,
  thing: { readonly issuerId: number },
  validFrom: Instant,
): NewRevision {
  const COLUMNS = new Set(['issuerId', 'validFrom', `${kind}Id`]);
  const named = Object.entries(thing);
  const [, thingId] = present(
    named.find(([name]) => name === `${kind}Id`),
    'a thing of a kind has the id of that kind',
  );
  const content = Object.fromEntries(named.filter(([name]) => !COLUMNS.has(name)));
  return { kind, thingId: thingId as number, issuerId: thing.issuerId, validFrom, content };
}

export type RevisedKind =
  | 'aggregator'
  | 'chain'
  | 'tender'
  | 'shop'
  | 'offer'
  | 'seller'
  | 'product';

/**
 * One change: takes the version's row (so that changes wait for one another), judges by the catalogue
 * as it then is, writes, moves the version, records the act, commits. A refused change leaves nothing.
 */
export async function changeCatalogue<Value, Refusal extends string = CatalogueRefusal>(
  desk: CatalogueDesk,
  named: ChangeNamed,
  work: (change: Change) => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal>> {
  for (let leadMs = named.leadMs ?? NOW_IS_IN_MS; ; leadMs *= 4) {
    try {
      return await desk.connection.transaction((on) => tryToChange(desk, on, named, work, leadMs));
    } catch (failure) {
      if (!(failure instanceof TooLate) || leadMs > LEAD_MAX_MS) throw failure;
    }
  }
}

/** What should begin would have begun before anybody can know of it: it is done anew, to begin later. */
class TooLate extends Error {}

async function tryToChange<Value, Refusal extends string>(
  desk: CatalogueDesk,
  on: Queryable,
  { act, subject, wanted }: ChangeNamed,
  work: (change: Change) => Promise<Result<Value, Refusal>>,
  leadMs: number,
): Promise<Result<Value, Refusal>> {
  await lockVersion(on);
  const change = await openChange(desk, on, leadMs);
  const result = await work(change);
  if (!result.ok) return result; // nothing was written: a refusal comes before the first write
  await moveVersion(on, { at: change.at });
  await desk.record(on, { act, subject, detail: { ...wanted } });
  const isInTime = desk.clock.now() + COMMIT_MS <= change.soon;
  if (!isInTime && !change.makesPast) throw new TooLate('the change took longer than was thought');
  return accepted(result.value);
}

async function openChange(desk: CatalogueDesk, on: Queryable, leadMs: number): Promise<Change> {
  const catalogue = await readParties(on);
  const at = desk.clock.now();
  const { makesPast = false } = desk;
  return {
    on,
    catalogue,
    at,
    soon: makesPast ? at : at + leadMs,
    makesPast,
    async keep(revisions) {
      const things = {
        kinds: revisions.map(({ kind }) => kind),
        thingIds: revisions.map(({ thingId }) => thingId),
        validFroms: revisions.map(({ validFrom }) => validFrom),
      };
      await endRevisions(on, things);
      await insertRevisions(on, {
        ...things,
        version: BigInt(catalogue.version + 1),
        issuerIds: revisions.map(({ issuerId }) => issuerId),
        contents: revisions.map(({ content }) => toJson(content)),
        recordedAt: at,
        actor: desk.actor,
      });
    },
  };
}
