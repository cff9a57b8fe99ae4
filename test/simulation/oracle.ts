/**
 * What must be true of the value, worked out from what the engine has answered and from nothing else. It
 * knows no lots, lanes or rules: an accepted request has moved its amount once, a reversed one has moved
 * nothing, a refused one neither, and of one without an answer nobody knows until somebody asks.
 */
import assert from 'node:assert/strict';
import type { Operation } from '../../src/instruments/operation.ts';
import type { Done, Outcome } from '../../src/instruments/outcome.ts';

/** One request of one client, with all that has become of its attempts. */
export interface Request {
  readonly operation: Operation;
  readonly name: string; // client, id and card: what makes it this request (R2)
  /** Attempts that may still be decided, or whose answer nobody will ever see. */
  undecided: number;
  attempts: number;
  readonly arrivals: number[]; // when each attempt came in, by the clock of its process
  /** Every attempt was proved undone: it must not be known afterwards (R7). */
  answers: Outcome[];
  known: Extract<Outcome, { outcome: 'accepted' | 'refused' }> | undefined;
  reversal: Request | undefined; // the order to undo it
}

/** It says something of the attempt: the request itself may have been accepted before it was reversed. */
const OF_THE_ATTEMPT = 'already_reversed';

const TAKES = new Set(['redeem', 'capture']);
const GIVES = new Set(['issue', 'activate', 'load', 'return']);
const EMPTIES = new Set(['deactivate', 'void', 'expire']);

export class Oracle {
  readonly requests: Request[] = [];
  readonly #byName = new Map<string, Request[]>();

  add(operation: Operation): Request {
    const request: Request = {
      operation,
      name: nameOf(operation),
      undecided: 0,
      attempts: 0,
      arrivals: [],
      answers: [],
      known: undefined,
      reversal: undefined,
    };
    this.requests.push(request);
    const same = this.#byName.get(request.name);
    if (same === undefined) this.#byName.set(request.name, [request]);
    else same.push(request);
    return request;
  }

  /** Whether another content goes by the same id: then an id alone does not tell which. */
  isAmbiguous(request: Request): boolean {
    return (this.#byName.get(request.name)?.length ?? 0) > 1;
  }

  /** An answer of the engine, whether or not it arrives anywhere. The same request is told the same. */
  answered(request: Request, outcome: Outcome): void {
    request.answers.push(outcome);
    if (outcome.outcome !== 'accepted' && outcome.outcome !== 'refused') return;
    if (outcome.outcome === 'refused' && outcome.refusal === OF_THE_ATTEMPT) {
      assert.ok(this.#hasReversal(request), `${request.name} is already reversed by nobody`);
      return;
    }
    const { known } = request;
    if (known === undefined) request.known = outcome;
    else
      assert.deepEqual(factsOf(outcome), factsOf(known), `${request.name} is told the same again`);
  }

  #hasReversal(request: Request): boolean {
    return this.requests.some(({ operation }) => isReversalOf(operation, request.operation));
  }

  /** The balance of each card by what is known, and how far what is not known may move it. */
  balances(idOf: (request: Request, which: 'card' | 'to') => bigint | null): Map<bigint, Range> {
    const ranges = new Map<bigint, Range>();
    const move = (id: bigint | null, one: bigint, other: bigint): void => {
      if (id === null) return;
      const range = ranges.get(id) ?? { least: 0n, most: 0n };
      addTo(range, one, other);
      ranges.set(id, range);
    };
    for (const request of this.requests) {
      const { operation } = request;
      const [low, high] = this.#effects(request);
      move(idOf(request, 'card'), low, high);
      if (operation.kind === 'move') move(idOf(request, 'to'), -low, -high);
    }
    return ranges;
  }

  /** What a merchant is owed, in the same way. */
  owed(merchantId: number, merchantOf: (request: Request) => number | null): Range {
    const range = { least: 0n, most: 0n };
    for (const request of this.requests) {
      if (!TAKES.has(request.operation.kind) && request.operation.kind !== 'return') continue;
      if (merchantOf(request) !== merchantId) continue;
      const [one, other] = this.#effects(request, true);
      addTo(range, -one, -other);
    }
    return range;
  }

  /**
   * What is left of a client's paid-in funds (R22). Null once a card was deactivated: its value goes back to
   * whoever paid for it, which the answers do not say.
   */
  funds(clientId: number): Range | null {
    const range = { least: 0n, most: 0n };
    for (const request of this.requests) {
      const { operation, known } = request;
      const mayBeDone = known === undefined ? !isSettled(request) : known.outcome === 'accepted';
      if (operation.kind === 'deactivate' && mayBeDone) return null;
      if (operation.kind === 'fund' && operation.fundsOfClientId === clientId && mayBeDone) {
        const minor = operation.direction === 'in' ? operation.amountMinor : -operation.amountMinor;
        addTo(range, minor, known === undefined ? 0n : minor);
      } else if ('funding' in operation && operation.funding.from === 'funds') {
        const [one, other] = this.#effects(request);
        if (operation.funding.clientId === clientId) addTo(range, -one, -other);
      }
    }
    return range;
  }

  /**
   * What a request does to its card: the same twice when it is known. `ofMerchant`: what goes to suspense
   * because the card was voided has still left the merchant (R11).
   */
  #effects(request: Request, ofMerchant = false): readonly [bigint, bigint] {
    const { operation, known } = request;
    if (known?.outcome === 'refused' || (known === undefined && isSettled(request)))
      return [0n, 0n];
    const full = effectOf(operation, known?.done ?? null, ofMerchant);
    const reversals = this.requests.filter(({ operation: one }) => isReversalOf(one, operation));
    const accepted = reversals.filter((one) => one.known?.outcome === 'accepted');
    const [acting] = [...accepted].sort((a, b) => doneOf(a).decidedAt - doneOf(b).decidedAt);
    const isCertain = known !== undefined && reversals.every((one) => isSettled(one));
    if (acting !== undefined) {
      const isLost = !ofMerchant && doneOf(acting).state === 'voided' && TAKES.has(operation.kind);
      return isLost ? [full, known === undefined ? 0n : full] : [0n, 0n];
    }
    if (isCertain) return [full, full];
    return [full, 0n];
  }
}

export interface Range {
  least: bigint;
  most: bigint;
}

function addTo(range: Range, one: bigint, other: bigint): void {
  range.least += one < other ? one : other;
  range.most += one < other ? other : one;
}

/** Nothing is under way of it, and its answer is known or it has never been tried. */
export function isSettled(request: Request): boolean {
  if (request.known !== undefined || request.attempts === 0) return true;
  return request.undecided === 0 && request.answers.every((one) => one.outcome === 'not_done');
}

function doneOf(request: Request): Done {
  assert.equal(request.known?.outcome, 'accepted');
  return (request.known as Extract<Outcome, { outcome: 'accepted' }>).done;
}

const EVERYTHING = 10n ** 9n;

function effectOf(operation: Operation, done: Done | null, ofMerchant: boolean): bigint {
  const asked = 'amountMinor' in operation ? operation.amountMinor : null;
  const amount = done?.amountMinor ?? asked ?? EVERYTHING;
  if (TAKES.has(operation.kind)) return -amount;
  if (operation.kind === 'return' && done?.state === 'voided' && !ofMerchant) return 0n;
  if (GIVES.has(operation.kind)) return amount;
  if (EMPTIES.has(operation.kind) || operation.kind === 'move') return -amount;
  return 0n;
}

export function isReversalOf(operation: Operation, original: Operation): boolean {
  if (operation.kind !== 'reverse' || operation.originalRequestId !== original.requestId) {
    return false;
  }
  return operation.clientId === original.clientId && homeOf(operation) === homeOf(original);
}

export function nameOf(operation: Operation): string {
  return `${operation.clientId}:${operation.requestId}:${homeOf(operation)}`;
}

/** The card as named, else the hold (R2). */
function homeOf(operation: Operation): string {
  if ('card' in operation && operation.card !== null) {
    const { card } = operation;
    if (card.by === 'code') return `c:${card.code.replaceAll('-', '')}`;
    if (card.by === 'barcode') return `x:${card.barcode}`;
    return card.by === 'number' ? `n:${card.number}` : `i:${card.instrumentId}`;
  }
  if ('holdId' in operation && operation.holdId !== null) return `h:${operation.holdId}`;
  return operation.kind === 'expire' ? `i:${operation.instrumentId}` : '';
}

/** What must be the same when the same request is answered again. */
export function factsOf(outcome: Outcome): unknown {
  if (outcome.outcome === 'accepted') return { outcome: 'accepted', done: outcome.done };
  if (outcome.outcome === 'refused') {
    return { outcome: 'refused', refusal: outcome.refusal, balanceMinor: outcome.balanceMinor };
  }
  return outcome;
}
