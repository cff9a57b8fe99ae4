import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { accepted, refused } from '../kernel/result.ts';
import { approvalHandler, type ApprovalHandler, type Approvals } from '../operators/index.ts';
import type { Wallets } from '../wallets/index.ts';
import { APPROVAL_REFUSALS } from './approval-routes.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

const DEATH = 'member.death';

/** What is asked of a second person names the paper, not the family: an approval is kept in clear. */
const death = z.strictObject({
  memberId: z.string().min(1).max(100),
  reference: z
    .string()
    .regex(/^[A-Za-z0-9-]{3,40}$/, 'the number under which the notice of death is kept'),
});

interface OfIssuer {
  readonly memberId: string;
  readonly issuerId: number;
}

/**
 * A member has died: barred and frozen by two, for the heirs. By an issuer whose cards the member holds, or who has
 * a case with the member, alone: it bars the whole account.
 */
export function deathApproval(
  wallets: Pick<Wallets, 'deathOf' | 'freezeDead' | 'holdings' | 'recordDeath'>,
  hasCaseWith: (asked: OfIssuer) => Promise<boolean>,
): ApprovalHandler {
  const isConcerned = async (asked: OfIssuer): Promise<boolean> => {
    const holdings = await wallets.holdings(asked.memberId);
    return holdings.some(({ issuerId }) => issuerId === asked.issuerId) || hasCaseWith(asked);
  };
  return approvalHandler({
    kind: DEATH,
    asks: 'cases:settle',
    approves: 'cases:approve',
    schema: death,
    summarise: ({ memberId, reference }) => ({
      ja: `会員 ${memberId} の逝去（届け出 ${reference}）: アカウントを止め、残高を相続人のために凍結する`,
      en: `Member ${memberId} has died (notice ${reference}): bar the account, freeze the value for the heirs`,
    }),
    async judge({ memberId }, issuerId) {
      // Whose account it is at all is told to no desk that has nothing to do with it.
      if (issuerId === null || !(await isConcerned({ memberId, issuerId }))) {
        return refused('member_not_found');
      }
      const known = await wallets.deathOf(memberId);
      return known === undefined ? accepted(null) : refused('already_recorded');
    },
    async apply(on, { memberId, reference }, { askedBy }) {
      const told = { memberId, operator: askedBy, note: reference };
      const isDone = await wallets.recordDeath(on, told);
      return isDone ? accepted(undefined) : refused('member_not_found');
    },
    applied: () => wallets.freezeDead(),
  });
}

/** Support asks; a second person decides. */
export function deathRoutes({ approvals }: { readonly approvals: Approvals }) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/members/deaths',
      permission: 'cases:settle',
      audit: null, // the asking writes its own row
      body: death.extend({ reason: z.string().trim().min(1).max(500) }),
      refusals: APPROVAL_REFUSALS,
      async act(operator, { issuer: { issuerId }, body: { reason, ...change } }) {
        const asked = await approvals.ask(operator, { kind: DEATH, issuerId, change, reason });
        return asked.ok ? accepted({ approvalId: String(asked.value.approvalId) }) : asked;
      },
    });
  };
}
