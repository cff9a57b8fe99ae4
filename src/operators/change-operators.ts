import { createHash } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import type { Clock, Instant } from '../kernel/clock.ts';
import { wallClock } from '../kernel/clock.ts';
import { newSecret, type Random } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Locale } from '../kernel/locale.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { appendAudit, type ActNamed } from './audit.ts';
import type { NewOperator, Role } from './contract.ts';
import { INVITATION_PREFIX } from './library-address.ts';
import { actorOf, operatorOf, type Operator } from './operator.ts';
import { isLeftToReview } from './left-to-review.ts';
import {
  countAdministrators,
  countDisabledBy,
  endSessionsOf,
  findOperatorByEmail,
  findOperatorById,
  forgetCredentialsOf,
  forgetInvitationsOf,
  forgetSecondFactorOf,
  insertCredential,
  insertInvitation,
  insertOperator,
  listOperators,
  listToTell,
  lockOperators,
  updateOperatorActive,
  updateOperatorLocale,
  updateOperatorRoles,
} from './operators.sql.ts';

export type OperatorRefusal =
  | 'operator_not_found'
  | 'email_taken'
  | 'last_administrator'
  | 'nobody_else_reviews'
  | 'second_person_needed'
  | 'own_account'
  | 'already_so';

/** Who changes the staff: an operator, the command line, or an approval on behalf of two. */
export interface StaffDesk {
  readonly clock: Clock;
  readonly random: Random;
  readonly actor: string;
  /** What is done was approved by another: it is no act of one person alone. */
  readonly isOfTwo?: boolean;
}

/** An invitation in clear, shown once: its hash is kept. Whoever has it chooses the operator's password. */
export interface Invited {
  readonly operator: Operator;
  readonly invitation: string;
}

export interface WantedOperator extends Omit<NewOperator, 'issuer' | 'roles'> {
  readonly roles: readonly Role[];
  readonly issuerId: number | null;
}

const INVITATION_MS = 3 * 24 * 60 * 60 * 1000;
const ID_LENGTH = 22; // 132 bits
/** So many may one person put out alone in a day: enough for who is dangerous, too few to be left alone. */
const DISABLED_ALONE_MAX = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

/** An operator without a password, and the invitation by which it chooses one. */
export async function createOperator(
  on: Queryable,
  desk: StaffDesk,
  wanted: WantedOperator,
): Promise<Result<Invited, OperatorRefusal>> {
  await lockOperators(on);
  const { email, name, locale, roles, issuerId } = wanted;
  if ((await findOperatorByEmail(on, { email })).length > 0) return refused('email_taken');
  const operatorId = newSecret(desk.random).slice(0, ID_LENGTH);
  const at = desk.clock.now();
  await insertOperator(on, { operatorId, email, name, locale, roles, issuerId, at });
  const invitation = await invite(on, desk, operatorId);
  const operator = await getOperator(on, operatorId);
  await record(on, desk, operator, { act: 'operator.create', detail: { name, roles, issuerId } });
  return accepted({ operator, invitation });
}

/** A new password for who has lost it: what was is forgotten with its second factor, and every session ends. */
export async function reinviteOperator(
  on: Queryable,
  desk: StaffDesk,
  operatorId: string,
): Promise<Result<Invited, OperatorRefusal>> {
  await lockOperators(on);
  const operator = await findOperator(on, operatorId);
  if (operator === undefined) return refused('operator_not_found');
  await forgetCredentialsOf(on, { operatorId });
  await forgetSecondFactorOf(on, { operatorId });
  await endSessionsOf(on, { operatorId });
  const invitation = await invite(on, desk, operatorId);
  await record(on, desk, operator, { act: 'operator.reinvite', detail: {} });
  return accepted({ operator: await getOperator(on, operatorId), invitation });
}

async function invite(on: Queryable, desk: StaffDesk, operatorId: string): Promise<string> {
  const invitation = newSecret(desk.random);
  const at = wallClock.now(); // the library judges it, by the machine's clock
  await forgetInvitationsOf(on, { operatorId });
  await insertInvitation(on, {
    id: newSecret(desk.random).slice(0, ID_LENGTH),
    identifier: hashedIdentifier(`${INVITATION_PREFIX}${invitation}`),
    operatorId,
    expiresAt: at + INVITATION_MS,
    at,
  });
  return invitation;
}

/** Before the transaction: on a busy machine a hash takes longer than a transaction may be idle. */
export function hashDemoPassword(password: string): Promise<string> {
  return hashPassword(password);
}

/** A password in another's hand is one that two know: only for the operators of a demo, whose file holds it. */
export async function setDemoPassword(
  on: Queryable,
  desk: StaffDesk,
  { operatorId, hashed }: { readonly operatorId: string; readonly hashed: string },
): Promise<void> {
  await forgetCredentialsOf(on, { operatorId });
  await forgetSecondFactorOf(on, { operatorId });
  await forgetInvitationsOf(on, { operatorId });
  await endSessionsOf(on, { operatorId });
  const id = newSecret(desk.random).slice(0, ID_LENGTH);
  await insertCredential(on, { id, operatorId, password: hashed, at: desk.clock.now() });
}

/** As the library hashes what it looks up. */
function hashedIdentifier(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

export async function setOperatorRoles(
  on: Queryable,
  desk: StaffDesk,
  { operatorId, roles }: { readonly operatorId: string; readonly roles: readonly Role[] },
): Promise<Result<Operator, OperatorRefusal>> {
  await lockOperators(on);
  const operator = await findOperator(on, operatorId);
  if (operator === undefined) return refused('operator_not_found');
  const losesAdministrator =
    operator.roles.includes('administrator') && !roles.includes('administrator');
  if (losesAdministrator && (await isLastAdministrator(on, operator))) {
    return refused('last_administrator');
  }
  if (operator.isActive && !(await isLeftToReview(on, desk.actor, { ...operator, roles }))) {
    return refused('nobody_else_reviews');
  }
  await updateOperatorRoles(on, { operatorId, roles, at: desk.clock.now() });
  const detail = { before: operator.roles, after: roles };
  await record(on, desk, operator, { act: 'operator.set_roles', detail });
  return accepted(await getOperator(on, operatorId));
}

/**
 * Disabling ends every session in the same instant. Somebody else than who does it stays to review what is
 * done and to read the trail; and only a few are put out by one person alone.
 */
export async function setOperatorActive(
  on: Queryable,
  desk: StaffDesk,
  change: { readonly operatorId: string; readonly isActive: boolean; readonly reason?: string },
): Promise<Result<Operator, OperatorRefusal>> {
  const { operatorId, isActive, reason } = change;
  await lockOperators(on);
  const operator = await findOperator(on, operatorId);
  if (operator === undefined) return refused('operator_not_found');
  if (operator.isActive === isActive) return refused('already_so');
  if (!isActive) {
    const refusal = await judgeDisabling(on, desk, operator);
    if (refusal !== null) return refused(refusal);
  }
  const at = desk.clock.now();
  const disabledBy = isActive || desk.isOfTwo === true ? null : desk.actor;
  const disabledAt = isActive ? null : at;
  await updateOperatorActive(on, { operatorId, isActive, disabledAt, disabledBy, at });
  if (!isActive) {
    await endSessionsOf(on, { operatorId });
    await forgetInvitationsOf(on, { operatorId });
  }
  const act = isActive ? 'operator.enable' : 'operator.disable';
  await record(on, desk, operator, { act, detail: reason === undefined ? {} : { reason } });
  return accepted(await getOperator(on, operatorId));
}

async function judgeDisabling(
  on: Queryable,
  { actor, clock, isOfTwo }: StaffDesk,
  operator: Operator,
): Promise<OperatorRefusal | null> {
  if (operator.actor === actor) return 'own_account';
  if (await isLastAdministrator(on, operator)) return 'last_administrator';
  if (!(await isLeftToReview(on, actor, { ...operator, roles: [] }))) return 'nobody_else_reviews';
  if (isOfTwo === true) return null;
  const [count] = await countDisabledBy(on, { actor, since: clock.now() - DAY_MS });
  const isOperator = actor.startsWith(actorOf(''));
  return isOperator && (count?.disabled ?? 0) >= DISABLED_ALONE_MAX ? 'second_person_needed' : null;
}

/** Its own language: nobody else's business, so no row of the trail. */
export async function setOperatorLocale(
  on: Queryable,
  desk: Pick<StaffDesk, 'clock'>,
  { operatorId, locale }: { readonly operatorId: string; readonly locale: 'ja' | 'en' },
): Promise<void> {
  await updateOperatorLocale(on, { operatorId, locale, at: desk.clock.now() });
}

const TOLD_FOR_MS = 30 * DAY_MS;

/** Who is told of what one person does alone: also who was put out in the last 30 days. */
export async function readToTell(
  on: Queryable,
  issuerId: number | null,
  now: Instant,
): Promise<readonly { readonly email: string; readonly locale: Locale }[]> {
  const rows = await listToTell(on, { issuerId, since: now - TOLD_FOR_MS });
  return rows.map(({ email, locale }) => ({ email, locale: locale as Locale }));
}

async function isLastAdministrator(on: Queryable, operator: Operator): Promise<boolean> {
  if (!operator.isActive || !operator.roles.includes('administrator')) return false;
  const [count] = await countAdministrators(on);
  return (count?.administrators ?? 0) <= 1;
}

export async function findOperator(
  on: Queryable,
  operatorId: string,
): Promise<Operator | undefined> {
  const [row] = await findOperatorById(on, { operatorId });
  return row && operatorOf(row);
}

export async function findOperatorNamed(
  on: Queryable,
  email: string,
): Promise<Operator | undefined> {
  const [row] = await findOperatorByEmail(on, { email: email.trim().toLowerCase() });
  return row && operatorOf(row);
}

async function getOperator(on: Queryable, operatorId: string): Promise<Operator> {
  const operator = await findOperator(on, operatorId);
  if (operator === undefined) throw new Error('the operator was written in this transaction');
  return operator;
}

export interface ListedOperator extends Operator {
  readonly createdAt: Instant;
  readonly hasPassword: boolean; // false: invited, and has not chosen one yet
  readonly signedInAt: Instant | null; // of a session that lasts still
}

/** `issuerId`: of this issuer only; null: all. */
export async function readOperators(
  on: Connection | Queryable,
  issuerId: number | null,
): Promise<readonly ListedOperator[]> {
  const rows = await listOperators(on, { onlyIssuerId: issuerId });
  return rows.map((row) => {
    const { createdAt, hasPassword, signedInAt } = row;
    return { ...operatorOf(row), createdAt, hasPassword, signedInAt };
  });
}

/** How many could approve each other's changes; fewer than two: the command line does it alone. */
export async function hasTwoAdministrators(on: Queryable): Promise<boolean> {
  const [count] = await countAdministrators(on);
  return (count?.administrators ?? 0) >= 2;
}

async function record(
  on: Queryable,
  { clock, actor }: StaffDesk,
  operator: Operator,
  { act, detail }: Omit<ActNamed, 'subject'>,
): Promise<void> {
  const { issuerId, operatorId } = operator;
  const subject = actorOf(operatorId);
  await appendAudit(on, { at: clock.now(), issuerId, actor, kind: 'act', act, subject, detail });
}
