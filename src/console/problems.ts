import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { RefusalText } from '../doors/http/index.ts';
import { localeFor, type Locale } from '../kernel/locale.ts';
import { fieldProblems, type FieldProblem } from './field-words.ts';

/** What the frame itself refuses at any route; whatever else a route refuses is in its own table. */
export type FrameRefusal =
  | 'signed_out'
  | 'not_ours'
  | 'second_factor_needed'
  | 'not_permitted'
  | 'issuer_needed'
  | 'not_found'
  | 'not_understood';

export const FRAME_REFUSALS: Readonly<Record<FrameRefusal, RefusalText>> = {
  signed_out: refusal(
    401,
    ['Nobody is signed in', 'サインインしていません'],
    [
      'The session may have ended. Sign in again; nothing was done.',
      'セッションが終了した可能性があります。もう一度サインインしてください。処理は行われていません。',
    ],
  ),
  not_ours: refusal(
    403,
    ['The request does not come from this console', 'この管理画面からの要求ではありません'],
    [
      'Nothing was done. Load the page again and repeat it there.',
      '処理は行われていません。ページを読み込み直してからもう一度お試しください。',
    ],
  ),
  second_factor_needed: refusal(
    403,
    ['A second factor is needed first', '二段階認証の設定が必要です'],
    [
      'Set it up under your own account; until then nothing else can be done.',
      'ご自分のアカウント画面で設定してください。設定するまで他の操作はできません。',
    ],
  ),
  not_permitted: refusal(
    403,
    ['Your role may not do this', 'この操作の権限がありません'],
    [
      'Nothing was done. An administrator can tell who may, or ask for another role for you.',
      '処理は行われていません。担当者については管理者にお尋ねください。',
    ],
  ),
  issuer_needed: refusal(
    400,
    ['Which issuer is meant?', '発行者を選んでください'],
    [
      'You may act for several. Choose one; the request names it in the header Kinken-Issuer.',
      '複数の発行者を担当しています。画面で選んでください(要求は Kinken-Issuer ヘッダーで示します)。',
    ],
  ),
  not_found: refusal(
    404,
    ['Nothing is here', '見つかりません'],
    [
      'Check what you have asked for. What belongs to another issuer does not exist here.',
      '指定を確認してください。他の発行者のものは表示されません。',
    ],
  ),
  not_understood: refusal(
    400,
    ['Something in the request is not as it must be', '入力に誤りがあります'],
    [
      'Nothing was done. Check what you have entered.',
      '処理は行われていません。入力を確認してください。',
    ],
  ),
};

/** One entry of a route's table: [English, Japanese] of what happened, and of what to do. */
export function refusal(
  status: number,
  [titleEn, titleJa]: readonly [string, string],
  [detailEn, detailJa]: readonly [string, string],
): RefusalText {
  return {
    status,
    title: { en: titleEn, ja: titleJa },
    detail: { en: detailEn, ja: detailJa },
  };
}

/** The document of RFC 9457, as everywhere else; `code` is what the console's application reads. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  code: string,
  text: RefusalText,
  facts: {
    readonly retryAfterMs?: number;
    readonly reason?: string | undefined;
    readonly errors?: readonly FieldProblem[];
  } = {},
): FastifyReply {
  const locale = localeOf(request);
  const retryAfterSeconds =
    facts.retryAfterMs === undefined
      ? undefined
      : Math.max(1, Math.ceil(facts.retryAfterMs / 1_000));
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply
    .code(text.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', locale)
    .serializer(JSON.stringify)
    .send({
      type: `/docs/console#${code}`,
      title: text.title[locale],
      status: text.status,
      code,
      detail: text.detail[locale],
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(facts.reason !== undefined && { reason: facts.reason }),
      ...(facts.errors !== undefined && { errors: facts.errors }),
    });
}

/** What was sent is not as it must be: which field, and what it needs. */
export function sendNotUnderstood(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const errors = fieldProblems(error.validation ?? [], localeOf(request));
  const text = FRAME_REFUSALS.not_understood;
  return sendRefusal(request, reply, 'request_not_understood', text, { errors });
}

/** The console asks in the language that its reader has chosen. */
export function localeOf(request: FastifyRequest): Locale {
  return localeFor(request.headers['accept-language'], request.signedIn?.operator.locale ?? 'ja');
}
