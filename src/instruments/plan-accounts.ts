import type { Unit } from '../kernel/money.ts';
import { accountKey, type HouseAccountKind } from '../ledger/index.ts';
import type { Product } from '../programmes/index.ts';
import type { Draft } from './draft.ts';
import type { Prepared } from './prepare.ts';
import type { InstrumentRow, RequestRow } from './rows.ts';

export interface AccountName {
  readonly lane: number;
  readonly accountId: bigint;
}

/** What is known of an operation: nothing before the first wave, then its cards and its original. */
export interface Known {
  readonly card?: InstrumentRow | undefined;
  readonly to?: InstrumentRow | undefined;
  readonly original?: RequestRow | undefined;
}

/** The accounts of the house that operations may move value to or from, but for those that were asked for already. */
export class AccountPlan {
  readonly #draft: Draft;
  readonly #accounts = new Map<bigint, AccountName>();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  get accounts(): AccountName[] {
    return [...this.#accounts.values()];
  }

  add(prepared: Prepared, { card, to, original }: Known): void {
    const { operation, homeLane } = prepared;
    const product =
      card === undefined ? this.#productOf(prepared, original) : this.#draft.product(card);
    const unit = product?.unit ?? ('unit' in operation ? operation.unit : null);
    if (unit === null) return;
    const lane = card?.lane ?? homeLane;
    const issuerId = product?.issuerId ?? operation.issuerId;
    const want = (kind: HouseAccountKind, partyId: number, at = lane): void =>
      this.#wantHouse(issuerId, kind, partyId, unit, at);
    if ('funding' in operation) {
      if (operation.funding.from === 'seller')
        want('seller_receivable', operation.funding.sellerId);
      else this.#wantFunds(prepared, operation.funding.clientId, unit, lane);
    }
    if (operation.kind === 'fund') {
      want('funds_source', 0);
      this.#wantFunds(prepared, operation.fundsOfClientId, unit, lane);
    }
    if ('merchantId' in operation) want('merchant_payable', operation.merchantId);
    if (operation.kind === 'capture') {
      const hold = this.#draft.holds.find(operation.holdId);
      if (hold !== undefined) want('merchant_payable', hold.merchantId);
    }
    if (operation.kind === 'expire') want('breakage', 0);
    if (operation.kind === 'stock') want('opening', 0);
    if (operation.kind === 'void' || operation.kind === 'return' || operation.kind === 'reverse') {
      want('suspense', 0);
    }
    if (operation.kind === 'move' || operation.kind === 'reverse') {
      for (const one of prepared.lanes) want('interlane', 0, one);
      if (to !== undefined) want('interlane', 0, to.lane);
    }
  }

  #wantFunds(prepared: Prepared, clientId: number, unit: Unit, lane: number): void {
    const { issuerId } = prepared.operation;
    this.#wantHouse(issuerId, 'partner_funds', clientId, unit, lane);
    if (prepared.lanes.length < this.#draft.laneCount) return;
    for (const one of prepared.lanes) {
      this.#wantHouse(issuerId, 'partner_funds', clientId, unit, one);
      this.#wantHouse(issuerId, 'interlane', 0, unit, one);
    }
  }

  /** Where no card is named. */
  #productOf({ operation }: Prepared, original: RequestRow | undefined): Product | undefined {
    const { products } = this.#draft.catalogue;
    switch (operation.kind) {
      case 'issue':
      case 'stock':
        return products.get(operation.productId);
      case 'expire':
        return products.get(this.#draft.instruments.find(operation.instrumentId)?.productId ?? 0);
      case 'reverse':
        return products.get(original?.productId ?? 0);
      default:
        return undefined;
    }
  }

  #wantHouse(
    issuerId: number,
    kind: HouseAccountKind,
    partyId: number,
    unit: Unit,
    lane: number,
  ): void {
    const house = this.#draft.houses.find({ issuerId, kind, partyId, unit });
    if (house === undefined) return; // no such party or unit: the operation is refused
    const { accountId } = house;
    if (this.#draft.books.wasAsked(lane, accountId)) return;
    this.#accounts.set(accountKey(lane, accountId), { lane, accountId });
  }
}
