import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { RefusalText } from '../doors/http/index.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { ApprovalRefusal, ApprovalResult, Approvals, Operator } from '../operators/index.ts';
import { approvalsQuery, approveForm, breakGlassForm, noteForm } from './approval-contract.ts';
import { refusal } from './problems.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

/** What waits for a second person, and the decisions. Each writes its own row of the trail with its change. */
export function approvalRoutes(approvals: Approvals) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    registerLists(scope, parts, approvals);
    decision(scope, parts, {
      url: 'approve',
      body: approveForm,
      act: (operator, id, { hash }) => approvals.approve(operator, id, hash),
    });
    decision(scope, parts, {
      url: 'break-glass',
      body: breakGlassForm,
      act: (operator, id, { hash, reason }) => approvals.breakGlass(operator, { id, hash, reason }),
    });
    decision(scope, parts, {
      url: 'refuse',
      body: noteForm,
      act: (operator, id, { note }) => approvals.refuse(operator, id, note),
    });
    decision(scope, parts, {
      url: 'withdraw',
      act: (operator, id) => approvals.withdraw(operator, id),
    });
    decision(scope, parts, {
      url: 'review',
      body: noteForm,
      act: (operator, id, { note }) => approvals.review(operator, id, note),
    });
  };
}

function registerLists(scope: FastifyInstance, parts: ConsoleParts, approvals: Approvals): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/approvals',
    permission: 'approvals:see',
    concerns: 'all',
    audit: null,
    query: approvalsQuery,
    act: async (operator, { query: { which, before, limit } }) => {
      const page = { which, before: before ?? null, size: limit };
      const found = await approvals.list(operator, page);
      const next = found.length === limit ? String(found.at(-1)?.approvalId) : null;
      return accepted({ approvals: found, next });
    },
  });
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/approvals/:approvalId',
    permission: 'approvals:see',
    concerns: 'all',
    audit: null,
    act: async (operator, { params }) => {
      const id = approvalIdOf(params);
      const approval = id === undefined ? undefined : await approvals.find(operator, id);
      return approval === undefined ? refused('not_found') : accepted(approval);
    },
  });
}

function decision<Body extends z.ZodType = z.ZodNullable>(
  scope: FastifyInstance,
  parts: ConsoleParts,
  route: {
    readonly url: string;
    readonly body?: Body;
    act(operator: Operator, id: bigint, sent: z.output<Body>): Promise<ApprovalResult<unknown>>;
  },
): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: `/approvals/:approvalId/${route.url}`,
    permission: 'approvals:see', // which one may decide it, its kind says
    concerns: 'all',
    audit: null, // `Approvals` writes the row in the transaction of the decision
    ...(route.body && { body: route.body }),
    refusals: APPROVAL_REFUSALS,
    act: async (operator, { params, body }) => {
      const id = approvalIdOf(params);
      return id === undefined ? refused('not_found') : route.act(operator, id, body);
    },
  });
}

/** As an address names it. */
export function approvalIdOf({
  approvalId = '',
}: Readonly<Record<string, string>>): bigint | undefined {
  return /^[1-9][0-9]{0,15}$/.test(approvalId) ? BigInt(approvalId) : undefined;
}

/** Also for the routes that ask for an approval. */
export const APPROVAL_REFUSALS: Readonly<Record<ApprovalRefusal, RefusalText>> = {
  approval_not_found: refusal(
    404,
    ['There is no such approval', '承認依頼が見つかりません'],
    ['Check the number.', '番号を確認してください。'],
  ),
  not_permitted: refusal(
    403,
    ['Your role may not decide this', 'この承認の権限がありません'],
    [
      'Nothing was done. Somebody with the permission for this kind of change decides it.',
      '処理は行われていません。この種類の変更を承認できる担当者が判断します。',
    ],
  ),
  kind_not_known: refusal(
    409,
    ['This server does not know this kind of change', 'この種類の変更はこのサーバーでは扱えません'],
    ['Ask whoever runs the server.', 'サーバーの運用担当者に連絡してください。'],
  ),
  change_not_understood: refusal(
    422,
    ['The change is not complete', '変更の内容に不備があります'],
    ['Nothing was done. Enter it again.', '処理は行われていません。入力し直してください。'],
  ),
  too_many_open: refusal(
    409,
    ['You have asked for too many approvals', '承認待ちの依頼が多すぎます'],
    ['Withdraw those that nobody needs.', '不要な依頼を取り下げてください。'],
  ),
  already_decided: refusal(
    409,
    ['It is decided already', 'すでに判断されています'],
    [
      'Nothing was done again. The page shows who decided.',
      '再度の処理は行われていません。判断者は画面に表示されます。',
    ],
  ),
  approval_expired: refusal(
    409,
    ['Its time is over', '承認の期限が切れています'],
    ['Nothing was done. Ask for it again.', '処理は行われていません。もう一度依頼してください。'],
  ),
  same_person: refusal(
    403,
    ['A second person has to do this', '別の担当者の承認が必要です'],
    [
      'Nothing was done. Whoever asked, or acted alone, is not the second person.',
      '処理は行われていません。依頼した本人(または単独で実行した本人)は承認できません。',
    ],
  ),
  never_alone: refusal(
    403,
    ['This is never done by one person', 'この変更は1人では行えません'],
    [
      'Nothing was done. A second person has to approve it. Where nobody else is left, whoever runs the server can do it at the command line.',
      '処理は行われていません。別の担当者の承認が必要です。ほかに担当者がいない場合は、サーバーの運用担当者がコマンドで行えます。',
    ],
  ),
  made_by_asker: refusal(
    403,
    ['You are no second person for this', 'この件では第二の承認者になれません'],
    [
      'Nothing was done. Whoever asked, or acted alone, has made or changed your account alone. Somebody else decides.',
      '処理は行われていません。依頼者(または単独で実行した人)が、あなたのアカウントを1人で登録または変更しています。別の担当者が判断してください。',
    ],
  ),
  change_differs: refusal(
    409,
    ['It is not the change that you were shown', '表示した内容と一致しません'],
    [
      'Nothing was done. Load it again, and read it anew.',
      '処理は行われていません。読み込み直して内容を確認してください。',
    ],
  ),
  reason_needed: refusal(
    422,
    ['A reason is needed', '理由を入力してください'],
    [
      'Say why, so that others understand it later; to act alone, in 20 characters at least.',
      '後から見て分かるように入力してください。単独で実行する場合は20文字以上必要です。',
    ],
  ),
  change_not_possible: refusal(
    409,
    ['The change is not possible as things stand now', '現在の状態では実行できません'],
    [
      'Nothing was done; the approval stays open. `reason` says what speaks against it.',
      '処理は行われていません。依頼は承認待ちのままです。`reason` に理由があります。',
    ],
  ),
  not_to_review: refusal(
    409,
    ['There is nothing to review', '確認の対象ではありません'],
    [
      'Only what one person did alone is reviewed, once.',
      '単独で実行されたものを一度だけ確認します。',
    ],
  ),
};
