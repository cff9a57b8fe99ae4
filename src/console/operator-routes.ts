import type { FastifyInstance } from 'fastify';
import type { RefusalText } from '../doors/http/index.ts';
import type { Random } from '../kernel/crypto.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import {
  findOperator,
  isOfIssuer,
  readOperators,
  setOperatorActive,
  type ApprovalRefusal,
  type ApprovalResult,
  type Approvals,
  type Operator,
  type OperatorRefusal,
  type Role,
  type TellDisabled,
} from '../operators/index.ts';
import { findIssuer } from '../programmes/index.ts';
import { APPROVAL_REFUSALS } from './approval-routes.ts';
import { operatorForm, reasonForm, rolesForm } from './operator-contract.ts';
import { refusal } from './problems.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

interface OperatorParts {
  readonly approvals: Approvals;
  readonly random: Random;
  readonly tellDisabled?: TellDisabled;
}

/** The staff: who it is, and the changes. To disable a few needs one person, everything else two (R33). */
export function operatorRoutes({ approvals, ...put }: OperatorParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    registerList(scope, parts);
    registerCreation(scope, parts, approvals);
    const asks = {
      method: 'POST',
      permission: 'operators:change',
      concerns: 'all',
      audit: null, // the asking writes its own row
      refusals: APPROVAL_REFUSALS,
    } as const;
    consoleRoute(scope, parts, {
      ...asks,
      url: '/operators/:operatorId/roles',
      body: rolesForm,
      act: (operator, { params, body: { roles, reason } }) =>
        askFor(parts, approvals, operator, params, { kind: 'operator.roles', roles, reason }),
    });
    for (const [url, kind] of [
      ['invitation', 'operator.reinvite'],
      ['enable', 'operator.enable'],
      ['disabling', 'operator.disable'], // by two: for more than one person may put out alone
    ] as const) {
      consoleRoute(scope, parts, {
        ...asks,
        url: `/operators/:operatorId/${url}`,
        body: reasonForm,
        act: (operator, { params, body: { reason } }) =>
          askFor(parts, approvals, operator, params, { kind, reason }),
      });
    }
    registerDisabling(scope, parts, put);
  };
}

function registerList(scope: FastifyInstance, parts: ConsoleParts): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/operators',
    permission: 'operators:see',
    concerns: 'all',
    audit: null,
    act: async (operator) => {
      const { issuers } = parts.catalogue();
      const operators = await readOperators(parts.connection, operator.issuerId);
      return accepted({
        operators: operators.map(({ permissions: _, actor: __, issuerId, ...shown }) => ({
          ...shown,
          issuer: issuerId === null ? null : (issuers.get(issuerId)?.key ?? null),
        })),
      });
    },
  });
}

function registerCreation(scope: FastifyInstance, parts: ConsoleParts, approvals: Approvals): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/operators',
    permission: 'operators:change',
    concerns: 'all',
    audit: null,
    body: operatorForm,
    refusals: { ...APPROVAL_REFUSALS, issuer_not_found: NO_ISSUER },
    act: async (operator, { body: { reason, issuer, ...wanted } }) => {
      const found = issuer === null ? null : findIssuer(parts.catalogue(), issuer);
      if (found === undefined) return refused('issuer_not_found');
      const issuerId = found?.issuerId ?? null;
      const change = { ...wanted, issuerId };
      return askedOf(
        await approvals.ask(operator, { kind: 'operator.create', issuerId, change, reason }),
      );
    },
  });
}

interface Asked {
  readonly kind: string;
  readonly reason: string;
  readonly roles?: readonly Role[];
}

/** The change is bound to the operator's own issuer: who does not see it there finds nobody. */
async function askFor(
  parts: ConsoleParts,
  approvals: Approvals,
  operator: Operator,
  { operatorId = '' }: Readonly<Record<string, string>>,
  { kind, reason, ...change }: Asked,
): Promise<ApprovalResult<unknown> | Result<never, 'not_found'>> {
  const target = await findOperator(parts.connection, operatorId);
  if (target === undefined || !isOfIssuer(operator, target.issuerId)) return refused('not_found');
  const { issuerId } = target;
  return askedOf(
    await approvals.ask(operator, { kind, issuerId, change: { operatorId, ...change }, reason }),
  );
}

function askedOf(
  asked: ApprovalResult<{ readonly approvalId: bigint }>,
): ApprovalResult<unknown> | Result<never, ApprovalRefusal> {
  return asked.ok ? accepted({ approvalId: asked.value.approvalId }) : asked;
}

function registerDisabling(
  scope: FastifyInstance,
  parts: ConsoleParts,
  { random, tellDisabled }: Omit<OperatorParts, 'approvals'>,
): void {
  const { connection, clock } = parts;
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/operators/:operatorId/disable',
    permission: 'operators:change',
    concerns: 'all',
    audit: null, // its own row, in the transaction of the change
    body: reasonForm,
    refusals: OPERATOR_REFUSALS,
    act: async (operator, { params: { operatorId = '' }, body: { reason } }) => {
      const desk = { clock, random, actor: operator.actor };
      const result = await connection.transaction(async (on) => {
        const target = await findOperator(on, operatorId);
        if (target === undefined || !isOfIssuer(operator, target.issuerId)) {
          return refused('operator_not_found');
        }
        const change = { operatorId, isActive: false, reason };
        const disabled = await setOperatorActive(on, desk, change);
        if (disabled.ok) await tellDisabled?.(on, { operator: disabled.value, by: desk.actor });
        return disabled;
      });
      return result.ok ? accepted({ operatorId, isActive: false }) : result;
    },
  });
}

const NO_ISSUER = refusal(
  404,
  ['There is no such issuer', '発行者が見つかりません'],
  ['Check its key.', 'キーを確認してください。'],
);

const OPERATOR_REFUSALS: Readonly<Record<OperatorRefusal, RefusalText>> = {
  operator_not_found: refusal(
    404,
    ['There is no such operator', '担当者が見つかりません'],
    ['Load the list again.', '一覧を読み込み直してください。'],
  ),
  email_taken: refusal(
    409,
    ['An operator has this address already', 'このメールアドレスは登録済みです'],
    ['Enable or invite that operator again.', '既存の担当者を有効にするか、再招待してください。'],
  ),
  last_administrator: refusal(
    409,
    ['It is the last administrator', '最後の管理者です'],
    ['Make another one first.', '先に別の管理者を登録してください。'],
  ),
  nobody_else_reviews: refusal(
    409,
    ['Nobody but you would be left to watch', '監視できる担当者がほかにいなくなります'],
    [
      'Nothing was done. Somebody else has to stay who reviews emergency acts and reads the audit trail. Make one first.',
      '処理は行われていません。緊急操作の確認と監査記録の閲覧ができる担当者が、ご自分のほかに必要です。先に登録してください。',
    ],
  ),
  second_person_needed: refusal(
    409,
    ['You have disabled several operators today', '本日すでに複数の担当者を無効にしています'],
    [
      'Nothing was done. Ask for it; a second person approves it.',
      '処理は行われていません。承認を依頼してください。別の担当者が承認すると無効になります。',
    ],
  ),
  own_account: refusal(
    409,
    ['It is your own account', 'ご自分のアカウントです'],
    ['Somebody else has to disable it.', '無効化は別の担当者に依頼してください。'],
  ),
  already_so: refusal(
    409,
    ['It is so already', 'すでにその状態です'],
    ['Nothing was changed.', '変更していません。'],
  ),
};
