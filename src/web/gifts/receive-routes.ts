import type { FastifyReply } from 'fastify';
import type { Claimant, GiftNamed, OpenedGift } from '../../gifts/index.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import { networkOf } from '../../kernel/network-of.ts';
import { keepSealed, readSealed } from '../visit.ts';
import { sendPicture } from '../pictures/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { shownFor, type GiftProblem, type GiftSiteParts } from './gift-parts.ts';
import { claimantOf, keepNamed, readNamed } from './named-gift.ts';
import { codePage, declinedPage, openedPage, reportedPage } from './receive-pages.ts';
import { notThere } from './sent-routes.ts';

/** To look at a gift, and to claim it: with a code, or as the member to whose address it was sent. */
export function registerReceive(routes: MemberRoutes, parts: GiftSiteParts): void {
  const { gifts } = parts;
  routes.show('/gift', async (visit) => {
    const { form } = visit.request.query as { readonly form?: unknown };
    return visit.page(codePage(shownFor(visit, form === 'refused' ? 'form' : null)));
  });
  routes.take(
    '/gift',
    async (visit) => {
      const named = { code: (visit.form.get('code') ?? '').slice(0, 200) };
      const claimant = await claimantOf(visit, parts);
      const opened = await gifts.open(named, claimant);
      if (!opened.ok) return refusedCode(visit, opened);
      await gifts.noteOpened(named, claimant);
      keepNamed(visit, parts, named);
      return visit.go('/gift/open');
    },
    '/gift',
  );
  routes.show('/gift/open', async (visit) => {
    const named = readNamed(visit, parts);
    if (named === null) return visit.go('/gift');
    const claimant = await claimantOf(visit, parts);
    const opened = await gifts.open(named, claimant);
    if (!opened.ok) return refusedCode(visit, opened);
    if (isLookedAt(visit)) await gifts.noteOpened(named, claimant);
    keepNamed(visit, parts, named);
    const { form } = visit.request.query as { readonly form?: unknown };
    const problem = form === 'refused' ? 'form' : null;
    return showOpened(parts, visit, { gift: opened.value, claimant, problem });
  });
  routes.take('/gift/claim', (visit) => claim(parts, visit), '/gift/open');
  routes.take('/gift/decline', (visit) => decline(parts, visit), '/gift/open');
  routes.take('/gift/report', (visit) => report(parts, visit), '/gift/open');
  routes.show('/gift/reported', async (visit) => {
    const kept = readSealed<Reported>(visit.request, parts.keyRing, REPORTED, parts.clock.now());
    if (kept === undefined) return visit.go('/gift');
    return visit.page(reportedPage({ ...shownFor(visit), number: kept.number }));
  });
  routes.show('/gift/declined', async (visit) => {
    const kept = readSealed(visit.request, parts.keyRing, DECLINED, parts.clock.now());
    return kept === undefined ? visit.go('/gift') : visit.page(declinedPage(shownFor(visit)));
  });
  routes.show('/gift/picture', async (visit) => {
    const named = readNamed(visit, parts);
    const opened = named && (await gifts.open(named, await claimantOf(visit, parts)));
    const has = opened?.ok === true && opened.value.hasPicture;
    const picture = has ? await gifts.picture(opened.value.giftId) : undefined;
    return picture === undefined ? notThere(visit) : sendPicture(visit.reply, picture);
  });
  // A link takes nothing and notes nothing: programs follow it too. The code leaves the address at once.
  routes.show('/gift/:code', async (visit) => {
    const { code = '' } = visit.request.params as { readonly code?: string };
    keepNamed(visit, parts, { code: code.slice(0, 200) });
    return visit.go('/gift/open');
  });
}

/** A person's browser says that it shows a page; what only fetches a link does not come back with the cookie, or says nothing. */
function isLookedAt({ request }: MemberVisit): boolean {
  return request.headers['sec-fetch-dest'] === 'document';
}

function refusedCode(visit: MemberVisit, problem: Exclude<GiftProblem, 'form'>): FastifyReply {
  if ('retryAfterMs' in problem && (problem.retryAfterMs ?? 0) > 0) {
    visit.reply.header('retry-after', Math.ceil((problem.retryAfterMs ?? 0) / 1_000));
  }
  return visit.page(codePage(shownFor(visit, problem)));
}

async function showOpened(
  parts: GiftSiteParts,
  visit: MemberVisit,
  {
    gift,
    claimant,
    problem,
  }: {
    readonly gift: OpenedGift;
    readonly claimant: Claimant;
    readonly problem: GiftProblem | null;
  },
): Promise<FastifyReply> {
  const isThere = gift.isMine && gift.isIssued;
  const value = isThere ? await parts.gifts.collect(gift.giftId, claimant) : null;
  return visit.page(
    openedPage({
      ...shownFor(visit, problem),
      gift,
      value: value?.ok === true ? value.value : null,
      catalogue: parts.catalogue(),
      isSignedIn: claimant.session !== null,
    }),
  );
}

async function claim(parts: GiftSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const named = readNamed(visit, parts);
  if (named === null) return visit.go('/gift');
  const claimant = await claimantOf(visit, parts);
  const claimed = await parts.gifts.claim(named, claimant);
  if (claimed.ok) {
    keepNamed(visit, parts, named);
    return visit.go('/gift/open');
  }
  return again(parts, visit, { named, claimant, problem: claimed });
}

async function decline(parts: GiftSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const named = readNamed(visit, parts);
  if (named === null) return visit.go('/gift');
  const claimant = await claimantOf(visit, parts);
  const declined = await parts.gifts.declineSender(named, claimant);
  if (!declined.ok) return again(parts, visit, { named, claimant, problem: declined });
  const kept = { name: DECLINED, value: {}, now: parts.clock.now() };
  keepSealed(visit.request, visit.reply, parts.keyRing, kept);
  return visit.go('/gift/declined');
}

/** The gift as it is, with what was wrong. */
async function again(
  parts: GiftSiteParts,
  visit: MemberVisit,
  {
    named,
    claimant,
    problem,
  }: {
    readonly named: GiftNamed;
    readonly claimant: Claimant;
    readonly problem: Exclude<GiftProblem, 'form'>;
  },
): Promise<FastifyReply> {
  const opened = await parts.gifts.open(named, claimant);
  if (!opened.ok) return refusedCode(visit, problem);
  return showOpened(parts, visit, { gift: opened.value, claimant, problem });
}

const REPORTED = 'kinken_gift_reported';
const DECLINED = 'kinken_gift_declined';

interface Reported {
  readonly number: string | null;
}

/** The desk reads either. */
function inBoth(say: (locale: Locale) => string): string {
  return `${say('ja')} / ${say('en')}`;
}

/** The words as they stand in the gift, not as a form says: nobody can report what was not written. */
async function report(parts: GiftSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const named = readNamed(visit, parts);
  const opened = named && (await parts.gifts.open(named, await claimantOf(visit, parts)));
  if (!opened?.ok) return visit.go('/gift');
  const { giftId, issuerId, words, hasPicture } = opened.value;
  const { email, helped } = await parts.gifts.writerOf(giftId);
  const picture = hasPicture ? await parts.gifts.picture(giftId) : undefined;
  const reported = await parts.report({
    issuerId,
    productId: null, // the sender is what is wrong, not what is sold
    sellerId: null,
    reporter: networkOf(visit.request.ip),
    verdict: 'cannot_tell',
    reasons: [],
    hosts: [],
    seen: {
      // By the name alone nobody at the desk would find whose words these are.
      sender:
        [
          words?.senderName,
          email && `<${email}>`,
          helped && `(${inBoth((locale) => textOf(locale, 'gifts.abuse.helper', { helped }))})`,
        ]
          .filter(Boolean)
          .join(' ') || null,
      subject: inBoth((locale) => textOf(locale, 'gifts.abuse.subject', { gift: String(giftId) })),
      text: words?.message ?? '',
      links: [],
    },
    contact: null,
    picture: picture?.mediaType === 'image/jpeg' ? picture.bytes : null,
  });
  const value: Reported = { number: reported?.number ?? null };
  const now = parts.clock.now();
  keepSealed(visit.request, visit.reply, parts.keyRing, { name: REPORTED, value, now });
  return visit.go('/gift/reported');
}
