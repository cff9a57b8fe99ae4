import { assert, present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import { isSameSecret } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { REASON_MIN } from '../kernel/reason.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  hashOfChange,
  type Approval,
  type ApprovalHandler,
  type ApprovalRefusal,
  type ApprovalResult,
  type ApprovedBy,
  type Decided,
} from './approval.ts';
import {
  countMadeAlone,
  countOpenApprovals,
  decideApproval,
  insertApproval,
  lockApproval,
  reviewApproval,
} from './approvals.sql.ts';
import { appendAudit } from './audit.ts';
import { canonicalJson } from './canonical.ts';
import { findOperator } from './change-operators.ts';
import { actorOf, isOfIssuer, type Operator } from './operator.ts';
import { findApproval, getApproval, readApprovals, type ApprovalPage } from './read-approvals.ts';

const EXPIRES_AFTER_MS = 24 * 60 * 60 * 1000;
const OPEN_MAX = 100; // of one person
/** A word is no reason to do alone what needs two. */
export const GLASS_REASON_MIN = 20;
const REASON_MAX = 1_000;
const CHANGE_MAX = 32_000;

export interface ApprovalParts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly log: Logger;
  readonly handlers: readonly ApprovalHandler[];
  /** Tells every operator in the transaction that breaks the glass; absent: the console and the log do. */
  tellBrokenGlass?(on: Queryable, approval: Approval): Promise<void>;
}

export interface Asking {
  readonly kind: string;
  readonly issuerId: number | null;
  readonly change: unknown;
  readonly reason: string;
}

export interface Approvals {
  ask(operator: Operator, asking: Asking): Promise<ApprovalResult<Approval>>;
  /** `hash`: of what the second person was shown. Bound to the exact change (R33). */
  approve(operator: Operator, id: bigint, hash: string): Promise<ApprovalResult<Decided>>;
  /** By a second person. */
  refuse(operator: Operator, id: bigint, note: string): Promise<ApprovalResult<Approval>>;
  /** By whoever has asked. */
  withdraw(operator: Operator, id: bigint): Promise<ApprovalResult<Approval>>;
  /** One person alone, with a reason: told to everybody at once, and reviewed by another afterwards. */
  breakGlass(operator: Operator, broken: Broken): Promise<ApprovalResult<Decided>>;
  review(operator: Operator, id: bigint, note: string): Promise<ApprovalResult<Approval>>;
  list(operator: Operator, page: ApprovalPage): Promise<readonly Approval[]>;
  find(operator: Operator, id: bigint): Promise<Approval | undefined>;
}

export interface Broken {
  readonly id: bigint;
  readonly hash: string;
  readonly reason: string;
}

export function openApprovals(parts: ApprovalParts): Approvals {
  const handlers = new Map(parts.handlers.map((handler) => [handler.kind, handler]));
  assert(handlers.size === parts.handlers.length, 'a kind of approval has one handler');
  const context: Context = { ...parts, handlers };
  return {
    ask: (operator, asking) => ask(context, operator, asking),
    approve: (operator, id, hash) =>
      decide(context, operator, id, { as: 'approved', hash, note: null }),
    refuse: (operator, id, note) => turnDown(context, operator, id, { as: 'refused', note }),
    withdraw: (operator, id) => turnDown(context, operator, id, { as: 'withdrawn', note: '' }),
    breakGlass: (operator, { id, hash, reason }) =>
      decide(context, operator, id, { as: 'broken_glass', hash, note: reason.trim() }),
    review: (operator, id, note) => review(context, operator, id, note),
    list: (operator, page) =>
      readApprovals(parts.connection, { operator, now: parts.clock.now() }, page),
    find: (operator, id) =>
      findApproval(parts.connection, { operator, now: parts.clock.now() }, id),
  };
}

interface Context extends Omit<ApprovalParts, 'handlers'> {
  readonly handlers: ReadonlyMap<string, ApprovalHandler>;
}

async function ask(
  context: Context,
  operator: Operator,
  { kind, issuerId, change, reason }: Asking,
): Promise<ApprovalResult<Approval>> {
  const handler = context.handlers.get(kind);
  if (handler === undefined) return refused('kind_not_known');
  if (!operator.permissions.has(handler.asks)) return refused('not_permitted');
  if (!isOfIssuer(operator, issuerId)) return refused('not_permitted');
  const parsed = handler.schema.safeParse(change);
  if (!parsed.success) return refused('change_not_understood');
  const written = canonicalJson(parsed.data);
  if (written.length > CHANGE_MAX) return refused('change_not_understood');
  if (!isReason(reason, REASON_MIN)) return refused('reason_needed');
  const judged = await handler.judge?.(parsed.data, issuerId);
  if (judged?.ok === false) return notPossible(judged.refusal);
  const summary = await handler.summarise(parsed.data);
  const now = context.clock.now();
  const bound = { kind, issuerId, change: written, askedBy: operator.operatorId, askedAt: now };
  return context.connection.transaction(async (on) => {
    const [count] = await countOpenApprovals(on, { askedBy: operator.operatorId, now });
    if ((count?.open ?? 0) >= OPEN_MAX) return refused('too_many_open');
    const [row] = await insertApproval(on, {
      ...bound,
      changeHash: hashOfChange(bound),
      summaryJa: summary.ja,
      summaryEn: summary.en,
      reason: reason.trim(),
      expiresAt: now + EXPIRES_AFTER_MS,
    });
    const { approvalId } = present(row, 'an inserted row comes back');
    const detail = { kind, change: parsed.data, reason: reason.trim() };
    await record(on, operator, { approvalId, issuerId, now }, { act: 'approval.ask', detail });
    return accepted(await getApproval(on, { operator, now }, approvalId));
  });
}

type ApprovalRow = Awaited<ReturnType<typeof lockApproval>>[number];

interface Decision {
  readonly as: 'approved' | 'broken_glass';
  readonly hash: string;
  readonly note: string | null;
}

/** Thrown to undo the transaction of a change that its owner has refused half way. */
class ChangeRefused extends Error {}

function notPossible(reason: string): Extract<ApprovalResult<never>, { ok: false }> {
  return { ok: false, refusal: 'change_not_possible', reason };
}

async function decide(
  context: Context,
  operator: Operator,
  id: bigint,
  decision: Decision,
): Promise<ApprovalResult<Decided>> {
  try {
    const result = await context.connection.transaction((on) =>
      decideWithin(context, on, { operator, id, decision }),
    );
    if (!result.ok) return result;
    const { approval, applied } = result.value;
    await settle(context, approval, applied);
    return accepted(approval);
  } catch (error) {
    if (error instanceof ChangeRefused) return notPossible(error.message);
    throw error;
  }
}

interface Applied {
  readonly approval: Decided;
  readonly applied: { readonly handler: ApprovalHandler; readonly change: unknown };
}

async function decideWithin(
  context: Context,
  on: Queryable,
  of: { readonly operator: Operator; readonly id: bigint; readonly decision: Decision },
): Promise<ApprovalResult<Applied>> {
  const { operator, id, decision } = of;
  const [row] = await lockApproval(on, { approvalId: id });
  const now = context.clock.now();
  const judged = judgeDecision(context, operator, row, { ...decision, now });
  if (!judged.ok) return judged;
  const { handler, change, facts } = judged.value;
  if (decision.as === 'approved' && (await isMadeAloneBy(on, operator, [facts.askerId]))) {
    return refused('made_by_asker');
  }
  const asker = await findOperator(on, facts.askerId);
  if (asker?.isActive !== true || !asker.permissions.has(handler.asks)) {
    return notPossible('asker_no_longer_permitted');
  }
  let shownOnce: string | null = null;
  const by = { ...facts.by, showOnce: (secret: string) => void (shownOnce = secret) };
  // After this point it is done, or the transaction is undone.
  const applied = await handler.apply(on, change, by);
  if (!applied.ok) throw new ChangeRefused(applied.refusal);
  await decideApproval(on, {
    approvalId: id,
    state: decision.as,
    decidedBy: operator.operatorId,
    decidedAt: now,
    decidedNote: decision.note,
    result: applied.value === undefined ? null : canonicalJson(applied.value),
  });
  const approval = await getApproval(on, { operator, now }, id);
  if (decision.as === 'broken_glass') await context.tellBrokenGlass?.(on, approval);
  const act = decision.as === 'approved' ? 'approval.approve' : 'approval.break_glass';
  const { kind, hash } = approval;
  const detail = { kind, hash, change, askedBy: facts.askerId };
  const noted = decision.note === null ? detail : { ...detail, reason: decision.note };
  await record(on, operator, { ...by, approvalId: id }, { act, detail: noted });
  return accepted({ approval: { ...approval, shownOnce }, applied: { handler, change } });
}

async function settle(
  { log }: Context,
  { approvalId, kind, state }: Approval,
  { handler, change }: { readonly handler: ApprovalHandler; readonly change: unknown },
): Promise<void> {
  if (state === 'broken_glass') {
    log.error(
      { alert: 'break_glass', approvalId: String(approvalId), kind },
      'one person has done alone what needs two: review it in the console',
    );
  }
  await handler.applied?.(change);
}

interface Judged {
  readonly handler: ApprovalHandler;
  readonly change: unknown;
  readonly facts: { readonly askerId: string; readonly by: Omit<ApprovedBy, 'showOnce'> };
}

/** Everything that speaks against a decision, in order; pure but for the handler that it finds. */
function judgeDecision(
  context: Pick<Context, 'handlers'>,
  operator: Operator,
  row: ApprovalRow | undefined,
  { as, hash, note, now }: Decision & { readonly now: Instant },
): Result<Judged, ApprovalRefusal> {
  if (row === undefined || !isOfIssuer(operator, row.issuerId))
    return refused('approval_not_found');
  const handler = context.handlers.get(row.kind);
  if (handler === undefined) return refused('kind_not_known');
  const needed = as === 'approved' ? handler.approves : 'glass:break';
  if (!operator.permissions.has(needed)) return refused('not_permitted');
  if (as === 'broken_glass' && !operator.permissions.has(handler.asks)) {
    return refused('not_permitted');
  }
  if (as === 'broken_glass' && handler.isNeverAlone === true) return refused('never_alone');
  if (row.state !== 'open') return refused('already_decided');
  if (now >= row.expiresAt) return refused('approval_expired');
  if (as === 'approved' && row.askedBy === operator.operatorId) return refused('same_person');
  // What the second person saw, what was asked for and what the row says now are one and the same.
  const stored = hashOfChange(row);
  const isAsShown = isSameSecret(Buffer.from(hash, 'hex'), stored);
  if (!isAsShown || !isSameSecret(row.changeHash, stored)) return refused('change_differs');
  if (as === 'broken_glass' && !isReason(note ?? '', GLASS_REASON_MIN)) {
    return refused('reason_needed');
  }
  const parsed = handler.schema.safeParse(JSON.parse(row.change));
  if (!parsed.success) return refused('change_not_understood');
  const by = {
    approvalId: row.approvalId,
    issuerId: row.issuerId,
    askedBy: actorOf(row.askedBy),
    askedAt: row.askedAt,
    decidedBy: operator.actor,
    isGlassBroken: as === 'broken_glass',
    now,
  };
  return accepted({ handler, change: parsed.data, facts: { askerId: row.askedBy, by } });
}

function turnDown(
  context: Context,
  operator: Operator,
  id: bigint,
  { as, note }: { readonly as: 'refused' | 'withdrawn'; readonly note: string },
): Promise<ApprovalResult<Approval>> {
  return context.connection.transaction(async (on) => {
    const [row] = await lockApproval(on, { approvalId: id });
    if (row === undefined || !isOfIssuer(operator, row.issuerId)) {
      return refused('approval_not_found');
    }
    const handler = context.handlers.get(row.kind);
    const isOwn = row.askedBy === operator.operatorId;
    const mayDecide = handler !== undefined && operator.permissions.has(handler.approves);
    if (as === 'withdrawn' ? !isOwn : !mayDecide) return refused('not_permitted');
    if (row.state !== 'open') return refused('already_decided');
    if (as === 'refused' && isOwn) return refused('same_person');
    if (as === 'refused' && !isReason(note, REASON_MIN)) return refused('reason_needed');
    const now = context.clock.now();
    await decideApproval(on, {
      approvalId: id,
      state: as,
      decidedBy: operator.operatorId,
      decidedAt: now,
      decidedNote: as === 'refused' ? note.trim() : null,
      result: null,
    });
    const act = as === 'refused' ? 'approval.refuse' : 'approval.withdraw';
    const detail = { kind: row.kind, note: note.trim() };
    const place = { approvalId: id, issuerId: row.issuerId, now };
    await record(on, operator, place, { act, detail });
    return accepted(await getApproval(on, { operator, now }, id));
  });
}

/** An operator whom one person alone has made, invited, enabled or re-roled is that person's other hand. */
async function isMadeAloneBy(
  on: Queryable,
  { operatorId }: Operator,
  people: readonly (string | null)[],
): Promise<boolean> {
  const byOperatorIds = people.filter((id) => id !== null);
  const [count] = await countMadeAlone(on, { operatorId, byOperatorIds });
  return (count?.changes ?? 0) > 0;
}

/** Another person has looked at what one did alone. */
function review(
  context: Context,
  operator: Operator,
  id: bigint,
  note: string,
): Promise<ApprovalResult<Approval>> {
  return context.connection.transaction(async (on) => {
    const [row] = await lockApproval(on, { approvalId: id });
    if (row === undefined || !isOfIssuer(operator, row.issuerId)) {
      return refused('approval_not_found');
    }
    if (!operator.permissions.has('glass:review')) return refused('not_permitted');
    if (row.state !== 'broken_glass' || row.reviewedBy !== null) return refused('not_to_review');
    if (row.decidedBy === operator.operatorId) return refused('same_person');
    if (await isMadeAloneBy(on, operator, [row.askedBy, row.decidedBy])) {
      return refused('made_by_asker');
    }
    if (!isReason(note, REASON_MIN)) return refused('reason_needed');
    const now = context.clock.now();
    await reviewApproval(on, {
      approvalId: id,
      reviewedBy: operator.operatorId,
      reviewedAt: now,
      reviewNote: note.trim(),
    });
    const place = { approvalId: id, issuerId: row.issuerId, now };
    const detail = { kind: row.kind, note: note.trim() };
    await record(on, operator, place, { act: 'approval.review', detail });
    return accepted(await getApproval(on, { operator, now }, id));
  });
}

function isReason(text: string, least: number): boolean {
  const { length } = text.trim();
  return length >= least && length <= REASON_MAX;
}

async function record(
  on: Queryable,
  operator: Operator,
  place: { readonly approvalId: bigint; readonly issuerId: number | null; readonly now: Instant },
  { act, detail }: { readonly act: string; readonly detail: Readonly<Record<string, unknown>> },
): Promise<void> {
  await appendAudit(on, {
    at: place.now,
    issuerId: place.issuerId,
    actor: operator.actor,
    kind: 'act',
    act,
    subject: `approval:${place.approvalId}`,
    detail,
  });
}
