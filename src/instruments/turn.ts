import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { AccountRow, TransferRow } from '../ledger/index.ts';
import type { Product } from '../programmes/index.ts';
import { saleFacts, sellerOf } from './contract-limits.ts';
import type { Draft } from './draft.ts';
import type { NamedCard } from './names.ts';
import type { Funding, Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import { refusedOf, acceptedOf } from './answer.ts';
import type { Prepared } from './prepare.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, RequestFacts, RequestRow } from './rows.ts';
import { isPastExpiry, spendableMinor } from './value.ts';

/** One operation while it is decided. */
export interface Turn<Kind extends Operation = Operation> {
  readonly draft: Draft;
  readonly prepared: Prepared;
  readonly operation: Kind;
  readonly now: Instant; // never before anything its lanes have seen (R24)
  readonly laneCount: number;
  readonly transfersBefore: number; // how many the batch had made before this operation
}

/** What an operation needs and does not have yet: it leaves its batch and comes again with more lanes. */
export class Wants {
  readonly lanes: readonly number[] | 'all';

  constructor(lanes: readonly number[] | 'all') {
    this.lanes = lanes;
  }
}

export type Decision = Outcome | Wants;

/** A refusal, something that is wanted first, or null: go on. */
export type Verdict = Refusal | Wants | null;

/**
 * The card that a name leads to. Unknown, wrong and another issuer's are one answer, and it takes the
 * same statements to say so.
 */
export function findCard(
  turn: Turn,
  named: NamedCard,
): InstrumentRow | Wants | 'instrument_not_found' {
  const { draft, operation } = turn;
  let card = named.instrumentId === null ? undefined : draft.instruments.find(named.instrumentId);
  for (const name of named.names) {
    const signpost = draft.findCardName(named.lane, name);
    if (signpost === undefined) continue;
    if (!hasLane(turn, signpost.instrumentLane)) return new Wants([signpost.instrumentLane]);
    card = draft.instruments.find(signpost.instrumentId);
    break;
  }
  if (card === undefined) return 'instrument_not_found';
  return draft.product(card).issuerId === operation.issuerId ? card : 'instrument_not_found';
}

/**
 * Whether the operation has come with the turn of a lane. That its batch has it for another operation is not
 * enough: what it needs there was not read, and the lane's instant was not looked at (R24).
 */
export function hasLane(turn: Turn, lane: number): boolean {
  return turn.prepared.lanes.includes(lane);
}

export function isCard(found: InstrumentRow | Wants | Refusal): found is InstrumentRow {
  return typeof found !== 'string' && !(found instanceof Wants);
}

/** States that no value may be taken from or put into, in the order they are checked. */
export function judgeUsable(card: InstrumentRow): Refusal | null {
  if (card.state === 'voided') return 'instrument_voided';
  if (card.state === 'blank') return 'instrument_not_active';
  if (card.state === 'used') return 'instrument_used';
  if (card.state === 'expired') return 'instrument_expired';
  return card.openFreezes > 0 ? 'instrument_frozen' : null;
}

/** The same for value that is to be taken: all that is there may have expired before the sweep has come. */
export function judgeSpendable(turn: Turn, card: InstrumentRow): Refusal | null {
  const { draft, now } = turn;
  const usable = judgeUsable(card);
  if (usable !== null && usable !== 'instrument_frozen') return usable;
  const hasExpired = draft
    .lotsOf(card)
    .some((lot) => lot.remainingMinor > 0n && isPastExpiry(lot, now));
  return hasExpired && spendableMinor(draft, card, now) === 0n ? 'instrument_expired' : usable;
}

/** A face of the product, or an amount in its range. */
export function isFaceAllowed(product: Product, amountMinor: bigint): boolean {
  if (product.facesMinor.length > 0) return product.facesMinor.includes(amountMinor);
  return product.faceMinMinor <= amountMinor && amountMinor <= product.faceMaxMinor;
}

/** The account in this lane that pays for value that is made. */
export function fundingAccount(
  turn: Turn,
  funding: Funding,
  product: Product,
  lane: number,
): AccountRow {
  const [kind, partyId] =
    funding.from === 'seller'
      ? (['seller_receivable', funding.sellerId] as const)
      : (['partner_funds', funding.clientId] as const);
  return turn.draft.house(lane, product.issuerId, kind, partyId, product.unit);
}

export function judgeMerchant(turn: Turn, merchantId: number): Refusal | null {
  const merchant = turn.draft.catalogue.merchants.get(merchantId);
  return merchant?.issuerId === turn.operation.issuerId ? null : 'merchant_not_found';
}

export interface Acceptance {
  readonly card?: InstrumentRow;
  readonly amountMinor?: bigint;
  readonly sellerId?: number | null;
  readonly merchantId?: number | null;
  readonly holdId?: bigint;
  readonly productId?: number;
  readonly facts?: RequestFacts;
}

/** Remembers the operation as done and answers it. */
export function accept(turn: Turn, acceptance: Acceptance): Outcome {
  const row = remember(turn, 'accepted', acceptance);
  return acceptedOf(row, turn.draft.catalogue, turn.prepared.minted);
}

/** Remembers the operation as refused and answers it; an advice becomes an item (R18). */
export function refuse(turn: Turn, refusal: Refusal, about: Acceptance = {}): Outcome {
  const { operation } = turn;
  if (operation.isAdvice === true) {
    const amountMinor = 'amountMinor' in operation ? operation.amountMinor : null;
    openItem(turn, 'advice_not_applied', { card: about.card ?? null, amountMinor });
  }
  return refusedOf(remember(turn, refusal, about));
}

/** Work for a person, about a request of this client: what the engine cannot settle by itself. */
export function openItem(
  turn: Turn,
  cause: string,
  about: {
    readonly card: InstrumentRow | null;
    readonly amountMinor: bigint | null;
    readonly requestId?: string; // another than the operation's own
  },
): void {
  const { operation, prepared } = turn;
  turn.draft.addItem({
    lane: prepared.homeLane,
    cause,
    issuerId: operation.issuerId,
    clientId: operation.clientId,
    requestId: about.requestId ?? operation.requestId,
    instrumentId: about.card?.instrumentId ?? null,
    amountMinor: about.amountMinor,
    openedAt: turn.now,
  });
}

/** Goes on with a verdict that is not null. */
export function settle(turn: Turn, verdict: Refusal | Wants, about: Acceptance = {}): Decision {
  return typeof verdict === 'string' ? refuse(turn, verdict, about) : verdict;
}

function remember(turn: Turn, outcome: RequestRow['outcome'], about: Acceptance): RequestRow {
  const { draft, operation, prepared, now } = turn;
  const { card } = about;
  const transfers = ownTransfers(turn, card?.lane ?? prepared.homeLane);
  const productId = card?.productId ?? about.productId ?? null;
  const sold = saleFacts(draft.catalogue, operation, prepared.subjectOf, { productId, at: now });
  const row: RequestRow = {
    lane: prepared.homeLane,
    clientId: operation.clientId,
    requestId: operation.requestId,
    homeKey: prepared.homeKey,
    sequence: draft.books.nextId(prepared.homeLane),
    kind: operation.kind,
    content: prepared.content,
    arrivedAt: operation.arrivedAt,
    decidedAt: now,
    outcome,
    instrumentId: card?.instrumentId ?? null,
    productId,
    sellerId: about.sellerId ?? ownSeller(turn),
    merchantId: about.merchantId ?? null,
    holdId: about.holdId ?? null,
    amountMinor: about.amountMinor ?? null,
    balanceMinor: card === undefined ? null : spendableMinor(draft, card, now),
    state: card?.state ?? null,
    firstTransferId: transfers[0]?.transferId ?? null,
    transferCount: transfers.length,
    undoneMinor: 0n,
    isReversed: false,
    facts: sold === null ? (about.facts ?? null) : { ...sold, ...about.facts },
  };
  draft.addRequest(row, transfers);
  return row;
}

/** Also what was refused was asked for by a seller; one of another issuer is nobody. */
function ownSeller({ draft, operation }: Turn): number | null {
  const sellerId = sellerOf(operation);
  if (sellerId === null) return null;
  const isOwn = draft.catalogue.sellers.get(sellerId)?.issuerId === operation.issuerId;
  return isOwn ? sellerId : null;
}

/** What this operation moved in a lane. Other ids are taken before the first transfer, so these follow. */
export function ownTransfers(turn: Turn, lane: number): TransferRow[] {
  const made = turn.draft.books.transfers;
  if (made.length === turn.transfersBefore) return [];
  const own = made
    .slice(turn.transfersBefore)
    .filter((transfer) => transfer.lane === lane && !turn.draft.isCompanion(transfer));
  const first = own[0];
  if (first !== undefined) {
    const last = first.transferId + 256n * BigInt(own.length - 1);
    assert(own.at(-1)?.transferId === last, 'the transfers of a request have consecutive ids');
    assert(laneOfId(first.transferId) === lane, 'an id carries its lane');
  }
  return own;
}

/** A row beside the request for transfers that are another card's, or the house's between lanes. */
export function rememberCompanion(
  turn: Turn,
  companion: {
    readonly lane: number;
    readonly kind: 'counterpart' | 'rebalance';
    readonly homeKey: string;
    readonly transfers: readonly TransferRow[];
    readonly card: InstrumentRow | null;
    readonly amountMinor: bigint;
  },
): void {
  const { draft, operation, prepared, now } = turn;
  const { card, transfers } = companion;
  draft.claimCompanion(transfers);
  draft.addRequest(
    {
      lane: companion.lane,
      clientId: operation.clientId,
      requestId: operation.requestId,
      homeKey: companion.homeKey,
      sequence: draft.books.nextId(companion.lane),
      kind: companion.kind,
      content: prepared.content,
      arrivedAt: operation.arrivedAt,
      decidedAt: now,
      outcome: 'accepted',
      instrumentId: card?.instrumentId ?? null,
      productId: card?.productId ?? null,
      sellerId: null,
      merchantId: null,
      holdId: null,
      amountMinor: companion.amountMinor,
      balanceMinor: card === null ? null : spendableMinor(draft, card, now),
      state: card?.state ?? null,
      firstTransferId: transfers[0]?.transferId ?? null,
      transferCount: transfers.length,
      undoneMinor: 0n,
      isReversed: false,
      facts: { of: operation.kind },
    },
    transfers,
  );
}
