import type { FastifyReply } from 'fastify';
import type { GiftAnswer, SentGift } from '../../gifts/index.ts';
import type { MemberSession } from '../../members/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { sendPicture } from '../pictures/index.ts';
import { stepUpPlace } from '../members/step-up-place.ts';
import { idOf, shownFor, type GiftProblem, type GiftSiteParts } from './gift-parts.ts';
import { cancelPage } from './cancel-page.ts';
import { historyPage } from './history-page.ts';
import { claimantOf, keepNamed } from './named-gift.ts';
import { paperPage } from './paper-page.ts';
import { publicOrigin } from '../shown-origin.ts';
import { giftsPage, SENT_DONE, sentPage, type SentDone, type SentShown } from './sent-pages.ts';

const GIFTS_PAGE = 50;
const EVENTS_PAGE = 100;

/** What a member has sent and got, and what can be done with what was sent. Of others there is nothing. */
export function registerSent(routes: MemberRoutes, parts: GiftSiteParts): void {
  const { gifts } = parts;
  routes.showSignedIn('/gifts', async (visit, session) => {
    const before = beforeOf(visit);
    const sent = await gifts.sentBy(session.member.memberId, { before });
    const received = before === null ? await gifts.receivedBy(await claimantOf(visit, parts)) : [];
    const lists = { sent, received, catalogue: parts.catalogue(), pageSize: GIFTS_PAGE };
    return visit.page(giftsPage({ ...shownFor(visit), ...lists }));
  });
  routes.showSignedIn('/gifts/history', async (visit, session) => {
    const asked = { giftId: null, before: beforeOf(visit) };
    const { memberId } = session.member;
    const [events, totals] = await Promise.all([
      gifts.history(memberId, asked),
      gifts.totals(memberId),
    ]);
    return visit.page(historyPage({ ...shownFor(visit), events, totals, pageSize: EVENTS_PAGE }));
  });
  routes.showSignedIn('/gifts/sent/:id', async (visit, session) => {
    const { done, form } = visit.request.query as {
      readonly done?: unknown;
      readonly form?: unknown;
    };
    const known = SENT_DONE.find((each) => each === done) ?? null;
    const problem = form === 'refused' ? 'form' : null;
    const shown = await findShown(parts, visit, session, problem);
    if (shown === null) return notThere(visit);
    return visit.page(sentPage({ ...shown, done: known }));
  });
  routes.showSignedIn('/gifts/sent/:id/cancel', async (visit, session) => {
    const giftId = giftIdOf(visit);
    const gift =
      giftId === null ? undefined : await gifts.findSent(session.member.memberId, giftId);
    if (gift === undefined) return notThere(visit);
    if (!gift.mayCancel) return visit.go(`/gifts/sent/${gift.giftId}`);
    return visit.page(cancelPage({ ...shownFor(visit), gift }));
  });
  routes.showSignedIn('/gifts/sent/:id/paper', async (visit, session) => {
    const shown = await findShown(parts, visit, session, null);
    if (shown?.isCodeHidden === true) return visit.go(stepUpFor(shown.gift, '/paper'));
    if (shown === null || shown.code === null) return notThere(visit);
    return visit.page(paperPage({ ...shown, code: shown.code }));
  });
  routes.showSignedIn('/gifts/sent/:id/picture', async (visit, session) => {
    const giftId = giftIdOf(visit);
    const gift =
      giftId === null ? undefined : await gifts.findSent(session.member.memberId, giftId);
    const picture = gift?.hasPicture ? await gifts.picture(gift.giftId) : undefined;
    return picture === undefined ? notThere(visit) : sendPicture(visit.reply, picture);
  });
  // Behind it stands the page of whoever holds a code: a gift to the member's own address needs none.
  routes.showSignedIn('/gifts/received/:id', async (visit) => {
    const giftId = giftIdOf(visit);
    if (giftId === null) return notThere(visit);
    keepNamed(visit, parts, { giftId });
    return visit.go('/gift/open');
  });
  registerActs(routes, parts);
}

function registerActs(routes: MemberRoutes, parts: GiftSiteParts): void {
  const { gifts } = parts;
  const act = (
    name: string,
    done: SentDone,
    deed: (
      visit: MemberVisit,
      session: MemberSession,
      giftId: bigint,
    ) => Promise<GiftAnswer<SentGift>>,
  ): void =>
    routes.takeSignedIn(
      `/gifts/sent/:id/${name}`,
      async (visit, session) => {
        const giftId = giftIdOf(visit);
        if (giftId === null) return notThere(visit);
        const answer = await deed(visit, session, giftId);
        if (answer.ok) return visit.go(`/gifts/sent/${giftId}?done=${done}`);
        const shown = await findShown(parts, visit, session, answer);
        return shown === null ? notThere(visit) : visit.page(sentPage(shown));
      },
      '/gifts',
    );
  act('cancel', 'cancelled', (_visit, { member }, giftId) => gifts.cancel(member.memberId, giftId));
  act('resend', 'resent', (_visit, { member }, giftId) => gifts.resend(member.memberId, giftId));
  act('address', 'corrected', ({ form, from }, session, giftId) => {
    const to = (form.get('to') ?? '').trim().slice(0, 254);
    return gifts.correctAddress(session, { giftId, to }, from);
  });
  act('confirm', 'confirmed', (_visit, session, giftId) => gifts.confirm(session, giftId));
  act('repair', 'repaired', ({ form }, session, giftId) =>
    gifts.repair(session, giftId, idOf(form.get('method')) ?? 0n),
  );
}

async function findShown(
  parts: GiftSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  problem: GiftProblem | null,
): Promise<SentShown | null> {
  const { gifts, payments } = parts;
  const { memberId } = session.member;
  const giftId = giftIdOf(visit);
  const gift = giftId === null ? undefined : await gifts.findSent(memberId, giftId);
  if (gift === undefined) return null;
  const events = await gifts.history(memberId, { giftId: gift.giftId, before: null });
  const code = await gifts.shareCode(session, gift.giftId);
  return {
    ...shownFor(visit, problem),
    stepUp: stepUpFor(gift),
    gift,
    events,
    methods: await payments.methods(memberId),
    catalogue: parts.catalogue(),
    code: code.ok ? code.value : null,
    isCodeHidden: !code.ok && code.refusal === 'fresh_factor_needed',
    origin: publicOrigin(parts.publicUrl, visit.request),
    done: null,
  };
}

/**
 * Where a fresh factor is shown for this gift; from there it goes back to one of its pages. The word for a claim asks
 * for one that was shown behind it.
 */
function stepUpFor({ giftId, amountMinor, state, claimedAt }: SentGift, page = ''): string {
  const bound = state === 'claimed' && claimedAt !== null ? { after: claimedAt } : {};
  const next = `/gifts/sent/${giftId}${page}`;
  return stepUpPlace({ act: 'send_gift', amountMinor, ...bound, next });
}

function giftIdOf({ request }: MemberVisit): bigint | null {
  return idOf((request.params as { readonly id?: unknown }).id);
}

function beforeOf({ request }: MemberVisit): bigint | null {
  return idOf((request.query as { readonly before?: unknown }).before);
}

/** Somebody else's gift and none at all are one answer. */
export function notThere({ reply }: MemberVisit): FastifyReply {
  reply.callNotFound();
  return reply;
}
