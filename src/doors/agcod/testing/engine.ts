/**
 * For tests of this door only: a small engine in memory that keeps the rules the door relies on
 * (repeats, reversals in any order, ids that are for one card).
 */
import type { Result } from '../../../kernel/result.ts';
import type {
  Activation,
  ActivityEntry,
  CardReference,
  Operation,
  Balance,
  Done,
  InstrumentState,
  Outcome,
  RequestOutcome,
  Refusal,
} from '../../../instruments/index.ts';
import type { AgcodEngine } from '../contract.ts';

interface CardInMemory {
  readonly instrumentId: bigint;
  readonly productId: number;
  readonly number: string | null;
  readonly faceMinor: bigint | null;
  state: InstrumentState;
  valueMinor: bigint;
  isSpent: boolean;
  activation: Activation | null;
}

interface RequestInMemory {
  readonly content: string;
  readonly outcome: Outcome;
  readonly card: CardInMemory | null;
  readonly kind: Operation['kind'];
  readonly amountMinor: bigint;
  isReversed: boolean;
}

export class EngineInMemory implements AgcodEngine {
  readonly operations: Operation[] = [];
  readonly activity: ActivityEntry[] = [];
  fundsMinor = 1_000_000n;
  /** The next operation gets this instead of being carried out. */
  scripted: Outcome | Error | null = null;
  inquiriesBreak = false;
  readonly #cards = new Map<string, CardInMemory>();
  readonly #requests = new Map<string, RequestInMemory>();
  readonly #closed = new Set<string>();
  readonly #homes = new Map<string, string>();
  #instrumentCount = 0n;

  addCard(number: string, card: { productId: number; faceMinor: bigint | null }): CardInMemory {
    const made: CardInMemory = {
      instrumentId: (this.#instrumentCount += 1n),
      number,
      ...card,
      state: 'blank',
      valueMinor: 0n,
      isSpent: false,
      activation: null,
    };
    this.#cards.set(number, made);
    return made;
  }

  setSpent(number: string, isSpent: boolean): void {
    Object.assign(this.#cards.get(number) ?? {}, { isSpent });
  }

  async submit(operation: Operation): Promise<Outcome> {
    this.operations.push(operation);
    const scripted = this.scripted;
    this.scripted = null;
    if (scripted instanceof Error) throw scripted;
    if (scripted !== null) return scripted;

    const home = homeOf(operation);
    const key = `${operation.requestId}|${home}`;
    const content = contentOf(operation);
    const known = this.#requests.get(key);
    if (known !== undefined) {
      if (known.content !== content) return refusal('request_id_reused');
      if (known.isReversed) return refusal('already_reversed');
      return { ...known.outcome, isRepeated: true } as Outcome;
    }
    if (this.#closed.has(key)) return refusal('already_reversed');
    if (operation.requestIdIsExclusive === true) {
      if ((this.#homes.get(operation.requestId) ?? home) !== home)
        return refusal('request_id_reused');
      this.#homes.set(operation.requestId, home);
    }
    const { outcome, card, amountMinor } = this.#decide(operation);
    const request = {
      content,
      outcome,
      card,
      kind: operation.kind,
      amountMinor,
      isReversed: false,
    };
    this.#requests.set(key, request);
    if (outcome.outcome === 'accepted') this.#log(operation, outcome.done);
    return outcome;
  }

  #decide(operation: Operation): {
    outcome: Outcome;
    card: CardInMemory | null;
    amountMinor: bigint;
  } {
    const refuse = (name: Refusal) => ({ outcome: refusal(name), card: null, amountMinor: 0n });
    if (operation.kind === 'issue') {
      if (operation.unit !== 'JPY') return refuse('unit_differs');
      if (operation.amountMinor < 500n || operation.amountMinor > 50_000n) {
        return refuse('amount_not_allowed');
      }
      if (operation.amountMinor > this.fundsMinor) return refuse('insufficient_funds');
      const card = this.addCard(`code ${this.#instrumentCount}`, { productId: 1, faceMinor: null });
      this.fundsMinor -= operation.amountMinor;
      Object.assign(card, { state: 'active', valueMinor: operation.amountMinor });
      const done = doneOf(operation, card, {
        code: `CODE${String(card.instrumentId).padStart(12, '0')}`,
      });
      return { outcome: acceptance(done), card, amountMinor: operation.amountMinor };
    }
    if (operation.kind === 'activate') return this.#activate(operation, refuse);
    if (operation.kind === 'deactivate') {
      const card = this.#find(operation.card);
      if (card === null) return refuse('instrument_not_found');
      if (card.state !== 'active') return refuse('instrument_not_active');
      if (card.isSpent) return refuse('already_spent');
      const amountMinor = card.valueMinor;
      const done = { ...doneOf(operation, card, {}), amountMinor, state: 'blank' as const };
      Object.assign(card, { state: 'blank', valueMinor: 0n, activation: null });
      return { outcome: acceptance(done), card, amountMinor };
    }
    if (operation.kind === 'reverse') return this.#reverse(operation, refuse);
    throw new Error(`the engine in memory does not ${operation.kind}`);
  }

  #activate(
    operation: Operation & { kind: 'activate' },
    refuse: (name: Refusal) => Decided,
  ): Decided {
    const card = this.#find(operation.card);
    if (card === null) return refuse('instrument_not_found');
    if (card.state === 'active') return refuse('instrument_already_active');
    if (operation.unit !== 'JPY') return refuse('unit_differs');
    const amountMinor = operation.amountMinor ?? card.faceMinor ?? 0n;
    if (amountMinor > 50_000n || (card.faceMinor !== null && amountMinor !== card.faceMinor)) {
      return refuse('amount_not_allowed');
    }
    if (amountMinor > this.fundsMinor) return refuse('insufficient_funds');
    this.fundsMinor -= amountMinor;
    const activation: Activation = {
      clientId: operation.clientId,
      requestId: operation.requestId,
      amountMinor,
      unit: 'JPY',
      expiresAt: null,
    };
    Object.assign(card, { state: 'active', valueMinor: amountMinor, activation });
    return { outcome: acceptance(doneOf(operation, card, {})), card, amountMinor };
  }

  #reverse(
    operation: Operation & { kind: 'reverse' },
    refuse: (name: Refusal) => Decided,
  ): Decided {
    const number =
      operation.card?.by === 'number' ? operation.card.number : operation.originalRequestId;
    const key = `${operation.originalRequestId}|${number}`;
    const original = this.#requests.get(key);
    if (original === undefined) {
      const isElsewhere = [...this.#requests.keys()].some((known) =>
        known.startsWith(`${operation.originalRequestId}|`),
      );
      if (isElsewhere) return refuse('card_differs');
      this.#closed.add(key);
      const done = { ...doneOf(operation, null, {}), isOriginalKnown: false };
      return { outcome: acceptance(done), card: null, amountMinor: 0n };
    }
    const { card, amountMinor } = original;
    if (card?.isSpent === true) return refuse('already_spent');
    if (card !== null && !original.isReversed) {
      this.fundsMinor += amountMinor;
      const state = original.kind === 'issue' ? 'voided' : 'blank';
      Object.assign(card, { state, valueMinor: 0n, activation: null });
    }
    original.isReversed = true;
    const done = { ...doneOf(operation, card, {}), amountMinor, isOriginalKnown: true };
    return { outcome: acceptance(done), card, amountMinor };
  }

  #log(operation: Operation, done: Done): void {
    const isUndoing = operation.kind === 'reverse' && done.isOriginalKnown === true;
    this.activity.push({
      kind: operation.kind,
      undid: isUndoing ? (operation.card === null ? 'issue' : 'activate') : null,
      requestId: operation.requestId,
      instrumentId: done.instrumentId,
      maskedNumber: done.number,
      amountMinor: done.amountMinor,
      unit: done.unit,
      at: operation.arrivedAt,
    });
  }

  #find(card: CardReference): CardInMemory | null {
    return card.by === 'number' ? (this.#cards.get(card.number) ?? null) : null;
  }

  async findRequest(
    _asker: unknown,
    requestId: string,
    card: CardReference | null,
  ): Promise<RequestOutcome> {
    if (this.inquiriesBreak) throw new Error('the database is away');
    const known = this.#requests.get(
      `${requestId}|${card?.by === 'number' ? card.number : requestId}`,
    );
    if (known === undefined) return { outcome: 'not_seen' };
    const { outcome, kind } = known;
    if (outcome.outcome === 'refused') {
      return { outcome: 'refused', kind, refusal: outcome.refusal, decidedAt: 0 };
    }
    if (outcome.outcome !== 'accepted') return { outcome: 'not_seen' };
    return { outcome: known.isReversed ? 'reversed' : 'accepted', done: outcome.done };
  }

  async inquireBalance(_asker: unknown, card: CardReference): Promise<Result<Balance, Refusal>> {
    if (this.inquiriesBreak) throw new Error('the database is away');
    const found = this.#find(card);
    if (found === null) return { ok: false, refusal: 'instrument_not_found' };
    const { instrumentId, productId, state, faceMinor, valueMinor } = found;
    const balance: Balance = {
      instrumentId,
      productId,
      state,
      faceMinor,
      unit: 'JPY',
      isFrozen: false,
      spendableMinor: valueMinor,
      heldMinor: 0n,
      maskedNumber: null,
      lots: [],
    };
    return { ok: true, value: balance };
  }

  async findActivation(_asker: unknown, card: CardReference): Promise<Activation | null> {
    return this.#find(card)?.activation ?? null;
  }

  async readFunds(): Promise<bigint> {
    if (this.inquiriesBreak) throw new Error('the database is away');
    return this.fundsMinor;
  }

  async listActivity(
    _asker: unknown,
    fromInstant: number,
    toInstant: number,
    page: { after: string | null; size: number },
  ): Promise<{ entries: ActivityEntry[]; next: string | null }> {
    const inTime = this.activity.filter((entry) => entry.at >= fromInstant && entry.at < toInstant);
    const first = Number(page.after ?? '0');
    const next = first + page.size < inTime.length ? String(first + page.size) : null;
    return { entries: inTime.slice(first, first + page.size), next };
  }
}

type Decided = { outcome: Outcome; card: CardInMemory | null; amountMinor: bigint };

function homeOf(operation: Operation): string {
  if ('card' in operation && operation.card?.by === 'number') return operation.card.number;
  return operation.kind === 'reverse' ? operation.originalRequestId : operation.requestId;
}

function contentOf(operation: Operation): string {
  const print = (name: string, value: unknown): unknown =>
    name === 'arrivedAt' ? undefined : typeof value === 'bigint' ? String(value) : value;
  return JSON.stringify(operation, print);
}

export function refusal(name: Refusal): Outcome {
  return { outcome: 'refused', refusal: name, isRepeated: false, balanceMinor: null };
}

function acceptance(done: Done): Outcome {
  return { outcome: 'accepted', done, isRepeated: false };
}

const YEAR_MS = 365 * 24 * 3_600_000;

function doneOf(operation: Operation, card: CardInMemory | null, known: { code?: string }): Done {
  return {
    kind: operation.kind,
    requestId: operation.requestId,
    decidedAt: operation.arrivedAt,
    instrumentId: card?.instrumentId ?? null,
    productId: card?.productId ?? null,
    unit: card === null ? null : 'JPY',
    amountMinor: card?.valueMinor ?? null,
    balanceMinor: card?.valueMinor ?? null,
    state: card?.state ?? null,
    expiresAt: operation.kind === 'issue' ? operation.arrivedAt + 10 * YEAR_MS : null,
    holdId: null,
    heldMinor: null,
    isOriginalKnown: null,
    skippedCards: null,
    toInstrumentId: null,
    code: known.code ?? null,
    number: null,
  };
}
