import { z } from 'zod';
import type { CaseDesk } from '../cases/index.ts';
import { present } from '../kernel/assert.ts';
import { moneyText } from '../kernel/locale.ts';
import type { Unit } from '../kernel/money.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { approvalHandler, type ApprovalHandler, type ApprovedBy } from '../operators/index.ts';

/** What the desk asks a second person for: value that a member gets back without having proved who it is. */
export const LIFT = 'case.lift';
export const REFUND = 'case.refund';

const liftChange = z.strictObject({ number: z.string().max(20) });
const refundChange = z.strictObject({
  number: z.string().max(20),
  giftId: z.string().regex(/^[1-9][0-9]{0,17}$/),
  amountMinor: z.int().positive(),
  unit: z.string().max(60),
});

const OF_TWO = { asks: 'cases:settle', approves: 'cases:approve' } as const;

export function caseApprovals(desk: CaseDesk): readonly ApprovalHandler[] {
  return [liftOf(desk), refundOf(desk)];
}

function liftOf(desk: CaseDesk): ApprovalHandler {
  const lifted = new WeakMap<object, bigint>(); // by what was decided, until its commit
  return approvalHandler({
    kind: LIFT,
    ...OF_TWO,
    schema: liftChange,
    summarise: ({ number }) => ({
      ja: `事案 ${number} で止めた会員の残高のうち、この発行者の分を元に戻す`,
      en: `Give the member of case ${number} this issuer's part of the stopped value back`,
    }),
    async judge({ number }, issuerId) {
      const story = await findCase(desk, number, issuerId);
      if (!story.ok) return story;
      return story.value.record.liftedAt === null ? accepted(null) : refused('already_lifted');
    },
    async apply(on, change, by) {
      const done = await desk.lift(on, { ...change, ...actOf(by) });
      if (done.ok) lifted.set(change, done.value);
      return done.ok ? accepted(undefined) : done;
    },
    applied: (change) => desk.finish(present(lifted.get(change), 'it was lifted before')),
  });
}

function refundOf(desk: CaseDesk): ApprovalHandler {
  const asked = new WeakMap<object, bigint>();
  return approvalHandler({
    kind: REFUND,
    ...OF_TWO,
    schema: refundChange,
    summarise({ number, giftId, amountMinor, unit }) {
      const amount = (locale: 'ja' | 'en') => moneyText(locale, BigInt(amountMinor), unit as Unit);
      return {
        ja: `事案 ${number}: 止める前に請求されたギフト ${giftId} の ${amount('ja')} を全額返金する`,
        en: `Case ${number}: refund ${amount('en')} of gift ${giftId}, charged before it was stopped`,
      };
    },
    async judge({ number, giftId, amountMinor, unit }, issuerId) {
      const story = await findCase(desk, number, issuerId);
      if (!story.ok) return story;
      const gift = story.value.gifts.find((each) => String(each.gift.giftId) === giftId);
      if (gift?.outcome !== 'charged') return refused('gift_not_charged');
      const isThat = gift.gift.amountMinor === BigInt(amountMinor) && gift.gift.unit === unit;
      return isThat ? accepted(null) : refused('amount_differs');
    },
    async apply(on, change, by) {
      const { number, giftId } = change;
      const done = await desk.refund(on, { number, giftId: BigInt(giftId), ...actOf(by) });
      if (done.ok) asked.set(change, done.value);
      return done.ok ? accepted(undefined) : done;
    },
    applied: (change) => desk.finish(present(asked.get(change), 'it was asked for before')),
  });
}

async function findCase(
  desk: CaseDesk,
  number: string,
  issuerId: number | null,
): Promise<Result<NonNullable<Awaited<ReturnType<CaseDesk['read']>>>, string>> {
  const story = issuerId === null ? null : await desk.read({ issuerId, number });
  return story === null ? refused('case_not_found') : accepted(story);
}

function actOf({ issuerId, askedBy, decidedBy, isGlassBroken }: ApprovedBy): {
  readonly issuerId: number;
  readonly actor: string;
} {
  const actor = isGlassBroken ? decidedBy : `${askedBy}, ${decidedBy}`;
  return { issuerId: present(issuerId, 'a case is of an issuer'), actor };
}
