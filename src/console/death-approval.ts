import type { FastifyInstance } from 'fastify';
import { publicId } from '../kernel/ids.ts';
import { accepted, refused } from '../kernel/result.ts';
import {
  approvalHandler,
  readOperators,
  type ApprovalHandler,
  type Approvals,
} from '../operators/index.ts';
import type { Wallets } from '../wallets/index.ts';
import { APPROVAL_REFUSALS } from './approval-routes.ts';
import { death, deathForm, type ShownDeath } from './death-contract.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

const DEATH = 'member.death';

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
      if (issuerId === null || !(await isConcerned(wallets, hasCaseWith, { memberId, issuerId }))) {
        return refused('member_not_found');
      }
      const known = await wallets.deathOf(memberId);
      return known === undefined ? accepted(null) : refused('already_recorded');
    },
    async apply(on, { memberId, reference }, { askedBy, issuerId }) {
      if (issuerId === null) return refused('member_not_found'); // as it was judged
      const told = { memberId, issuerId, operator: askedBy, note: reference };
      const isDone = await wallets.recordDeath(on, told);
      return isDone ? accepted(undefined) : refused('member_not_found');
    },
    applied: () => wallets.freezeDead(),
  });
}

/** Members are the site's and value is an issuer's: a desk is concerned where value of its issuer is, or its own case. */
async function isConcerned(
  wallets: Pick<Wallets, 'holdings'>,
  hasCaseWith: (asked: OfIssuer) => Promise<boolean>,
  asked: OfIssuer,
): Promise<boolean> {
  const holdings = await wallets.holdings(asked.memberId);
  return holdings.some(({ issuerId }) => issuerId === asked.issuerId) || hasCaseWith(asked);
}

interface DeathRouteParts {
  readonly approvals: Approvals;
  readonly wallets: Pick<Wallets, 'deathOf' | 'holdings'>;
  readonly hasCaseWith: (asked: OfIssuer) => Promise<boolean>;
}

/** Support asks; a second person decides. */
export function deathRoutes({ approvals, wallets, hasCaseWith }: DeathRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/members/:memberId/death',
      permission: 'members:look',
      audit: 'look',
      note: ({ params }) => ({ act: 'members.estate', subject: params['memberId'] ?? '' }),
      async act(_operator, { issuer: { issuerId }, params: { memberId = '' } }) {
        const of = { issuerId, memberId };
        const isOurs = await isConcerned(wallets, hasCaseWith, of);
        return accepted(isOurs ? await shownDeath(parts, wallets, of) : NOTHING_TO_TELL);
      },
    });
    consoleRoute(scope, parts, {
      method: 'POST',
      url: '/members/deaths',
      permission: 'cases:settle',
      audit: null, // the asking writes its own row
      body: deathForm,
      refusals: APPROVAL_REFUSALS,
      async act(operator, { issuer: { issuerId }, body: { reason, ...change } }) {
        const asked = await approvals.ask(operator, { kind: DEATH, issuerId, change, reason });
        return asked.ok ? accepted({ approvalId: String(asked.value.approvalId) }) : asked;
      },
    });
  };
}

/** To a desk that has nothing to do with the member, whoever that is. */
const NOTHING_TO_TELL: ShownDeath = { death: null, holdings: [] };

/** Another issuer's value in the same wallet is another desk's to tell of, and so is the paper that it was shown. */
async function shownDeath(
  parts: ConsoleParts,
  wallets: Pick<Wallets, 'deathOf' | 'holdings'>,
  { issuerId, memberId }: OfIssuer,
): Promise<ShownDeath> {
  const [told, holdings] = await Promise.all([
    wallets.deathOf(memberId),
    wallets.holdings(memberId),
  ]);
  const staff = await readOperators(parts.connection, null);
  const teller = staff.find(({ actor }) => actor === told?.toldBy);
  const isOurs = told?.issuerId === issuerId;
  const { products } = parts.catalogue();
  return {
    death: told
      ? {
          toldAt: told.toldAt,
          toldBy: isOurs ? (teller?.name ?? null) : null,
          reference: isOurs ? told.note : null,
        }
      : null,
    holdings: holdings
      .filter((held) => held.issuerId === issuerId)
      .map(({ instrumentId, productId, maskedNumber, unit, spendableMinor, isFrozen }) => {
        const product = products.get(productId);
        return {
          instrumentId: publicId('ins', instrumentId),
          product: product ? { nameJa: product.nameJa, nameEn: product.nameEn } : null,
          maskedNumber,
          unit,
          spendableMinor: Number(spendableMinor),
          isFrozen,
        };
      }),
  };
}
