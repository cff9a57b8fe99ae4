import type { FastifyInstance } from 'fastify';
import type { Queryable } from '../kernel/database/index.ts';
import { publicId } from '../kernel/ids.ts';
import { accepted, refused } from '../kernel/result.ts';
import {
  approvalHandler,
  readOperators,
  type Approval,
  type ApprovalHandler,
  type Approvals,
} from '../operators/index.ts';
import type { Death, Holding, Wallets } from '../wallets/index.ts';
import { APPROVAL_REFUSALS, approvalIdOf } from './approval-routes.ts';
import { death, deathForm, type DecidedMember, type ShownDeath } from './death-contract.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

const DEATH = 'member.death';
const LIVING = 'member.death_taken_back';

interface OfIssuer {
  readonly memberId: string;
  readonly issuerId: number;
}

/**
 * A member has died: barred and frozen by two, for the heirs. By an issuer whose cards the member holds, or whose
 * value is in a case of the member, alone: it bars the whole account.
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
      if (issuerId === null) return refused('member_not_found');
      const holdings = await holdingsForDesk(wallets, hasCaseWith, { memberId, issuerId });
      if (holdings === null) return refused('member_not_found');
      const known = await wallets.deathOf(memberId);
      return known === undefined ? accepted(null) : refused('already_recorded');
    },
    async apply(on, { memberId, reference }, { askedBy, askedAt, issuerId }) {
      if (issuerId === null) return refused('member_not_found'); // as it was judged
      const told = { memberId, issuerId, operator: askedBy, askedAt, note: reference };
      const isDone = await wallets.recordDeath(on, told);
      return isDone ? accepted(undefined) : refused('member_not_found');
    },
    applied: () => wallets.freezeDead(),
  });
}

/** It was told of somebody who lives. By the desk that was told, alone: of another one's paper nobody else can say so. */
export function livingApproval(
  wallets: Pick<Wallets, 'deathOf' | 'giveBackToLiving' | 'holdings' | 'takeDeathBack'>,
  hasCaseWith: (asked: OfIssuer) => Promise<boolean>,
): ApprovalHandler {
  return approvalHandler({
    kind: LIVING,
    asks: 'cases:settle',
    approves: 'cases:approve',
    schema: death,
    summarise: ({ memberId, reference }) => ({
      ja: `会員 ${memberId} は生存（確認の書類 ${reference}）: 逝去の記録を取り消し、アカウントと残高を元に戻す`,
      en: `Member ${memberId} lives (paper ${reference}): take the record of the death back, open the account and give the value back`,
    }),
    async judge({ memberId }, issuerId) {
      if (issuerId === null) return refused('member_not_found');
      const known = await wallets.deathOf(memberId);
      // The desk that was told, also when nothing of its issuer is left in the wallet: no other one can.
      if (known?.issuerId === issuerId) return accepted(null);
      if (known?.issuerId !== null) return refused('member_not_found');
      const holdings = await holdingsForDesk(wallets, hasCaseWith, { memberId, issuerId });
      return holdings === null ? refused('member_not_found') : accepted(null);
    },
    async apply(on, { memberId }, { askedBy, askedAt, issuerId }) {
      if (issuerId === null) return refused('member_not_found'); // as it was judged
      const asked = { memberId, issuerId, operator: askedBy, askedAt };
      const isDone = await wallets.takeDeathBack(on, asked);
      return isDone ? accepted(undefined) : refused('member_not_found');
    },
    applied: () => wallets.giveBackToLiving(),
  });
}

/**
 * What lies in the wallet of this desk's issuer. Members are the site's and value is an issuer's: a desk is concerned
 * where value of its issuer is, or was when a case began. Null: it is not.
 */
async function holdingsForDesk(
  wallets: Pick<Wallets, 'holdings'>,
  hasCaseWith: (asked: OfIssuer) => Promise<boolean>,
  asked: OfIssuer,
): Promise<readonly Holding[] | null> {
  const holdings = await wallets.holdings(asked.memberId);
  const ours = holdings.filter(({ issuerId }) => issuerId === asked.issuerId);
  return ours.length > 0 || (await hasCaseWith(asked)) ? ours : null;
}

interface DeathRouteParts {
  readonly approvals: Approvals;
  readonly wallets: Pick<Wallets, 'deathOf' | 'holdings'>;
  readonly hasCaseWith: (asked: OfIssuer) => Promise<boolean>;
  readonly members: {
    readonly findById: FindMember;
    readonly findBarredById: FindMember; // whoever was told to have died
  };
}

type FindMember = (
  on: Queryable,
  memberId: string,
) => Promise<{ readonly name: string; readonly email: string } | undefined>;

/** Support asks; a second person decides. */
export function deathRoutes(desk: DeathRouteParts) {
  const { approvals, wallets, hasCaseWith } = desk;
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/members/:memberId/death',
      permission: 'members:look',
      audit: 'look',
      note: ({ params }) => ({ act: 'members.estate', subject: params['memberId'] ?? '' }),
      async act(_operator, { issuer: { issuerId }, params: { memberId = '' } }) {
        const of = { issuerId, memberId };
        const holdings = await holdingsForDesk(wallets, hasCaseWith, of);
        const told = await wallets.deathOf(memberId);
        if (holdings === null && told?.issuerId !== issuerId) return accepted(NOTHING_TO_TELL);
        return accepted(await shownDeath(parts, { told, issuerId, holdings }));
      },
    });
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/approvals/:approvalId/member',
      permission: 'cases:approve',
      concerns: 'all', // like the approval; of which issuer the look was, its own says
      audit: 'look',
      note: ({ params }) => ({ act: 'members.estate', subject: params['approvalId'] ?? '' }),
      async act(operator, { params, found }) {
        const id = approvalIdOf(params);
        const approval = id === undefined ? undefined : await approvals.find(operator, id);
        const decided = approval === undefined ? null : await decidedMember(desk, parts, approval);
        if (decided === null) return refused('not_found');
        found(decided.memberId, decided.issuerId);
        return accepted(decided.shown);
      },
    });
    for (const [url, kind] of [
      ['/members/deaths', DEATH],
      ['/members/deaths/taken-back', LIVING],
    ] as const) {
      consoleRoute(scope, parts, {
        method: 'POST',
        url,
        permission: 'cases:settle',
        audit: null, // the asking writes its own row
        body: deathForm,
        refusals: APPROVAL_REFUSALS,
        async act(operator, { issuer: { issuerId }, body: { reason, ...change } }) {
          const asked = await approvals.ask(operator, { kind, issuerId, change, reason });
          return asked.ok ? accepted({ approvalId: String(asked.value.approvalId) }) : asked;
        },
      });
    }
  };
}

/** To a desk that has nothing to do with the member, whoever that is. */
const NOTHING_TO_TELL: ShownDeath = { isConcerned: false, death: null, holdings: [] };

/**
 * Another issuer's value in the same wallet is another desk's to tell of, and so is the paper that it was shown. One
 * that no one issuer's desk was told of is every desk's that is concerned.
 */
async function shownDeath(
  parts: ConsoleParts,
  {
    told,
    issuerId,
    holdings,
  }: {
    readonly told: Death | undefined;
    readonly issuerId: number;
    readonly holdings: readonly Holding[] | null; // of this issuer; null: it is not concerned
  },
): Promise<ShownDeath> {
  const staff = await readOperators(parts.connection, null);
  const teller = staff.find(({ actor }) => actor === told?.toldBy);
  const isOurs = told !== undefined && [null, issuerId].includes(told.issuerId);
  const { issuers } = parts.catalogue();
  const issuer = told?.issuerId == null ? undefined : issuers.get(told.issuerId);
  return {
    isConcerned: holdings !== null,
    death: told
      ? {
          toldAt: told.toldAt,
          issuer: issuer ? { nameJa: issuer.nameJa, nameEn: issuer.nameEn } : null,
          toldBy: isOurs ? (teller?.name ?? null) : null,
          reference: isOurs ? told.note : null,
        }
      : null,
    holdings: shownHoldings(parts, holdings ?? []),
  };
}

/** Whom an open approval is about, as the desk that has asked sees the member. Null: nobody that is to be seen by it. */
async function decidedMember(
  { wallets, hasCaseWith, members }: DeathRouteParts,
  parts: ConsoleParts,
  { issuerId, state, kind, change }: Approval,
): Promise<(OfIssuer & { readonly shown: DecidedMember }) | null> {
  if (state !== 'open' || issuerId === null) return null;
  if (kind !== DEATH && kind !== LIVING) return null;
  const { memberId } = death.parse(change);
  const holdings = await holdingsForDesk(wallets, hasCaseWith, { memberId, issuerId });
  const told = holdings === null ? await wallets.deathOf(memberId) : undefined;
  const { connection } = parts;
  const member =
    (await members.findById(connection, memberId)) ??
    (await members.findBarredById(connection, memberId));
  if (member === undefined || (holdings === null && told?.issuerId !== issuerId)) return null;
  const { name, email } = member;
  const shown = { name, email, holdings: shownHoldings(parts, holdings ?? []) };
  return { memberId, issuerId, shown };
}

function shownHoldings(
  parts: ConsoleParts,
  holdings: readonly Holding[],
): DecidedMember['holdings'] {
  const { products } = parts.catalogue();
  return holdings.map(
    ({ instrumentId, productId, maskedNumber, unit, spendableMinor, isFrozen }) => {
      const product = products.get(productId);
      return {
        instrumentId: publicId('ins', instrumentId),
        product: product ? { nameJa: product.nameJa, nameEn: product.nameEn } : null,
        maskedNumber,
        unit,
        spendableMinor: Number(spendableMinor),
        isFrozen,
      };
    },
  );
}
