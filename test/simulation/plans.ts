/** What tills, API clients, customers and attackers want, one thing at a time, as a seed's numbers say. */
import type { Random } from '../../src/kernel/crypto.ts';
import type {
  Act,
  CardReference,
  FreezeOwner,
  Funding,
  LotClass,
  Operation,
  Sale,
} from '../../src/instruments/operation.ts';
import type { Request } from './oracle.ts';
import { saleBy } from '../support/selling-house.ts';
import { POISON } from './simulated-server.ts';

/** What the world's people know. */
export interface Known {
  readonly cards: CardReference[]; // of issuer 1
  readonly wallets: CardReference[]; // among them, those that take loads and moves
  readonly foreignCards: CardReference[]; // of issuer 2
  readonly holds: bigint[];
  readonly instruments: bigint[];
  readonly items: bigint[];
  readonly requests: readonly Request[];
}

export interface Plan {
  readonly clientId: number;
  readonly issuerId: number;
  readonly requestId: string;
  readonly act: Act;
  readonly isExclusive?: boolean;
  readonly isAdvice?: boolean;
  readonly sale?: Sale;
}

type Pick = <Value>(from: readonly Value[]) => Value;
type Make = (known: Known, pick: Pick, random: Random) => Act | undefined;

const UNIT = 'JPY';
const FACES = [1_500n, 3_000n, 5_000n, 10_000n];
const AMOUNTS = [1n, 100n, 500n, 999n, 1_500n, 2_000n, 3_000n, 7_000n, 20_000n];
const OWNERS: readonly FreezeOwner[] = ['member', 'support', 'fraud', 'case'];
const CLASSES: readonly LotClass[] = ['paid', 'free', 'limited'];
const SELLER: Funding = { from: 'seller', sellerId: 1 };
const FUNDS: Funding = { from: 'funds', clientId: 1 };

/** How often each is wanted, and how. */
const MAKES: readonly (readonly [weight: number, make: Make])[] = [
  [
    6,
    (_, pick, random) => ({
      kind: 'issue',
      productId: 1,
      amountMinor: pick([500n, 1_000n, 5_000n]),
      unit: UNIT,
      funding: random.below(2) === 0 ? SELLER : FUNDS,
    }),
  ],
  [
    12,
    (known, pick, random) => ({
      kind: 'activate',
      card: pick(known.cards),
      amountMinor: random.below(4) === 0 ? null : pick(FACES),
      unit: random.below(4) === 0 ? null : UNIT,
      funding: random.below(6) === 0 ? FUNDS : SELLER,
    }),
  ],
  [3, (known, pick) => ({ kind: 'deactivate', card: pick(known.cards) })],
  [
    8,
    (known, pick, random) => ({
      kind: 'load',
      card: pick(known.wallets),
      amountMinor: pick([500n, 1_000n, 5_000n, 30_000n]),
      unit: UNIT,
      lotClass: pick(CLASSES),
      funding: random.below(4) === 0 ? FUNDS : SELLER,
    }),
  ],
  [
    24,
    (known, pick, random) => ({
      kind: 'redeem',
      card: pick(known.cards),
      amountMinor: pick(AMOUNTS),
      unit: UNIT,
      merchantId: pick([1, 1, 2]),
      isPartialAllowed: random.below(3) === 0,
    }),
  ],
  [6, makeReturn],
  [
    8,
    (known, pick) => ({
      kind: 'hold',
      card: pick(known.cards),
      amountMinor: pick(AMOUNTS),
      unit: UNIT,
      merchantId: pick([1, 2]),
      durationMs: pick([1_000, 60_000, 86_400_000]),
    }),
  ],
  [6, makeCapture],
  [
    3,
    ({ holds }, pick) =>
      holds.length === 0 ? undefined : { kind: 'release', holdId: pick(holds) },
  ],
  [
    3,
    (known, pick) => ({
      kind: 'freeze',
      card: pick(known.cards),
      owner: pick(OWNERS),
      reason: 'asked',
    }),
  ],
  [4, (known, pick) => ({ kind: 'unfreeze', card: pick(known.cards), owner: pick(OWNERS) })],
  [1, (known, pick) => ({ kind: 'void', card: pick(known.cards), reason: 'lost' })],
  [
    8,
    (known, pick, random) => ({
      kind: 'move',
      card: pick(known.cards),
      to: pick(known.wallets),
      amountMinor: random.below(3) === 0 ? null : pick(AMOUNTS),
      unit: UNIT,
    }),
  ],
  [
    3,
    ({ instruments }, pick) =>
      instruments.length === 0 ? undefined : { kind: 'expire', instrumentId: pick(instruments) },
  ],
  [
    4,
    (_, pick) => ({
      kind: 'fund',
      fundsOfClientId: 1,
      direction: pick(['in', 'in', 'out']),
      amountMinor: pick([1_000n, 10_000n, 50_000n]),
      unit: UNIT,
    }),
  ],
  [
    1,
    ({ items }, pick) =>
      items.length === 0
        ? undefined
        : { kind: 'close_item', itemId: pick(items), note: 'looked at' },
  ],
];

function makeReturn(known: Known, pick: Pick, random: Random): Act | undefined {
  const redemptions = known.requests.filter(({ operation }) => operation.kind === 'redeem');
  if (redemptions.length === 0) return undefined;
  const { operation } = pick(redemptions);
  if (operation.kind !== 'redeem') return undefined;
  return {
    kind: 'return',
    card: operation.card,
    amountMinor: pick([1n, 100n, operation.amountMinor]),
    unit: UNIT,
    merchantId: operation.merchantId,
    originalRequestId: random.below(2) === 0 ? operation.requestId : null,
  };
}

function makeCapture({ holds }: Known, pick: Pick, random: Random): Act | undefined {
  if (holds.length === 0) return undefined;
  return {
    kind: 'capture',
    holdId: pick(holds),
    amountMinor: pick(AMOUNTS),
    unit: UNIT,
    isFinal: random.below(2) === 0,
  };
}

const TOTAL = MAKES.reduce((sum, [weight]) => sum + weight, 0);

/** The next thing that somebody wants. */
export function nextPlan(known: Known, random: Random, number: number): Plan | undefined {
  const pick: Pick = (from) => from[random.below(from.length)]!;
  if (random.below(100) < 6) return attack(known, { pick, random, number });
  let at = random.below(TOTAL);
  const [, make] = MAKES.find(([weight]) => (at -= weight) < 0)!;
  const act = make(known, pick, random);
  if (act === undefined) return undefined;
  const isPoison = random.below(80) === 0;
  return {
    clientId: 1 + random.below(2),
    issuerId: 1,
    requestId: `${isPoison ? POISON : act.kind}-${number}`,
    act,
    isExclusive: act.kind === 'activate' && random.below(5) === 0,
    isAdvice: act.kind === 'redeem' && random.below(8) === 0,
    ...(sells(act) && random.below(2) === 0 && { sale: nextSale(pick) }),
  };
}

function sells({ kind }: Act): boolean {
  return kind === 'issue' || kind === 'activate' || kind === 'load';
}

const CONTRACTS = ['090-1', '090-2', '080-3'];

/** Few contracts, so that they meet, and two tenders that share a limit. */
function nextSale(pick: Pick): Sale {
  const tender = pick(['cash', 'bill', 'bill', 'through'] as const);
  return saleBy(tender, { contract: pick(CONTRACTS) });
}

interface Attack {
  readonly pick: Pick;
  readonly random: Random;
  readonly number: number;
}

/** What nobody honest sends: each must be refused, or do exactly what it says. */
function attack(known: Known, { pick, random, number }: Attack): Plan {
  const redeem = (card: CardReference): Act => ({
    kind: 'redeem',
    card,
    amountMinor: 500n,
    unit: UNIT,
    merchantId: 1,
    isPartialAllowed: true,
  });
  const by = { clientId: 1, issuerId: 1, requestId: `attack-${number}` };
  const reused = known.requests.length === 0 ? undefined : pick(known.requests).operation;
  switch (random.below(7)) {
    case 0:
      return { ...by, act: redeem({ by: 'code', code: '2222-3333-4444-5555' }) };
    case 1:
      return { ...by, act: redeem(pick(known.foreignCards)) };
    case 2: // another issuer's client, with our card
      return { ...by, clientId: 3, issuerId: 2, act: redeem(pick(known.cards)) };
    case 3: // the same id and card with another content
      if (reused !== undefined && 'card' in reused && reused.card !== null) {
        return { ...by, requestId: reused.requestId, act: redeem(reused.card) };
      }
      return { ...by, act: { kind: 'release', holdId: BigInt(256 + random.below(4096)) } };
    case 4: // a reversal that names itself
      return { ...by, act: reversalOf(by.requestId, pick(known.cards)) };
    case 5: // a reversal that names another card
      return { ...by, act: reversalOf(reused?.requestId ?? 'none', pick(known.cards)) };
    default:
      return { ...by, act: { ...redeem(pick(known.cards)), unit: 'USD' } as Act };
  }
}

function reversalOf(originalRequestId: string, card: CardReference | null): Act {
  return { kind: 'reverse', originalRequestId, card, holdId: null };
}

/** The order to undo a request, as its client would send it. */
export function planReversal(operation: Operation, again: number): Plan {
  const { clientId, issuerId, requestId } = operation;
  const card = 'card' in operation ? operation.card : null;
  const holdId = card === null && 'holdId' in operation ? operation.holdId : null;
  return {
    clientId,
    issuerId,
    requestId: `reverse${again}-${requestId}`,
    act: { kind: 'reverse', originalRequestId: requestId, card, holdId },
  };
}
