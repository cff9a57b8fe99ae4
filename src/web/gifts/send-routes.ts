import type { FastifyReply } from 'fastify';
import type { GiftNotDone } from '../../gifts/index.ts';
import type { MemberSession } from '../../members/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { stepUpPlace } from '../members/step-up-place.ts';
import { fileOf, PICTURE_UPLOAD_MAX } from '../pictures/index.ts';
import { keepSealed, readSealed, setCookie } from '../visit.ts';
import { shownFor, type GiftProblem, type GiftSiteParts } from './gift-parts.ts';
import { emptySendForm, readGift, readSendForm, type SendForm } from './read-send-form.ts';
import { CHANGE_FIELD, confirmPage, sendPage } from './send-pages.ts';

/** A message of 500 signs is several kilobytes as a form. */
export const GIFT_FORM_MAX = 32 * 1024;

/** To send: the form, all of it once more, and then the deed. Only the last one changes anything. */
export function registerSend(routes: MemberRoutes, parts: GiftSiteParts): void {
  routes.showSignedIn('/gifts/send', (visit, session) => {
    const { form: refused } = visit.request.query as { readonly form?: unknown };
    const { memberId, name } = session.member;
    const kept = readSealed<Draft>(visit.request, parts.keyRing, DRAFT, parts.clock.now());
    const draft = kept?.memberId === memberId ? kept.form : undefined;
    const form = { ...emptySendForm(parts.random, visit.locale), senderName: name, ...draft };
    return showForm(parts, visit, {
      session,
      form,
      problem: refused === 'refused' ? 'form' : null,
    });
  });
  routes.takeSignedIn(
    '/gifts/send',
    (visit, session) => {
      if (!visit.form.has(CHANGE_FIELD)) return confirm(parts, visit, session, null);
      const form = readSendForm(visit.form);
      return showForm(parts, visit, { session, form, problem: null });
    },
    '/gifts/send',
    GIFT_FORM_MAX,
  );
  routes.takeSignedIn(
    '/gifts/send/now',
    (visit, session) => sendNow(parts, visit, session),
    '/gifts/send',
    PICTURE_UPLOAD_MAX,
  );
}

async function showForm(
  parts: GiftSiteParts,
  visit: MemberVisit,
  {
    session,
    form,
    problem,
  }: {
    readonly session: MemberSession;
    readonly form: SendForm;
    readonly problem: GiftProblem | null;
  },
): Promise<FastifyReply> {
  return visit.page(
    sendPage({
      ...shownFor(visit, problem),
      form,
      routes: parts.gifts.routes(),
      methods: await parts.payments.methods(session.member.memberId),
      catalogue: parts.catalogue(),
    }),
  );
}

async function confirm(
  parts: GiftSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  problem: GiftProblem | null,
): Promise<FastifyReply> {
  const form = readSendForm(visit.form);
  const methods = await parts.payments.methods(session.member.memberId);
  const read = readGift(form, parts.gifts.routes(), methods);
  if ('refusal' in read) return showForm(parts, visit, { session, form, problem: read });
  const wrong = parts.gifts.judgeForm({ ...read.gift, picture: null });
  if (wrong !== null) return showForm(parts, visit, { session, form, problem: wrong });
  const stepUp = await stepUpFor(parts, visit, {
    session,
    form,
    amountMinor: read.gift.amountMinor,
  });
  if (stepUp !== null) return stepUp;
  const now = parts.clock.now();
  const catalogue = parts.catalogue();
  return visit.page(confirmPage({ ...shownFor(visit, problem), form, read, catalogue, now }));
}

async function sendNow(
  parts: GiftSiteParts,
  visit: MemberVisit,
  session: MemberSession,
): Promise<FastifyReply> {
  const form = readSendForm(visit.form);
  const { memberId } = session.member;
  const methods = await parts.payments.methods(memberId);
  const read = readGift(form, parts.gifts.routes(), methods);
  if ('refusal' in read) return confirm(parts, visit, session, null);
  const file = fileOf(visit.form);
  if (file !== null) {
    // To draw a picture costs seconds: whoever may not send has none drawn.
    const { amountMinor } = read.gift;
    const stepUp = await stepUpFor(parts, visit, { session, form, amountMinor });
    if (stepUp !== null) return stepUp;
    const refused = await parts.gifts.judge(session, { ...read.gift, picture: null });
    if (refused !== null) return notSent(parts, visit, { session, form, refused });
  }
  const picture = file === null ? null : await parts.readPicture(file, memberId);
  if (picture !== null && 'refusal' in picture) return confirm(parts, visit, session, picture);
  const sent = await parts.gifts.send(session, { ...read.gift, picture }, visit.from);
  if (sent.ok) {
    setCookie(visit.request, visit.reply, DRAFT, '', 0);
    return visit.go(`/gifts/sent/${sent.value.giftId}?done=made`);
  }
  return notSent(parts, visit, { session, form, refused: sent });
}

function notSent(
  parts: GiftSiteParts,
  visit: MemberVisit,
  not: {
    readonly session: MemberSession;
    readonly form: SendForm;
    readonly refused: GiftNotDone;
  },
): Promise<FastifyReply> {
  const { session, form, refused: problem } = not;
  return IN_FORM.has(problem.refusal)
    ? showForm(parts, visit, { session, form, problem })
    : confirm(parts, visit, session, problem);
}

/** The form that waits in the browser while its sender shows a factor. */
const DRAFT = 'kinken_gift_draft';
interface Draft {
  readonly memberId: string;
  readonly form: Omit<SendForm, 'request'>;
}

/** As JSON; sealed and written for a cookie it is a third longer. */
const DRAFT_BYTES_MAX = 2_600;

/** Who has to show a factor does so before the confirmation, and finds the form again behind it. Null: go on. */
async function stepUpFor(
  parts: GiftSiteParts,
  visit: MemberVisit,
  asked: {
    readonly session: MemberSession;
    readonly form: SendForm;
    readonly amountMinor: bigint;
  },
): Promise<FastifyReply | null> {
  const { session, form, amountMinor } = asked;
  const judged = await parts.members.stepUp(session, { act: 'send_gift', amountMinor });
  if (judged.state === 'fresh') return null;
  if (Buffer.byteLength(JSON.stringify(form)) <= DRAFT_BYTES_MAX) {
    const { request: _, ...rest } = form; // the next form is another one
    const value: Draft = { memberId: session.member.memberId, form: rest };
    const now = parts.clock.now();
    keepSealed(visit.request, visit.reply, parts.keyRing, { name: DRAFT, value, now });
  }
  return visit.go(stepUpPlace({ act: 'send_gift', amountMinor, next: '/gifts/send' }));
}

/** What the sender has to write anew is said beside the form. */
const IN_FORM: ReadonlySet<string> = new Set([
  'address_not_valid',
  'words_too_long',
  'name_not_allowed',
  'link_not_allowed',
  'words_not_allowed',
  'time_not_valid',
  'amount_not_offered',
  'product_not_for_gifts',
  'tender_not_for_gifts',
  'tender_not_for_later',
  'request_id_reused',
]);
