import type { CardReference, Funding, Refusal, Sale } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Unit } from '../kernel/money.ts';
import type { BuyerDevice, BuyerLine } from '../programmes/index.ts';
import type { FindOrderRow } from './orders.sql.ts';

export type OrderKind = 'issue' | 'activate' | 'load';

/**
 * `open`: asked for and not paid. `completing`, `cancelling`: at the engine, whose answer counts. The others are
 * ends: what was sold, what the engine refused, what was taken back, what nobody paid in time.
 */
export type OrderState =
  | 'open'
  | 'completing'
  | 'completed'
  | 'refused'
  | 'cancelling'
  | 'cancelled'
  | 'expired';

export interface Order {
  readonly orderId: bigint;
  readonly issuerId: number;
  readonly clientId: number;
  readonly requestId: string; // of the order, as its client called it
  readonly kind: OrderKind;
  readonly productId: number;
  readonly funding: Funding;
  readonly sale: Sale; // without the contract once the order is over
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly arrivedAt: Instant; // what it is judged by, whenever it is completed (R24)
  readonly expiresAt: Instant;
  readonly state: OrderState;
  readonly card: CardReference | null; // what it is being, or was, completed with; erased some days after the end
  readonly cardName: string | null; // its keyed hash, which stays
  readonly refusal: Refusal | null;
  readonly instrumentId: bigint | null;
}

/**
 * The request of the engine that completes an order: the same however often it is completed. No door lets a client
 * call a request of its own so.
 */
export function saleRequestId(orderId: bigint): string {
  return `order ${orderId}`;
}

/** And those that take it back: each try under a new id, because what was refused once stays refused (R12). */
export function cancelRequestId(orderId: bigint, tries: number): string {
  return `cancel order ${orderId} ${tries}`;
}

/** Without keys: as it is listed, without the contract and the card. */
export function orderOf(row: FindOrderRow, keys: Pick<KeyRing, 'unseal'> | null): Order {
  const { sealedContract, sealedCard, line, device } = row;
  return {
    orderId: row.orderId,
    issuerId: row.issuerId,
    clientId: row.clientId,
    requestId: row.requestId,
    kind: row.kind as OrderKind, // sale_order_kind_known
    productId: row.productId,
    funding:
      row.fundsClientId === null
        ? { from: 'seller', sellerId: row.sellerId ?? 0 } // sale_order_paid_by_one
        : { from: 'funds', clientId: row.fundsClientId },
    sale: {
      sellerId: row.sellerId,
      tenderId: row.tenderId,
      shopId: row.shopId,
      contract: sealedContract === null || keys === null ? null : keys.unseal(sealedContract),
      contractKind: row.contractKind,
      age: row.age,
      buyer:
        line === null && device === null
          ? null
          : { line: line as BuyerLine | null, device: device as BuyerDevice | null },
    },
    amountMinor: row.amountMinor,
    unit: row.unit,
    arrivedAt: row.arrivedAt,
    expiresAt: row.expiresAt,
    state: row.state as OrderState, // sale_order_state_known
    card: sealedCard === null || keys === null ? null : cardFrom(keys.unseal(sealedCard)),
    cardName: row.card,
    refusal: row.refusal as Refusal | null,
    instrumentId: row.instrumentId,
  };
}

/** A card as text to be sealed: it may be a code. */
export function cardText(card: CardReference): string {
  if (card.by === 'code') return `code ${card.code}`;
  if (card.by === 'barcode') return `barcode ${card.barcode}`;
  return card.by === 'number' ? `number ${card.number}` : `instrument ${card.instrumentId}`;
}

function cardFrom(text: string): CardReference {
  const at = text.indexOf(' ');
  const [by, named] = [text.slice(0, at), text.slice(at + 1)];
  if (by === 'code') return { by, code: named };
  return by === 'number'
    ? { by, number: named }
    : { by: 'instrument', instrumentId: BigInt(named) };
}
