import { assert } from '../kernel/assert.ts';
import { refusedNow, repeatedOf } from './answer.ts';
import { decideActivation, decideDeactivation } from './decide-activation.ts';
import { decideExpiry } from './decide-expiry.ts';
import { decideFreeze, decideUnfreeze, decideVoid } from './decide-freeze.ts';
import { decideFund } from './decide-funds.ts';
import { decideCapture, decideHold, decideRelease } from './decide-hold.ts';
import { decideIssue } from './decide-issue.ts';
import { decideLoad } from './decide-load.ts';
import { decideMove } from './decide-move.ts';
import { decideRedemption } from './decide-redemption.ts';
import { decideReturn } from './decide-return.ts';
import { decideReversal } from './decide-reversal.ts';
import { decideCloseItem, decideStock } from './decide-stock.ts';
import { exclusiveIdKey, type Draft } from './draft.ts';
import type { Operation, OperationKind } from './operation.ts';
import { idLane, type Prepared } from './prepare.ts';
import type { RequestRow } from './rows.ts';
import { refuse, Wants, type Decision, type Turn } from './turn.ts';

/** Requests are remembered for ten years (R5). */
const REMEMBERED_MS = 10 * 366 * 24 * 60 * 60 * 1000;

type Decide<Kind extends OperationKind> = (turn: Turn<Operation & { kind: Kind }>) => Decision;

const DECIDE: { readonly [Kind in OperationKind]: Decide<Kind> } = {
  issue: decideIssue,
  activate: decideActivation,
  deactivate: decideDeactivation,
  load: decideLoad,
  redeem: decideRedemption,
  return: decideReturn,
  hold: decideHold,
  capture: decideCapture,
  release: decideRelease,
  freeze: decideFreeze,
  unfreeze: decideUnfreeze,
  void: decideVoid,
  move: decideMove,
  reverse: decideReversal,
  expire: decideExpiry,
  fund: decideFund,
  close_item: decideCloseItem,
  stock: decideStock,
};

/**
 * Decides one operation over what its batch has read and what the operations before it have done: the
 * pure heart of the write path. A known request comes first of all: its stored answer (R4).
 */
export function decide(draft: Draft, prepared: Prepared, laneCount: number): Decision {
  const { operation } = prepared;
  const missing = prepared.lanes.filter((lane) => !draft.books.hasTurn(lane));
  assert(missing.length === 0, 'an operation is decided in the turn of its lanes');
  const known = draft.findRequest(
    prepared.homeLane,
    operation.clientId,
    operation.requestId,
    prepared.homeKey,
  );
  if (known !== undefined) return answerKnown(draft, prepared, known);
  if (isOtherCardsId(draft, prepared, laneCount)) return refusedNow('request_id_reused');
  const turn: Turn = {
    draft,
    prepared,
    operation,
    now: draft.books.settleInstant(prepared.lanes, operation.arrivedAt),
    laneCount,
    transfersBefore: draft.books.transfers.length,
  };
  const decision = prepared.isBroken ? setAside(turn) : dispatch(turn);
  if (!(decision instanceof Wants)) keepExclusiveId(draft, prepared, laneCount);
  return decision;
}

function dispatch(turn: Turn): Decision {
  const decideKind = DECIDE[turn.operation.kind] as (turn: Turn) => Decision;
  return decideKind(turn);
}

function answerKnown(draft: Draft, prepared: Prepared, known: RequestRow): Decision {
  const { operation } = prepared;
  if (operation.arrivedAt - known.decidedAt > REMEMBERED_MS) return refusedNow('too_old');
  if (known.outcome === 'reversed_unseen') return refusedNow('already_reversed');
  if (known.kind !== operation.kind || !isSameContent(known.content, prepared.content)) {
    return refusedNow('request_id_reused');
  }
  return known.isReversed ? refusedNow('already_reversed') : repeatedOf(known, draft.catalogue);
}

function isSameContent(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** Some protocols forbid one id on two cards; their ids are kept in the id's own lane (R2). */
function isOtherCardsId(draft: Draft, prepared: Prepared, laneCount: number): boolean {
  const { operation } = prepared;
  if (operation.requestIdIsExclusive !== true) return false;
  const key = exclusiveIdKey(idLane(operation, laneCount), operation.clientId, operation.requestId);
  const known = draft.exclusiveIds.find(key);
  return known !== undefined && known.homeKey !== prepared.homeKey;
}

function keepExclusiveId(draft: Draft, prepared: Prepared, laneCount: number): void {
  const { operation } = prepared;
  if (operation.requestIdIsExclusive !== true) return;
  const lane = idLane(operation, laneCount);
  const key = exclusiveIdKey(lane, operation.clientId, operation.requestId);
  if (draft.exclusiveIds.find(key) !== undefined) return;
  const { clientId, requestId } = operation;
  draft.exclusiveIds.add(key, { lane, clientId, requestId, homeKey: prepared.homeKey });
}

/** It broke its batch, alone and twice: it is answered `internal` and left for a person (R8). */
function setAside(turn: Turn): Decision {
  const { draft, operation, prepared, now } = turn;
  draft.addItem({
    lane: prepared.homeLane,
    cause: 'operation_broke',
    clientId: operation.clientId,
    requestId: operation.requestId,
    instrumentId: null,
    amountMinor: 'amountMinor' in operation ? operation.amountMinor : null,
    openedAt: now,
  });
  return refuse(turn, 'internal');
}
