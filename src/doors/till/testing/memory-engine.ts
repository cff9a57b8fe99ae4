import { accepted, refused } from '../../../kernel/result.ts';
import type { Result } from '../../../kernel/result.ts';
import type {
  CardReference,
  Operation,
  Balance,
  Done,
  InstrumentState,
  Outcome,
  Refusal,
} from '../../../instruments/index.ts';
import type { TillEngine } from '../contract.ts';

interface Card {
  readonly instrumentId: bigint;
  readonly issuerId: number;
  state: InstrumentState;
  balanceMinor: bigint;
}

interface Seen {
  readonly content: string;
  readonly outcome: Outcome;
  readonly undo: (() => void) | null;
  isReversed: boolean;
}

type Decided =
  | { readonly refusal: Refusal; readonly balanceMinor?: bigint }
  | { readonly movedMinor: bigint; readonly undo: () => void };

/**
 * Keeps the engine's promises for a till, in memory: the same request gets the same answer, a
 * reversal works before, after and twice, and what is unknown is said to be unknown.
 */
export class MemoryEngine implements TillEngine {
  readonly submitted: Operation[] = [];
  readonly #cards = new Map<string, Card>();
  readonly #seen = new Map<string, Seen>();
  readonly #reversedBefore = new Set<string>();
  /**
   * What becomes of the next operations: `lost` decides and does not tell, as a dying connection.
   */
  readonly fates: ('lost' | 'busy' | 'throws' | Promise<void>)[] = [];

  addCard(number: string, balanceMinor: bigint | null, issuerId = 1): void {
    const instrumentId = BigInt(this.#cards.size + 1);
    const state = balanceMinor === null ? 'blank' : 'active';
    this.#cards.set(number, { instrumentId, issuerId, state, balanceMinor: balanceMinor ?? 0n });
  }

  balanceOf(number: string): bigint | null {
    const card = this.#cards.get(number);
    return card === undefined || card.state === 'blank' ? null : card.balanceMinor;
  }

  async submit(operation: Operation): Promise<Outcome> {
    this.submitted.push(operation);
    const fate = this.fates.shift();
    if (fate === 'throws') throw new Error('the engine broke');
    if (fate === 'busy') return { outcome: 'not_done', cause: 'busy', retryAfterMs: 100 };
    if (fate instanceof Promise) await fate;
    const outcome = this.#decide(operation);
    return fate === 'lost' ? { outcome: 'outcome_unknown' } : outcome;
  }

  async inquireBalance(
    asker: { readonly clientId: number; readonly issuerId: number },
    reference: CardReference,
  ): Promise<Result<Balance, Refusal>> {
    const card = this.#find(asker.issuerId, reference);
    if (card === undefined) return refused('instrument_not_found');
    return accepted({
      instrumentId: card.instrumentId,
      productId: 1,
      unit: 'JPY',
      state: card.state,
      isFrozen: false,
      spendableMinor: card.balanceMinor,
      heldMinor: 0n,
      faceMinor: null,
      maskedNumber: null,
      lots: [],
    });
  }

  #find(issuerId: number, reference: CardReference | null): Card | undefined {
    if (reference?.by !== 'number') return undefined;
    const card = this.#cards.get(reference.number);
    return card?.issuerId === issuerId ? card : undefined;
  }

  #decide(operation: Operation): Outcome {
    const card = 'card' in operation ? operation.card : null;
    const key = `${operation.clientId}/${operation.requestId}/${numberOf(card)}`;
    const compared = { ...operation, arrivedAt: 0, isAdvice: null };
    const content = JSON.stringify(compared, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    const known = this.#seen.get(key);
    if (known !== undefined) {
      if (known.content !== content) return refusedOutcome('request_id_reused', true);
      if (known.isReversed) return refusedOutcome('already_reversed', true);
      return { ...known.outcome, isRepeated: true } as Outcome;
    }
    if (operation.kind === 'reverse') return this.#reverse(operation, key, content);
    if (this.#reversedBefore.has(key)) return refusedOutcome('already_reversed', false);
    const decided = this.#move(operation);
    if ('refusal' in decided) {
      const { refusal, balanceMinor = null } = decided;
      const outcome: Outcome = { outcome: 'refused', refusal, isRepeated: false, balanceMinor };
      this.#seen.set(key, { content, outcome, undo: null, isReversed: false });
      return outcome;
    }
    const found = this.#find(operation.issuerId, card);
    const done = doneOf(operation, { card: found, movedMinor: decided.movedMinor });
    const outcome: Outcome = { outcome: 'accepted', done, isRepeated: false };
    this.#seen.set(key, { content, outcome, undo: decided.undo, isReversed: false });
    return outcome;
  }

  #reverse(
    operation: Extract<Operation, { kind: 'reverse' }>,
    key: string,
    content: string,
  ): Outcome {
    const { clientId, originalRequestId } = operation;
    const original = `${clientId}/${originalRequestId}/${numberOf(operation.card)}`;
    const seen = this.#seen.get(original);
    if (seen === undefined) {
      for (const other of this.#seen.keys()) {
        if (!other.startsWith(`${clientId}/${originalRequestId}/`)) continue;
        return refusedOutcome('card_differs', false);
      }
      this.#reversedBefore.add(original);
    } else if (!seen.isReversed) {
      seen.undo?.();
      seen.isReversed = true;
    }
    const done: Done = {
      ...doneOf(operation, { card: undefined, movedMinor: 0n }),
      amountMinor: null,
      isOriginalKnown: seen !== undefined,
    };
    const outcome: Outcome = { outcome: 'accepted', done, isRepeated: false };
    this.#seen.set(key, { content, outcome, undo: null, isReversed: false });
    return outcome;
  }

  #move(operation: Operation): Decided {
    if (!('card' in operation)) return { refusal: 'internal' };
    const card = this.#find(operation.issuerId, operation.card);
    if (card === undefined) return { refusal: 'instrument_not_found' };
    const add = (minor: bigint): Decided => {
      card.balanceMinor += minor;
      const undo = (): void => void (card.balanceMinor -= minor);
      return { movedMinor: minor < 0n ? -minor : minor, undo };
    };
    if ('unit' in operation && operation.unit !== null && operation.unit !== 'JPY') {
      return { refusal: 'unit_differs' };
    }
    if (operation.kind === 'activate') {
      if (card.state !== 'blank') return { refusal: 'instrument_already_active' };
      card.state = 'active';
      const moved = add(operation.amountMinor ?? 3_000n);
      const undo = (): void => {
        card.state = 'blank';
        card.balanceMinor = 0n;
      };
      return { ...moved, undo } as Decided;
    }
    if (card.state !== 'active') return { refusal: 'instrument_not_active' };
    if (operation.kind === 'deactivate') {
      const had = card.balanceMinor;
      card.state = 'blank';
      card.balanceMinor = 0n;
      const undo = (): void => {
        card.state = 'active';
        card.balanceMinor = had;
      };
      return { movedMinor: had, undo };
    }
    if (operation.kind === 'load' || operation.kind === 'return') return add(operation.amountMinor);
    if (operation.kind !== 'redeem') return { refusal: 'internal' };
    const { amountMinor, isPartialAllowed } = operation;
    if (amountMinor <= card.balanceMinor) return add(-amountMinor);
    if (isPartialAllowed && card.balanceMinor > 0n) return add(-card.balanceMinor);
    return { refusal: 'insufficient_value', balanceMinor: card.balanceMinor };
  }
}

function numberOf(card: CardReference | null): string {
  return card?.by === 'number' ? card.number : '';
}

function refusedOutcome(refusal: Refusal, isRepeated: boolean): Outcome {
  return { outcome: 'refused', refusal, isRepeated, balanceMinor: null };
}

function doneOf(
  operation: Operation,
  { card, movedMinor }: { readonly card: Card | undefined; readonly movedMinor: bigint },
): Done {
  return {
    kind: operation.kind,
    requestId: operation.requestId,
    decidedAt: operation.arrivedAt,
    instrumentId: card?.instrumentId ?? null,
    productId: 1,
    unit: card === undefined ? null : 'JPY',
    amountMinor: movedMinor,
    balanceMinor: card?.balanceMinor ?? null,
    state: card?.state ?? null,
    expiresAt: null,
    holdId: null,
    heldMinor: null,
    isOriginalKnown: null,
    code: null,
    number: null,
    skippedCards: null,
    toInstrumentId: null,
  };
}
