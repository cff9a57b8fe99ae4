import type { Instant } from '../kernel/clock.ts';
import { isEnded, meetsConditions, type Catalogue, type Product } from '../programmes/index.ts';
import type { Movement, StoppedOperation, Switchboard } from '../suspensions/index.ts';
import { sellerOf, tenderIdOf } from './contract-limits.ts';
import type { GateState } from './draft.ts';
import type { Operation, Sale } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, RequestFacts } from './rows.ts';
import type { Turn } from './turn.ts';

/**
 * The gate: what offers and suspensions say of an operation, by the instant of its arrival and by nothing
 * else (R18, R24). It reads only memory, of the version and epoch that its batch has read.
 *
 * Never gated: reversals, returns, releases, captures, deactivations, what desks do, and advices, which tell
 * what has happened already.
 */
export interface Stopped {
  readonly refusal: Refusal;
  readonly facts: RequestFacts; // which suspension, so that a repeat is told the same
}

/** A sale before it is an operation: an order is judged like what completes it. */
export interface SaleAsked {
  readonly operations: readonly StoppedOperation[];
  readonly product: Product;
  readonly sellerId: number | null;
  readonly sale: Sale | undefined;
  readonly soldBySellerId: number; // of a card that was sold before; 0: none
  readonly at: Instant;
  /** It completes an order, which was judged by the offers of its instant: a change since then does not break it. */
  readonly isOrdered: boolean;
}

const SELLS: Readonly<Record<'issue' | 'activate' | 'load', readonly StoppedOperation[]>> = {
  issue: ['sell'],
  activate: ['sell', 'activate'],
  load: ['sell', 'load'],
};
const USES: Readonly<Record<'redeem' | 'hold' | 'move', readonly StoppedOperation[]>> = {
  redeem: ['use', 'redeem'],
  hold: ['use', 'redeem'],
  move: ['use'],
};

/** What a kind of sale can be stopped as (R20). */
export function sellsAs(kind: 'issue' | 'activate' | 'load'): readonly StoppedOperation[] {
  return SELLS[kind];
}

/** When the operation arrived, or the order that it completes. */
export function arrivalOf({ soldAt, arrivedAt }: Operation): Instant {
  return soldAt ?? arrivedAt;
}

/** Who sells, where and by what tender: each is the issuer's own, or is not found. */
export function judgePartiesAsked(
  catalogue: Catalogue,
  issuerId: number,
  asked: Pick<SaleAsked, 'sellerId' | 'sale' | 'at'>,
): Refusal | null {
  const { sellerId, sale, at } = asked;
  if (sellerId !== null && catalogue.sellerAt(sellerId, at)?.issuerId !== issuerId) {
    return 'seller_not_found';
  }
  if (sale === undefined) return null;
  if (sale.shopId !== null && catalogue.shopAt(sale.shopId, at)?.sellerId !== sellerId) {
    return 'shop_not_found';
  }
  if (sale.tenderId === null) return null;
  return catalogue.tenderAt(sale.tenderId, at)?.issuerId === issuerId ? null : 'tender_not_found';
}

/** Whether a sale is offered and not stopped. */
export function judgeSaleAsked(gate: GateState, asked: SaleAsked): Stopped | null {
  const { product, sellerId, sale, at } = asked;
  const offer = asked.isOrdered ? null : judgeOffer(gate.catalogue, asked);
  if (offer !== null && offer !== 'conditions_not_met') return { refusal: offer, facts: {} };
  const stopped = judgeSwitch(gate.switchboard, {
    ...placeOf(gate.catalogue, sellerId, at),
    operations: asked.operations,
    issuerId: product.issuerId,
    programmeId: product.programmeId,
    productId: product.productId,
    tenderId: tenderIdOf(gate.catalogue, asked) ?? 0,
    merchantId: 0,
    soldBySellerId: asked.soldBySellerId,
    at,
    buyer: sale?.buyer ?? null,
  });
  return stopped ?? (offer === null ? null : { refusal: offer, facts: {} });
}

/** An offer that was ever made for a route rules it; without one a product is sold freely or by offer only. */
function judgeOffer(catalogue: Catalogue, asked: SaleAsked): Refusal | null {
  const { product, sellerId, sale, at } = asked;
  const isUnsaid = tenderIdOf(catalogue, asked) === null;
  if (isUnsaid && sellerId !== null && catalogue.offers.hasOffer(sellerId, product, at)) {
    return 'tender_missing'; // else not saying it would pass the offer, a stop of a tender, and the limits
  }
  const offer = offerOf(catalogue, asked);
  if (offer === undefined) return product.isSoldByOfferOnly ? 'not_offered' : null;
  if (isEnded(offer, at)) return 'offer_ended';
  const buyer = sale?.buyer ?? { line: null, device: null };
  return meetsConditions(offer.conditions, buyer) ? null : 'conditions_not_met';
}

/** Whether the amount is one that is offered. Judged with the amounts, behind what the product allows. */
export function judgeOfferedAmount(
  catalogue: Catalogue,
  asked: Pick<SaleAsked, 'product' | 'sellerId' | 'sale' | 'at'>,
  amountMinor: bigint,
): Refusal | null {
  const offer = offerOf(catalogue, asked);
  if (offer === undefined) return null;
  const { amountMinMinor, amountMaxMinor } = offer;
  const isOffered =
    (amountMinMinor === null || amountMinMinor <= amountMinor) &&
    (amountMaxMinor === null || amountMinor <= amountMaxMinor);
  return isOffered ? null : 'amount_not_offered';
}

function offerOf(
  catalogue: Catalogue,
  asked: Pick<SaleAsked, 'product' | 'sellerId' | 'sale' | 'at'>,
) {
  const { product, sellerId, at } = asked;
  const tenderId = tenderIdOf(catalogue, asked);
  if (sellerId === null || tenderId === null) return undefined;
  return catalogue.offerAt({ sellerId, productId: product.productId, tenderId }, at);
}

function judgeSwitch(switchboard: Switchboard, movement: Movement): Stopped | null {
  const verdict = switchboard.judge(movement);
  if (verdict === null) return null;
  return { refusal: verdict.refusal, facts: { suspensionId: verdict.suspensionId } };
}

/** Shop -> chain -> aggregator, as far as the seller has them. A stop also holds at what has not begun. */
function placeOf(
  catalogue: Catalogue,
  sellerId: number | null,
  at: Instant,
): Pick<Movement, 'sellerId' | 'chainId' | 'aggregatorId'> {
  if (sellerId === null) return { sellerId: 0, chainId: 0, aggregatorId: 0 };
  const seller = catalogue.sellerAt(sellerId, at) ?? catalogue.sellers.get(sellerId);
  const chainId = seller?.chainId ?? 0;
  const chain = catalogue.chainAt(chainId, at) ?? catalogue.chains.get(chainId);
  return { sellerId, chainId, aggregatorId: chain?.aggregatorId ?? 0 };
}

type SaleTurn = Turn<Operation & { kind: 'issue' | 'activate' | 'load' }>;
type UseTurn = Turn<Operation & { kind: 'redeem' | 'hold' | 'move' }>;

export function judgeParties({ operation, draft }: SaleTurn): Refusal | null {
  return judgePartiesAsked(draft.catalogue, operation.issuerId, {
    sellerId: sellerOf(operation),
    sale: operation.sale,
    at: arrivalOf(operation),
  });
}

/** `card`: for a load, the card that was sold before. */
export function judgeSale(
  { operation, draft }: SaleTurn,
  product: Product,
  card?: InstrumentRow,
): Stopped | null {
  if (operation.isAdvice === true) return null;
  return judgeSaleAsked(draft, {
    operations: SELLS[operation.kind],
    product,
    sellerId: sellerOf(operation),
    sale: operation.sale,
    soldBySellerId: card?.sellerId ?? 0,
    at: arrivalOf(operation),
    isOrdered: operation.soldAt !== undefined,
  });
}

/** A card of another product than the one that was ordered is not sold by that order. */
export function judgeOrdered({ operation }: SaleTurn, card: InstrumentRow): Refusal | null {
  const { soldProductId } = operation;
  const isOther = soldProductId !== undefined && soldProductId !== card.productId;
  return isOther ? 'order_card_differs' : null;
}

export function judgeSoldAmount(
  { operation, draft }: SaleTurn,
  product: Product,
  amountMinor: bigint,
): Refusal | null {
  if (operation.isAdvice === true || operation.soldAt !== undefined) return null;
  const asked = {
    product,
    sellerId: sellerOf(operation),
    sale: operation.sale,
    at: arrivalOf(operation),
  };
  return judgeOfferedAmount(draft.catalogue, asked, amountMinor);
}

/** Whether a card may be used at this place now. */
export function judgePlace({ operation, draft }: UseTurn, card: InstrumentRow): Stopped | null {
  if (operation.isAdvice === true) return null;
  const product = draft.product(card);
  return judgeSwitch(draft.switchboard, {
    ...placeOf(draft.catalogue, operation.place?.sellerId ?? null, operation.arrivedAt),
    operations: USES[operation.kind],
    issuerId: product.issuerId,
    programmeId: product.programmeId,
    productId: product.productId,
    tenderId: 0,
    merchantId: operation.kind === 'move' ? 0 : operation.merchantId,
    soldBySellerId: card.sellerId ?? 0,
    at: operation.arrivedAt,
    buyer: null,
  });
}
