import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { approvalHandler, type ApprovalHandler, type ApprovedBy } from './approval.ts';
import {
  createOperator,
  findOperator,
  reinviteOperator,
  setOperatorActive,
  setOperatorRoles,
  type StaffDesk,
} from './change-operators.ts';
import { newOperator, roles } from './contract.ts';
import { actorOf } from './operator.ts';
import type { Disabled } from './tell-disabled.ts';
import type { Role } from './contract.ts';

interface Parts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: Random;
  readonly tellDisabled?: TellDisabled;
}

/** Tells the staff that somebody was put out, in the transaction that does it. */
export type TellDisabled = (on: Queryable, disabled: Disabled) => Promise<void>;

const operatorId = z.string().regex(/^[\w-]{1,64}$/);
const creation = newOperator.omit({ issuer: true }).extend({ issuerId: z.int().nullable() });
const roleChange = z.strictObject({ operatorId, roles });
const ofOne = z.strictObject({ operatorId });

const OF_TWO = {
  asks: 'operators:change',
  approves: 'operators:approve',
  isNeverAlone: true, // the command line is there for the day on which nobody else is
} as const;

/** Who becomes an operator, and what each may do, is decided by two (R33). */
export function operatorHandlers(parts: Parts): readonly ApprovalHandler[] {
  const nameOf: NameOf = async (id) => {
    const operator = await findOperator(parts.connection, id);
    return operator === undefined ? id : `${operator.name} <${operator.email}>`;
  };
  return [
    creationOf(parts),
    rolesOf(parts, nameOf),
    ...stateHandlers(parts, nameOf),
    reinvitationOf(parts, nameOf),
  ];
}

type NameOf = (operatorId: string) => Promise<string>;

function creationOf(parts: Parts): ApprovalHandler {
  return approvalHandler({
    kind: 'operator.create',
    ...OF_TWO,
    schema: creation,
    summarise: ({ name, email, roles: given }) => ({
      ja: `担当者 ${name} <${email}> を登録する。役割: ${rolesText('ja', given)}`,
      en: `Make ${name} <${email}> an operator: ${rolesText('en', given)}`,
    }),
    judge: async (change, issuerId) =>
      change.issuerId === issuerId ? accepted(null) : refused('other_issuer'),
    async apply(on, change, by) {
      const made = await createOperator(on, deskOf(parts, by), change);
      if (!made.ok) return made;
      by.showOnce(made.value.invitation);
      return accepted({ operatorId: made.value.operator.operatorId });
    },
  });
}

function rolesOf(parts: Parts, nameOf: NameOf): ApprovalHandler {
  return approvalHandler({
    kind: 'operator.roles',
    ...OF_TWO,
    schema: roleChange,
    summarise: async ({ operatorId: id, roles: given }) => ({
      ja: `${await nameOf(id)} の役割を ${rolesText('ja', given)} に変更する`,
      en: `Set the roles of ${await nameOf(id)} to ${rolesText('en', given)}`,
    }),
    judge: (change, issuerId) => judgeTarget(parts.connection, change.operatorId, issuerId),
    apply: (on, change, by) =>
      ofTarget(on, change.operatorId, by, () => setOperatorRoles(on, deskOf(parts, by), change)),
  });
}

function stateHandlers(parts: Parts, nameOf: NameOf): readonly ApprovalHandler[] {
  return [
    approvalHandler({
      kind: 'operator.enable',
      ...OF_TWO,
      schema: ofOne,
      summarise: async ({ operatorId: id }) => ({
        ja: `${await nameOf(id)} を再び有効にする`,
        en: `Enable ${await nameOf(id)} again`,
      }),
      judge: (change, issuerId) => judgeTarget(parts.connection, change.operatorId, issuerId),
      apply: (on, change, by) =>
        ofTarget(on, change.operatorId, by, () =>
          setOperatorActive(on, deskOf(parts, by), { ...change, isActive: true }),
        ),
    }),
    approvalHandler({
      kind: 'operator.disable',
      ...OF_TWO,
      schema: ofOne,
      summarise: async ({ operatorId: id }) => ({
        ja: `${await nameOf(id)} を無効にする`,
        en: `Disable ${await nameOf(id)}`,
      }),
      judge: (change, issuerId) => judgeTarget(parts.connection, change.operatorId, issuerId),
      apply: (on, change, by) =>
        ofTarget(on, change.operatorId, by, async () => {
          const disabled = await setOperatorActive(on, deskOf(parts, by), {
            ...change,
            isActive: false,
          });
          if (disabled.ok)
            await parts.tellDisabled?.(on, { operator: disabled.value, by: by.decidedBy });
          return disabled;
        }),
    }),
  ];
}

function reinvitationOf(parts: Parts, nameOf: NameOf): ApprovalHandler {
  return approvalHandler({
    kind: 'operator.reinvite',
    ...OF_TWO,
    schema: ofOne,
    summarise: async ({ operatorId: id }) => ({
      ja: `${await nameOf(id)} のパスワードと二段階認証を取り消し、新しい招待を出す`,
      en: `Forget the password and second factor of ${await nameOf(id)}, and invite anew`,
    }),
    judge: (change, issuerId) => judgeTarget(parts.connection, change.operatorId, issuerId),
    apply: (on, change, by) =>
      ofTarget(on, change.operatorId, by, async () => {
        const invited = await reinviteOperator(on, deskOf(parts, by), change.operatorId);
        if (invited.ok) by.showOnce(invited.value.invitation);
        return invited;
      }),
  });
}

const ROLE_NAMES: Readonly<Record<Role, { readonly ja: string; readonly en: string }>> = {
  support: { ja: 'サポート', en: 'support' },
  channel_manager: { ja: '販路管理', en: 'channel manager' },
  fraud: { ja: '不正対策', en: 'fraud' },
  compliance: { ja: 'コンプライアンス', en: 'compliance' },
  administrator: { ja: '管理者', en: 'administrator' },
  auditor: { ja: '監査', en: 'auditor' },
};

function rolesText(locale: 'ja' | 'en', given: readonly Role[]): string {
  return given.map((role) => ROLE_NAMES[role][locale]).join(locale === 'ja' ? '、' : ', ');
}

/** In the trail the two of them: who asked, and who decided. */
function deskOf({ clock, random }: Parts, by: ApprovedBy): StaffDesk {
  return { clock, random, actor: by.decidedBy, isOfTwo: !by.isGlassBroken };
}

/** An operator of another issuer does not exist for this approval. */
async function judgeTarget(
  on: Queryable,
  id: string,
  issuerId: number | null,
): Promise<Result<null, 'operator_not_found'>> {
  const operator = await findOperator(on, id);
  const isTheirs = operator !== undefined && operator.issuerId === issuerId;
  return isTheirs ? accepted(null) : refused('operator_not_found');
}

/** Looked at again where it is done; and nobody is the second person for what is done to himself. */
async function ofTarget(
  on: Queryable,
  id: string,
  by: ApprovedBy,
  work: () => Promise<Result<unknown, string>>,
): Promise<Result<unknown, string>> {
  const judged = await judgeTarget(on, id, by.issuerId);
  if (!judged.ok) return judged;
  if (by.decidedBy === actorOf(id)) return refused('decides_of_itself');
  const result = await work();
  return result.ok ? accepted({ operatorId: id }) : result;
}
