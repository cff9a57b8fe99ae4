import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import { isSameSecret } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Unit } from '../kernel/money.ts';
import {
  judgeOrder,
  type Funding,
  type GateState,
  type Refusal,
  type Sale,
} from '../instruments/index.ts';
import type { OrderClient, OrderDesk } from './order-desk.ts';
import { orderOf, type Order, type OrderKind } from './order.ts';
import { findOrderByRequest, insertOrder, readGate } from './orders.sql.ts';

/** A sale that a buyer has asked for and will pay in a moment. */
export interface NewOrder extends OrderClient {
  readonly requestId: string; // the same again is the same order (R1)
  readonly kind: OrderKind;
  readonly productId: number;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly funding: Funding;
  readonly sale: Sale;
  readonly arrivedAt: Instant;
}

export type Opened =
  | { readonly outcome: 'opened'; readonly order: Order; readonly isRepeated: boolean }
  /** Not remembered: nothing was opened, and a later attempt is judged by when it arrives. */
  | {
      readonly outcome: 'refused';
      readonly refusal: Refusal | 'too_many_open_orders';
      readonly suspensionId?: number;
    };

/** Of one client at once: more are a mistake of its program, and a stop would have to wait for them all. */
export const OPEN_ORDERS_MAX = 10_000;

/** A buyer has as long as the tender's session; where it has none, as long as this. */
export const SESSION_MS = 15 * 60_000;
const TRIES_MAX = 5;

/**
 * Keeps an order that may be completed whatever is stopped after it arrived. It is judged in the transaction
 * that keeps it, by the version and epoch that this transaction reads, like an operation in its batch (R18).
 */
export async function openOrder(desk: OrderDesk, asked: NewOrder): Promise<Opened> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const opened = await desk.database.transaction((on) => tryToOpen(on, desk, asked));
    if (!('version' in opened)) return opened;
    await desk.catalogue.refresh(desk.database, opened.version);
    await desk.switches.refresh(desk.database, opened.epoch);
  }
  throw new Error('the catalogue or the switch moves faster than it can be read');
}

interface Moved {
  readonly version: number;
  readonly epoch: number;
}

async function tryToOpen(on: Queryable, desk: OrderDesk, asked: NewOrder): Promise<Opened | Moved> {
  const { clientId, requestId, sale } = asked;
  const content = desk.keys.contentHash(canonicalText(asked));
  const [[known], [moved]] = await Promise.all([
    findOrderByRequest(on, { clientId, requestId }),
    readGate(on),
  ]);
  if (known !== undefined) {
    if (!isSameSecret(known.content, content))
      return { outcome: 'refused', refusal: 'request_id_reused' };
    return { outcome: 'opened', order: orderOf(known, desk.keys), isRepeated: true };
  }
  const gate = { catalogue: desk.catalogue.current(), switchboard: desk.switches.current() };
  const { version, epoch } = present(moved, 'the catalogue has a version, and the switch an epoch');
  const isSame =
    Number(version) === gate.catalogue.version && Number(epoch) === gate.switchboard.epoch;
  if (!isSame) return { version: Number(version), epoch: Number(epoch) };
  const sellerId = asked.funding.from === 'seller' ? asked.funding.sellerId : sale.sellerId;
  const stopped = judgeOrder(gate, { ...asked, sellerId });
  if (stopped !== null) {
    const { suspensionId } = stopped.facts;
    const by = typeof suspensionId === 'number' ? { suspensionId } : {};
    return { outcome: 'refused', refusal: stopped.refusal, ...by };
  }
  await insertOrder(on, {
    ...asked,
    ...sale,
    content,
    sellerId,
    fundsClientId: asked.funding.from === 'funds' ? asked.funding.clientId : null,
    sealedContract: sale.contract === null ? null : desk.keys.seal(sale.contract),
    line: sale.buyer?.line ?? null,
    device: sale.buyer?.device ?? null,
    expiresAt: asked.arrivedAt + sessionOf(gate, asked),
    openMax: desk.openOrdersMax ?? OPEN_ORDERS_MAX,
  });
  // Also one that another has kept at the same moment under this id.
  const [row] = await findOrderByRequest(on, { clientId, requestId });
  if (row === undefined) return { outcome: 'refused', refusal: 'too_many_open_orders' };
  if (!isSameSecret(row.content, content))
    return { outcome: 'refused', refusal: 'request_id_reused' };
  return { outcome: 'opened', order: orderOf(row, desk.keys), isRepeated: false };
}

function sessionOf({ catalogue }: GateState, { sale, arrivedAt }: NewOrder): number {
  const { tenderId } = sale;
  const tender = tenderId === null ? undefined : catalogue.tenderAt(tenderId, arrivedAt);
  const minutes = tender?.sessionMinutes ?? null;
  return minutes === null ? SESSION_MS : minutes * 60_000;
}

/** Everything that is asked for, with its lengths, so that no content can pose as another (R3). */
function canonicalText({ kind, productId, amountMinor, unit, funding, sale }: NewOrder): string {
  const payer =
    funding.from === 'seller' ? `seller ${funding.sellerId}` : `funds ${funding.clientId}`;
  const parts = [
    kind,
    productId,
    amountMinor,
    unit,
    payer,
    sale.tenderId,
    sale.shopId,
    sale.contract,
    sale.contractKind,
    sale.age,
    sale.sellerId,
    sale.buyer?.line ?? null,
    sale.buyer?.device ?? null,
  ];
  return parts.map((part) => `${String(part).length}:${String(part)}`).join(';');
}
