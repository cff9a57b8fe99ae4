/**
 * A small engine in memory for tests of the doors: one lane, no ledger, no durability. It knows enough
 * to tell a door that passes things on rightly from one that does not.
 */
import type {
  Asker,
  CardTransfer,
  Engine,
  CardReference,
  Operation,
  Balance,
  Done,
  InstrumentState,
  Outcome,
  Refusal,
} from '../../src/instruments/index.ts';
import { accepted, refused, type Result } from '../../src/kernel/result.ts';

export interface FakeCard {
  readonly instrumentId: bigint;
  readonly issuerId: number;
  readonly productId: number;
  readonly code: string | null;
  readonly number: string | null;
  state: InstrumentState;
  isFrozen: boolean;
  balanceMinor: bigint;
  readonly transfers: CardTransfer[];
}

export interface FakeEngine extends Engine {
  readonly operations: Operation[];
  readonly cards: FakeCard[];
  /** What the next submits answer, whatever they are. */
  answerNext(outcome: Outcome): void;
  /** Held back until the returned function is called: for what is under way when a server stops. */
  holdBack(): () => void;
  addCard(card: Partial<FakeCard>): FakeCard;
}

export function createFakeEngine(): FakeEngine {
  const cards: FakeCard[] = [];
  const operations: Operation[] = [];
  const known = new Map<string, Outcome>();
  const scripted: Outcome[] = [];
  let gate: Promise<void> | undefined;

  const find = (issuerId: number, card: CardReference) =>
    cards.find(
      (each) =>
        each.issuerId === issuerId &&
        (card.by === 'code'
          ? each.code === normal(card.code)
          : card.by === 'number'
            ? each.number === card.number
            : card.by === 'instrument' && each.instrumentId === card.instrumentId),
    );

  function addCard(card: Partial<FakeCard>): FakeCard {
    const added: FakeCard = {
      instrumentId: BigInt(cards.length + 1) * 256n,
      issuerId: 1,
      productId: 1,
      code: null,
      number: null,
      state: 'active',
      isFrozen: false,
      balanceMinor: 0n,
      transfers: [],
      ...card,
    };
    cards.push(added);
    return added;
  }

  function decide(operation: Operation): Outcome {
    if (operation.kind === 'issue') {
      const code = `CODE${String(cards.length + 1).padStart(8, '0')}`;
      const card = addCard({
        code,
        issuerId: operation.issuerId,
        balanceMinor: operation.amountMinor,
      });
      return done(operation, card, operation.amountMinor, code);
    }
    if (operation.kind === 'reverse' || !('card' in operation)) return done(operation, null, null);
    const card = find(operation.issuerId, operation.card);
    if (!card) return refuse('instrument_not_found');
    if (operation.kind === 'redeem') {
      const isShort = card.balanceMinor < operation.amountMinor;
      if (isShort && !operation.isPartialAllowed)
        return refuse('insufficient_value', card.balanceMinor);
      const amountMinor = isShort ? card.balanceMinor : operation.amountMinor;
      card.balanceMinor -= amountMinor;
      card.transfers.unshift(transfer(operation, card, amountMinor));
      return done(operation, card, amountMinor);
    }
    if (operation.kind === 'activate') card.state = 'active';
    if (operation.kind === 'load') card.balanceMinor += operation.amountMinor;
    if (operation.kind === 'freeze') card.isFrozen = true;
    return done(operation, card, 'amountMinor' in operation ? operation.amountMinor : null);
  }

  return {
    cards,
    operations,
    addCard,
    answerNext: (outcome) => void scripted.push(outcome),
    holdBack() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = undefined;
        resolve();
      };
    },
    async submit(operation) {
      operations.push(operation);
      await gate;
      const next = scripted.shift();
      if (next) return next;
      const home =
        'card' in operation && operation.card ? JSON.stringify(operation.card, text) : '';
      const name = `${operation.clientId} ${operation.requestId} ${home}`;
      const before = known.get(name);
      if (before) return { ...before, isRepeated: true } as Outcome;
      const outcome = decide(operation);
      known.set(name, outcome);
      return outcome;
    },
    async inquireBalance(asker, card) {
      const found = find(asker.issuerId, card);
      return found ? accepted(balanceOf(found)) : refused('instrument_not_found');
    },
    async findRequest(asker, requestId) {
      const found = known
        .entries()
        .find(([name]) => name.startsWith(`${asker.clientId} ${requestId} `));
      if (!found) return { outcome: 'not_seen' };
      const [, outcome] = found;
      if (outcome.outcome === 'accepted') return { outcome: 'accepted', done: outcome.done };
      return { outcome: 'refused', kind: 'redeem', refusal: 'insufficient_value', decidedAt: 0 };
    },
    async listTransfers(
      asker: Asker,
      instrumentId: bigint,
      page: { before: bigint | null; size: number },
    ): Promise<Result<readonly CardTransfer[], Refusal>> {
      const found = find(asker.issuerId, { by: 'instrument', instrumentId });
      if (!found) return refused('instrument_not_found');
      const { before } = page;
      const older = found.transfers.filter((each) => before === null || each.transferId < before);
      return accepted(older.slice(0, page.size));
    },
    readFunds: async () => 123_000n,
  };
}

function normal(code: string): string {
  return code.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
}

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function refuse(refusal: Refusal, balanceMinor: bigint | null = null): Outcome {
  return { outcome: 'refused', refusal, isRepeated: false, balanceMinor };
}

let transferCounter = 0n;

function transfer(operation: Operation, _card: FakeCard, amountMinor: bigint): CardTransfer {
  transferCounter += 1n;
  return {
    transferId: transferCounter * 256n,
    kind: operation.kind,
    requestId: operation.requestId,
    decidedAt: operation.arrivedAt,
    direction: 'out',
    amountMinor,
    lotId: null,
  };
}

function done(
  operation: Operation,
  card: FakeCard | null,
  amountMinor: bigint | null,
  code: string | null = null,
): Outcome {
  const facts: Done = {
    kind: operation.kind,
    requestId: operation.requestId,
    decidedAt: operation.arrivedAt,
    instrumentId: card?.instrumentId ?? null,
    productId: card?.productId ?? null,
    unit: amountMinor === null ? null : 'JPY',
    amountMinor,
    balanceMinor: card?.balanceMinor ?? null,
    state: card?.state ?? null,
    expiresAt: null,
    holdId: operation.kind === 'hold' ? 512n : null,
    heldMinor: operation.kind === 'hold' ? amountMinor : null,
    isOriginalKnown: operation.kind === 'reverse' ? false : null,
    skippedCards: null,
    toInstrumentId: null,
    code,
    number: card?.number ?? null,
  };
  return { outcome: 'accepted', done: facts, isRepeated: false };
}

function balanceOf(card: FakeCard): Balance {
  return {
    instrumentId: card.instrumentId,
    productId: card.productId,
    unit: 'JPY',
    state: card.state,
    isFrozen: card.isFrozen,
    spendableMinor: card.balanceMinor,
    heldMinor: 0n,
    faceMinor: null,
    maskedNumber: card.number && `************${card.number.slice(-4)}`,
    lots: [
      {
        lotId: 1n,
        lotClass: 'paid',
        spendableMinor: card.balanceMinor,
        heldMinor: 0n,
        expiresAt: Date.UTC(2027, 2, 31, 15),
      },
    ],
  };
}
