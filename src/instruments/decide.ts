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
import { exclusiveIdKey } from './draft-keys.ts';
import type { Draft } from './draft.ts';
import type { Operation, OperationKind } from './operation.ts';
import type { Outcome } from './outcome.ts';
import { idLane, type Prepared } from './prepare.ts';
import type { RequestRow } from './rows.ts';
import { openItem, refuse, Wants, type Decision, type Turn } from './turn.ts';

/** Requests are remembered for ten years (R5). */
const REMEMBERED_MS = 10 * 366 * 24 * 60 * 60 * 1000;

/** Amounts fit into a number of JSON without loss (R36). */
const AMOUNT_MAX = 2n ** 53n - 1n;

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
  const atOnce =
    known === undefined
      ? judgeAttempt(draft, prepared, laneCount)
      : answerKnown(draft, prepared, known);
  if (atOnce !== null) {
    if (known !== undefined) keepRefusedAdvice(draft, prepared, known, atOnce);
    return atOnce;
  }
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

/** What is wrong with an attempt whatever the books say. It is not remembered. */
function judgeAttempt(draft: Draft, prepared: Prepared, laneCount: number): Outcome | null {
  const { operation } = prepared;
  const isItsOwnOriginal =
    operation.kind === 'reverse' && operation.originalRequestId === operation.requestId;
  if (isItsOwnOriginal || isOtherCardsId(draft, prepared, laneCount)) {
    return refusedNow('request_id_reused');
  }
  if (!('amountMinor' in operation) || operation.amountMinor === null) return null;
  const isAmount = operation.amountMinor > 0n && operation.amountMinor <= AMOUNT_MAX;
  return isAmount ? null : refusedNow('amount_not_allowed');
}

function dispatch(turn: Turn): Decision {
  const decideKind = DECIDE[turn.operation.kind] as (turn: Turn) => Decision;
  return decideKind(turn);
}

function answerKnown(draft: Draft, prepared: Prepared, known: RequestRow): Outcome {
  const { operation } = prepared;
  if (operation.arrivedAt - known.decidedAt > REMEMBERED_MS) return refusedNow('too_old');
  if (known.outcome === 'reversed_unseen') return refusedNow('already_reversed');
  if (known.kind !== operation.kind || !isSameContent(known.content, prepared.content)) {
    return refusedNow('request_id_reused');
  }
  return known.isReversed ? refusedNow('already_reversed') : repeatedOf(known, draft.catalogue);
}

/**
 * An advice that is refused for what is known of its request has happened all the same (R18). It becomes an
 * item once for a request and cause, however often the till sends it.
 */
function keepRefusedAdvice(
  draft: Draft,
  prepared: Prepared,
  { instrumentId }: RequestRow,
  answer: Outcome,
): void {
  const { operation, homeLane: lane } = prepared;
  if (operation.isAdvice !== true || answer.outcome !== 'refused') return;
  const cause = answer.isRepeated ? 'advice_not_applied' : `advice_${answer.refusal}`;
  const { issuerId, clientId, requestId, arrivedAt } = operation;
  if (draft.hasItem({ clientId, requestId, instrumentId, cause })) return;
  const amountMinor = 'amountMinor' in operation ? operation.amountMinor : null;
  const openedAt = draft.books.settleInstant([lane], arrivedAt);
  draft.addItem({
    lane,
    cause,
    issuerId,
    clientId,
    requestId,
    instrumentId,
    amountMinor,
    openedAt,
  });
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
  const { operation } = turn;
  const amountMinor = 'amountMinor' in operation ? operation.amountMinor : null;
  openItem(turn, 'operation_broke', { card: null, amountMinor });
  return refuse(turn, 'internal');
}
