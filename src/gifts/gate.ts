import { judgeOrder, type GateState, type Sale, type Stopped } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { TenderFacts } from '../payments/index.ts';
import type { Tender } from '../programmes/index.ts';
import type { GiftDesk } from './desk.ts';
import type { GiftRow } from './gift-row.ts';
import { readGate } from './gifts.sql.ts';

const TRIES_MAX = 5;

/** What moved on while it was judged. */
export class GateMoved {
  readonly version: number;
  readonly epoch: number;

  constructor({ version, epoch }: { readonly version: bigint; readonly epoch: bigint }) {
    this.version = Number(version);
    this.epoch = Number(epoch);
  }
}

/**
 * Work that is judged by offers and stops, in a transaction whose own reading of version and epoch is that of what
 * is in memory: like an operation in its batch (R18, R19). When either has moved it is read, and the work begins anew.
 */
export async function withGate<Value>(
  desk: GiftDesk,
  work: (on: Queryable, gate: GateState) => Promise<Value>,
): Promise<Value> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const worked = await desk.database.transaction(async (on) => {
      const gate = { catalogue: desk.catalogue.current(), switchboard: desk.switches.current() };
      const [row] = await readGate(on);
      const moved = new GateMoved(
        present(row, 'the catalogue has a version, and the switch an epoch'),
      );
      const isSame =
        moved.version === gate.catalogue.version && moved.epoch === gate.switchboard.epoch;
      return isSame ? { value: await work(on, gate) } : moved;
    });
    if (!(worked instanceof GateMoved)) return worked.value;
    await desk.catalogue.refresh(desk.database, worked.version);
    await desk.switches.refresh(desk.database, worked.epoch);
  }
  throw new Error('the catalogue or the switch moves faster than it can be read');
}

type Sold = Pick<
  GiftRow,
  'issuerId' | 'productId' | 'sellerId' | 'tenderId' | 'contract' | 'amountMinor' | 'unit'
>;

/** The sale behind a gift, as offers and stops see it: the same when it is judged and when it is issued. */
export function saleOf({ sellerId, tenderId, contract }: Sold): Sale {
  return {
    sellerId,
    tenderId,
    shopId: null,
    contract,
    contractKind: null,
    age: null,
    buyer: null,
  };
}

export function judgeSaleOf(gate: GateState, gift: Sold, at: Instant): Stopped | null {
  return judgeOrder(gate, { ...gift, kind: 'issue', sale: saleOf(gift), arrivedAt: at });
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A carrier's session ends within minutes, so it is asked only while its payer is there. */
export function mayPayLater({ sessionMinutes }: Tender): boolean {
  return sessionMinutes === null;
}

export function factsOf({ authorisationMinutes, refundWindowDays }: Tender): TenderFacts {
  return {
    authorisationMs: authorisationMinutes === null ? null : authorisationMinutes * MINUTE_MS,
    refundWindowMs: refundWindowDays === null ? null : refundWindowDays * DAY_MS,
  };
}
