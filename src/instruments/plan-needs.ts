import type { Instant } from '../kernel/clock.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { Product } from '../programmes/index.ts';
import { freedOf, spendOf, spendOfRequest, type Spend } from './contract-limits.ts';
import { countedAt, redemptionsNamed } from './decide-return.ts';
import { transferRange, type CounterName, type Draft, type IdRange } from './draft.ts';
import { isCounted, startOfMonth } from './limits.ts';
import type { NamedCard } from './names.ts';
import type { Operation } from './operation.ts';
import { AccountPlan, type AccountName } from './plan-accounts.ts';
import type { Prepared } from './prepare.ts';
import type { CardMeasure, InstrumentRow, RequestRow } from './rows.ts';

/** What the second wave reads, as the first has shown it. */
export interface Needs {
  readonly touched: ReadonlySet<bigint>; // cards that operations of the batch may change
  readonly cards: Set<bigint>; // of these, whose lots are read
  readonly cardsWhole: Set<bigint>; // of these, also the lots with nothing left in them
  readonly cardsUnread: Set<bigint>; // known from a hold or an original only
  readonly cardsWithHolds: bigint[];
  readonly holds: bigint[]; // of originals
  readonly cardsWithFreezes: bigint[];
  readonly cardsTakenBack: bigint[]; // whose sales may have counted against a contract
  readonly counters: CounterName[];
  readonly accounts: AccountName[];
  readonly ranges: IdRange[];
  readonly redemptions: { instrumentId: bigint; merchantId: number }[];
  readonly elsewhere: { clientId: number; requestId: string }[];
  readonly advices: { lane: number; clientId: number; requestId: string }[]; // known already
}

/** One pass over the batch; a need that turns out not to be needed costs one key of a statement. */
export function planNeeds(batch: readonly Prepared[], draft: Draft): Needs {
  const plan = new Plan(draft, latestInstant(batch, draft));
  for (const prepared of batch) plan.add(prepared);
  return plan.finish();
}

/** No operation of the batch is decided later than this. */
function latestInstant(batch: readonly Prepared[], draft: Draft): Instant {
  let latest = 0;
  for (const lane of draft.books.lanes.values()) latest = Math.max(latest, lane.lastAt);
  for (const { operation } of batch) latest = Math.max(latest, operation.arrivedAt);
  return latest;
}

/** Counters that only the second wave could name: of open holds, of redemptions without a named return, of sales. */
export function lateCounters(draft: Draft): CounterName[] {
  const wanted = new Map<string, CounterName>();
  const want = (instrumentId: bigint | null, at: Instant): void => {
    const card = instrumentId === null ? undefined : draft.instruments.find(instrumentId);
    if (card === undefined) return;
    const product = draft.product(card);
    if (!isCounted(product, 'redeem')) return;
    const startsOn = startOfMonth(at, product.zone);
    if (draft.findCounter(card.instrumentId, 'redeem', startsOn) !== undefined) return;
    const name = { subject: card.instrumentId, measure: 'redeem', startsOn } as const;
    wanted.set(`${name.subject}:${startsOn}`, name);
  };
  for (const { subject, startsOn } of draft.spends()) {
    const isThere = draft.findCounter(subject, 'spend', startsOn) !== undefined;
    if (isThere || !draft.books.hasTurn(laneOfId(subject))) continue;
    wanted.set(`${subject}:spend:${startsOn}`, { subject, measure: 'spend', startsOn });
  }
  for (const hold of draft.holds.values()) want(hold.instrumentId, hold.openedAt);
  for (const redemption of draft.redemptions())
    want(redemption.instrumentId, countedAt(redemption));
  return [...wanted.values()];
}

/** What the limits of the card that an operation names count it as. */
export function countedOf({ kind }: Operation): CardMeasure | null {
  if (kind === 'redeem' || kind === 'hold' || kind === 'move') return 'redeem';
  return kind === 'load' ? 'load' : null;
}

/** It takes value, promises it or adds to it; a lot with nothing in it says nothing to these. */
export function touchesLivingLots({ kind }: Operation): boolean {
  return LIVING.has(kind);
}

const LIVING: ReadonlySet<Operation['kind']> = new Set<Operation['kind']>([
  'redeem',
  'hold',
  'capture',
  'release',
  'load',
  'move',
  'expire',
]);

class Plan {
  readonly #draft: Draft;
  readonly #latest: Instant;
  readonly #touched = new Set<bigint>();
  readonly #cards = new Set<bigint>();
  readonly #whole = new Set<bigint>();
  readonly #unread = new Set<bigint>();
  readonly #frozen = new Set<bigint>();
  readonly #takenBack = new Set<bigint>();
  readonly #holds = new Set<bigint>();
  readonly #counters = new Map<string, CounterName>();
  readonly #accounts: AccountPlan;
  readonly #ranges = new Map<bigint, IdRange>();
  readonly #redemptions = new Map<string, { instrumentId: bigint; merchantId: number }>();
  readonly #elsewhere = new Map<string, { clientId: number; requestId: string }>();
  readonly #advices = new Map<string, { lane: number; clientId: number; requestId: string }>();

  constructor(draft: Draft, latest: Instant) {
    this.#draft = draft;
    this.#latest = latest;
    this.#accounts = new AccountPlan(draft);
  }

  add(prepared: Prepared): void {
    const { operation } = prepared;
    if (operation.isAdvice === true) this.#addAdvice(prepared);
    const card = this.#cardOf(prepared, prepared.card);
    if (card !== undefined && this.#isForeseen(prepared, card)) {
      this.#touched.add(card.instrumentId);
      return;
    }
    const to = this.#cardOf(prepared, prepared.to);
    for (const one of [card, to]) if (one !== undefined) this.#wantLots(prepared, one.instrumentId);
    if (operation.kind === 'expire') this.#wantLots(prepared, operation.instrumentId);
    if ('holdId' in operation && operation.holdId !== null) {
      const hold = this.#draft.holds.find(operation.holdId);
      if (hold !== undefined) this.#wantCard(prepared, hold.instrumentId);
    }
    if (operation.kind === 'unfreeze' && card !== undefined) this.#frozen.add(card.instrumentId);
    if (operation.kind === 'deactivate' && card !== undefined) {
      this.#takenBack.add(card.instrumentId);
    }
    if ('originalRequestId' in operation && operation.originalRequestId !== null) {
      this.#addOriginal(prepared, operation.originalRequestId);
    }
    if (operation.kind === 'return' && card !== undefined) {
      const { merchantId } = operation;
      this.#redemptions.set(`${card.instrumentId}:${merchantId}`, {
        instrumentId: card.instrumentId,
        merchantId,
      });
    }
    if (card !== undefined) this.#addCounters(card, countedOf(operation), operation.arrivedAt);
    if (to !== undefined) this.#addCounters(to, 'load', operation.arrivedAt);
    if (prepared.subjectOf !== null) this.#addSpend(prepared);
    const original =
      operation.kind === 'reverse'
        ? this.#originalOf(prepared, operation.originalRequestId)
        : undefined;
    this.#accounts.add(prepared, { card, to, original });
  }

  /** Nothing is left to read for a redemption of a card as its name said it: `foresee` has asked for the rest. */
  #isForeseen({ operation, homeLane, card: named }: Prepared, card: InstrumentRow): boolean {
    if (operation.kind !== 'redeem' || operation.isAdvice === true) return false;
    if (named?.instrumentId !== null || card.lane !== homeLane) return false;
    return this.#draft.product(card).unit === operation.unit;
  }

  /** Another issuer's is none: no statement more is sent for it than for one that there is not (R32). */
  #cardOf({ operation }: Prepared, named: Prepared['card']): InstrumentRow | undefined {
    const card = named === null ? undefined : this.#find(named);
    if (card === undefined) return undefined;
    return this.#draft.product(card).issuerId === operation.issuerId ? card : undefined;
  }

  #find(named: NamedCard): InstrumentRow | undefined {
    if (named.instrumentId !== null) return this.#draft.instruments.find(named.instrumentId);
    for (const name of named.names) {
      const found = this.#draft.findCardName(named.lane, name);
      if (found !== undefined) return this.#draft.instruments.find(found.instrumentId);
    }
    return undefined;
  }

  /** Whether it is an item already matters only where its request is known. */
  #addAdvice(prepared: Prepared): void {
    const { requestId, clientId } = prepared.operation;
    if (this.#originalOf(prepared, requestId) === undefined) return;
    const lane = prepared.homeLane;
    this.#advices.set(`${lane}:${clientId}:${requestId}`, { lane, clientId, requestId });
  }

  #wantLots({ operation }: Prepared, instrumentId: bigint): void {
    this.#touched.add(instrumentId);
    const isWhole = !touchesLivingLots(operation);
    if (this.#draft.hasReadLots(instrumentId, isWhole)) return;
    this.#cards.add(instrumentId);
    if (isWhole) this.#whole.add(instrumentId);
  }

  /** Only in a lane whose turn is there; else the operation will ask for the lane first. */
  #wantCard(prepared: Prepared, instrumentId: bigint): void {
    if (!prepared.lanes.includes(laneOfId(instrumentId))) return;
    this.#wantLots(prepared, instrumentId);
    if (this.#draft.instruments.find(instrumentId) === undefined) this.#unread.add(instrumentId);
  }

  #addOriginal(prepared: Prepared, requestId: string): void {
    const { operation } = prepared;
    const original = this.#originalOf(prepared, requestId);
    if (original === undefined) {
      if (operation.kind !== 'reverse') return;
      const { clientId } = operation;
      this.#elsewhere.set(`${clientId}:${requestId}`, { clientId, requestId });
      return;
    }
    if (original.instrumentId !== null) this.#wantCard(prepared, original.instrumentId);
    const to = original.facts?.['toInstrumentId'];
    if (typeof to === 'string') this.#wantCard(prepared, BigInt(to));
    if (original.holdId !== null) this.#holds.add(original.holdId);
    const range = transferRange(original);
    if (range !== null && prepared.lanes.includes(range.lane))
      this.#ranges.set(range.firstId, range);
    this.#addOriginalCounters(original);
  }

  #addOriginalCounters(original: RequestRow): void {
    if (original.productId === null || original.instrumentId === null) return;
    const product = this.#draft.catalogue.products.get(original.productId);
    if (product === undefined) return;
    const { instrumentId } = original;
    const spend = spendOfRequest(original);
    if (spend !== null) this.#wantSpend(spend);
    for (const freed of freedOf(original)) this.#wantSpend(freed.spend);
    this.#wantCounters(instrumentId, product, 'load', original.decidedAt);
    this.#wantCounters(instrumentId, product, 'redeem', countedAt(original));
    for (const redemption of redemptionsNamed(original)) {
      this.#wantCounters(instrumentId, product, 'redeem', redemption.countedAt);
    }
    const to = original.facts?.['toInstrumentId'];
    if (typeof to !== 'string') return;
    // Perhaps no card that is read yet, so whether its product limits loads is not known; its zone is.
    const startsOn = startOfMonth(original.decidedAt, product.zone);
    this.#wantCounter({ subject: BigInt(to), measure: 'load', startsOn });
  }

  /** In whichever period it will be decided: by its own lanes' instants, or by the latest of the batch. */
  #addSpend({ operation, subjectOf, lanes }: Prepared): void {
    let own = operation.arrivedAt;
    for (const lane of lanes) own = Math.max(own, this.#draft.books.lane(lane).lastAt);
    for (const at of [own, this.#latest]) {
      const spend = spendOf(this.#draft.catalogue, operation, subjectOf, at);
      if (spend !== null) this.#wantSpend(spend);
    }
  }

  /** Only in a lane whose turn is there; else the operation will ask for the lane first. */
  #wantSpend({ subject, startsOn }: Spend): void {
    if (!this.#draft.books.hasTurn(laneOfId(subject))) return;
    this.#wantCounter({ subject, measure: 'spend', startsOn });
  }

  #addCounters(card: InstrumentRow, counted: CardMeasure | null, arrivedAt: Instant): void {
    if (counted === null) return;
    const product = this.#draft.product(card);
    const lastAt = this.#draft.books.lanes.get(card.lane)?.lastAt ?? 0;
    this.#wantCounters(card.instrumentId, product, counted, Math.max(arrivedAt, lastAt));
    this.#wantCounters(card.instrumentId, product, counted, this.#latest);
  }

  #wantCounters(subject: bigint, product: Product, measure: CardMeasure, at: Instant): void {
    if (!isCounted(product, measure)) return;
    this.#wantCounter({ subject, measure, startsOn: startOfMonth(at, product.zone) });
  }

  #wantCounter(name: CounterName): void {
    if (this.#draft.hasReadCounter(name)) return;
    this.#counters.set(`${name.subject}:${name.measure}:${name.startsOn}`, name);
  }

  #originalOf(prepared: Prepared, requestId: string): RequestRow | undefined {
    const { operation, homeLane, homeKey } = prepared;
    return this.#draft.findRequest(homeLane, operation.clientId, requestId, homeKey);
  }

  finish(): Needs {
    return {
      touched: this.#touched,
      cards: this.#cards,
      cardsWhole: this.#whole,
      cardsUnread: this.#unread,
      cardsWithHolds: [...this.#touched].filter((id) => this.#mayHold(id)),
      holds: [...this.#holds],
      cardsWithFreezes: [...this.#frozen],
      cardsTakenBack: [...this.#takenBack],
      counters: [...this.#counters.values()],
      accounts: this.#accounts.accounts,
      ranges: [...this.#ranges.values()],
      redemptions: [...this.#redemptions.values()],
      elsewhere: [...this.#elsewhere.values()],
      advices: [...this.#advices.values()],
    };
  }

  #mayHold(instrumentId: bigint): boolean {
    const card = this.#draft.instruments.find(instrumentId);
    return card === undefined || this.#draft.accountOf(card).heldMinor > 0n;
  }
}
