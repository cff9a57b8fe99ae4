import { assert, present } from '../kernel/assert.ts';
import { type Unit, least } from '../kernel/money.ts';
import type { AccountRow, TransferRow } from '../ledger/index.ts';
import type { Product } from '../programmes/index.ts';
import type { Envelope, Fund, Funding } from './operation.ts';
import {
  accept,
  refuse,
  rememberCompanion,
  settle,
  Wants,
  type Decision,
  type Turn,
  type Verdict,
} from './turn.ts';

/** Funds that a client has paid in, and that each lane has an allotment of (R22). */
interface Funds {
  readonly issuerId: number;
  readonly clientId: number;
  readonly unit: Unit;
}

/**
 * Whether value can be paid for. A seller's receivable has no floor. Paid-in funds have one: a lane that
 * is short sends the operation away, to come again with the turns of all lanes, where the allotments are
 * made anew and the answer is final.
 */
export function judgeFunds(
  turn: Turn,
  funding: Funding,
  product: Product,
  need: { amountMinor: bigint; lane: number },
): Verdict {
  if (funding.from === 'seller') return null;
  const funds = { issuerId: product.issuerId, clientId: funding.clientId, unit: product.unit };
  return judgeAllotment(turn, funds, need);
}

/** The same for an account that a lot or a transfer names: only paid-in funds have a floor. */
export function judgeHouse(
  turn: Turn,
  accountId: bigint,
  need: { amountMinor: bigint; lane: number },
): Verdict {
  const house = present(
    turn.draft.houses.findById(accountId),
    'a lot is paid from a house account',
  );
  if (house.kind !== 'partner_funds') return null;
  return judgeAllotment(
    turn,
    { issuerId: house.issuerId, clientId: house.partyId, unit: house.unit },
    need,
  );
}

function judgeAllotment(
  turn: Turn,
  funds: Funds,
  need: { amountMinor: bigint; lane: number },
): Verdict {
  if (allotmentIn(turn, funds, need.lane).postedMinor >= need.amountMinor) return null;
  if (turn.prepared.lanes.length < turn.laneCount) return new Wants('all');
  const allotments = turn.prepared.lanes.map((lane) => allotmentIn(turn, funds, lane));
  const sum = allotments.reduce((total, allotment) => total + allotment.postedMinor, 0n);
  if (sum < need.amountMinor) return 'insufficient_funds';
  rebalance(turn, funds, { ...need, allotments, sum });
  return null;
}

function allotmentIn(turn: Turn, funds: Funds, lane: number): AccountRow {
  const { issuerId, clientId, unit } = funds;
  return turn.draft.house(lane, issuerId, 'partner_funds', clientId, unit);
}

/** From here on plenty is shared out evenly; less than this many times the need, only what is needed moves. */
const PLENTY = 4n;

function rebalance(
  turn: Turn,
  funds: Funds,
  plan: { amountMinor: bigint; lane: number; allotments: readonly AccountRow[]; sum: bigint },
): void {
  const lanes = BigInt(plan.allotments.length);
  const isPlenty = plan.sum >= plan.amountMinor * lanes * PLENTY;
  const even = plan.sum / lanes;
  const short = allotmentIn(turn, funds, plan.lane);
  const moved = new Map<number, TransferRow[]>();
  const move = (from: AccountRow, to: AccountRow, minor: bigint): void => {
    if (minor <= 0n) return;
    append(
      moved,
      from.lane,
      turn.draft.books.post(from, interlaneOf(turn, funds, from.lane), minor, null),
    );
    append(
      moved,
      to.lane,
      turn.draft.books.post(interlaneOf(turn, funds, to.lane), to, minor, null),
    );
  };
  if (isPlenty) {
    const rich = plan.allotments.filter((one) => one.postedMinor > even);
    for (const poor of plan.allotments.filter((one) => one.postedMinor < even)) {
      for (const from of rich)
        move(from, poor, least(from.postedMinor - even, even - poor.postedMinor));
    }
  } else {
    const richest = [...plan.allotments].sort((one, other) =>
      one.postedMinor > other.postedMinor ? -1 : 1,
    );
    for (const from of richest) {
      if (from !== short)
        move(from, short, least(from.postedMinor, plan.amountMinor - short.postedMinor));
    }
  }
  assert(short.postedMinor >= plan.amountMinor, 'a rebalanced lane has what it needs');
  for (const [lane, transfers] of moved) {
    const amountMinor = transfers.reduce((sum, transfer) => sum + transfer.amountMinor, 0n);
    rememberCompanion(turn, {
      lane,
      kind: 'rebalance',
      homeKey: `r:${short.accountId}:${turn.prepared.homeKey}`,
      transfers,
      card: null,
      amountMinor,
    });
  }
}

function interlaneOf(turn: Turn, funds: Funds, lane: number): AccountRow {
  return turn.draft.house(lane, funds.issuerId, 'interlane', 0, funds.unit);
}

function append(lists: Map<number, TransferRow[]>, lane: number, transfer: TransferRow): void {
  const list = lists.get(lane);
  if (list === undefined) lists.set(lane, [transfer]);
  else list.push(transfer);
}

/** Pays into a client's funds, or out of them. */
export function decideFund(turn: Turn<Envelope & Fund>): Decision {
  const { operation, prepared, draft } = turn;
  const { issuerId, unit, amountMinor } = operation;
  const lane = prepared.homeLane;
  if (!issuerHasUnit(turn, unit)) return refuse(turn, 'unit_differs');
  const funds = { issuerId, clientId: operation.fundsOfClientId, unit };
  if (operation.direction === 'out') {
    const verdict = judgeAllotment(turn, funds, { amountMinor, lane });
    if (verdict !== null) return settle(turn, verdict);
  }

  // After this point it must succeed.
  const source = draft.house(lane, issuerId, 'funds_source', 0, unit);
  const allotment = allotmentIn(turn, funds, lane);
  if (operation.direction === 'in') draft.books.post(source, allotment, amountMinor, null);
  else draft.books.post(allotment, source, amountMinor, null);
  return accept(turn, { amountMinor, facts: { unit } });
}

function issuerHasUnit(turn: Turn, unit: Unit): boolean {
  for (const programme of turn.draft.catalogue.programmes.values()) {
    if (programme.issuerId === turn.operation.issuerId && programme.unit === unit) return true;
  }
  return false;
}
