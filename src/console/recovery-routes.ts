import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { RefusalText } from '../doors/http/index.ts';
import { accepted, refused } from '../kernel/result.ts';
import { refusal } from './problems.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

/** POST /members/recovery: the papers were looked at; the account is to get a new mail address after the wait. */
export const newRecovery = z.strictObject({
  memberId: z.string().min(1).max(100),
  email: z.string().trim().min(3).max(254),
  reason: z.string().trim().min(10).max(500), // which papers were seen
});

export interface RecoveryRouteParts {
  beginSupportRecovery(wanted: {
    readonly memberId: string;
    readonly email: string;
  }): Promise<{ readonly ok: true } | { readonly ok: false; readonly refusal: string }>;
}

/** A member has lost the mail, too. Nothing happens at once: it is told, waits, and its owner can stop it. */
export function recoveryRoutes(members: RecoveryRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/members/recovery',
      permission: 'cases:settle',
      audit: 'act',
      body: newRecovery,
      note: ({ body: { memberId, reason } }) => ({
        act: 'members.recovery',
        subject: memberId,
        detail: { reason },
      }),
      refusals: REFUSALS,
      async act(_operator, { body: { memberId, email } }) {
        const begun = await members.beginSupportRecovery({ memberId, email });
        if (begun.ok) return accepted({ waits: true });
        if (begun.refusal === 'not_found') return refused('member_not_found');
        if (begun.refusal === 'account_stopped') return refused('account_stopped');
        return refused(begun.refusal === 'address_taken' ? 'address_taken' : 'address_not_valid');
      },
    });
  };
}

const REFUSALS: Readonly<
  Record<
    'member_not_found' | 'address_taken' | 'address_not_valid' | 'account_stopped',
    RefusalText
  >
> = {
  member_not_found: refusal(
    404,
    ['There is no such member', 'この会員はいません'],
    [
      'Find the member by the mail address again.',
      'もう一度メールアドレスで会員を探してください。',
    ],
  ),
  address_taken: refusal(
    409,
    ["That address is another account's", 'そのメールアドレスは別のアカウントで使われています'],
    ['Ask for another address.', '別のメールアドレスを聞いてください。'],
  ),
  account_stopped: refusal(
    409,
    ['A case stops this account', 'このアカウントは事案により止まっています'],
    [
      'Nothing was begun. Two of the desk lift the stop first; then ask again.',
      '手続きは始まっていません。先に担当者2人で停止を解除してから、もう一度行ってください。',
    ],
  ),
  address_not_valid: refusal(
    422,
    ['Mail cannot be sent to that address', 'そのメールアドレスには送信できません'],
    [
      'Ask for the address again, letter by letter.',
      'メールアドレスを一文字ずつ確認してください。',
    ],
  ),
};
