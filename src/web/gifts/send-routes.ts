import type { FastifyReply } from 'fastify';
import { newSecret } from '../../kernel/crypto.ts';
import type { MemberSession } from '../../members/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { shownFor, type GiftProblem, type GiftSiteParts } from './gift-parts.ts';
import { readGift, readSendForm, SEND_FIELDS, type SendForm } from './read-send-form.ts';
import { PICTURE_UPLOAD_MAX } from './read-picture.ts';
import { confirmPage, sendPage } from './send-pages.ts';
import { fileOf } from './upload-form.ts';

/** A message of 500 signs is several kilobytes as a form. */
export const GIFT_FORM_MAX = 32 * 1024;

/** To send: the form, all of it once more, and then the deed. Only the last one changes anything. */
export function registerSend(routes: MemberRoutes, parts: GiftSiteParts): void {
  routes.showSignedIn('/gifts/send', (visit, session) => {
    const { form: refused } = visit.request.query as { readonly form?: unknown };
    const form = { ...emptyForm(parts), senderName: session.member.name };
    return showForm(parts, visit, {
      session,
      form,
      problem: refused === 'refused' ? 'form' : null,
    });
  });
  routes.takeSignedIn(
    '/gifts/send',
    (visit, session) => confirm(parts, visit, session, null),
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

function emptyForm({ random }: GiftSiteParts): SendForm {
  const empty = Object.fromEntries(Object.keys(SEND_FIELDS).map((name) => [name, '']));
  return { ...(empty as SendForm), request: newSecret(random) };
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
  if ('refusal' in read) {
    const { refusal } = read;
    const isOurs = refusal === 'time_not_valid' || refusal === 'request_id_reused';
    const why = isOurs ? ({ ok: false, refusal } as const) : { refusal };
    return showForm(parts, visit, { session, form, problem: why });
  }
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
  const methods = await parts.payments.methods(session.member.memberId);
  const read = readGift(form, parts.gifts.routes(), methods);
  if ('refusal' in read) return confirm(parts, visit, session, null);
  const file = fileOf(visit.form);
  const picture = file === null ? null : await parts.readPicture(file);
  if (picture !== null && 'refusal' in picture) return confirm(parts, visit, session, picture);
  const sent = await parts.gifts.send(session, { ...read.gift, picture }, visit.from);
  if (sent.ok) return visit.go(`/gifts/sent/${sent.value.giftId}?done=made`);
  if (IN_FORM.has(sent.refusal)) return showForm(parts, visit, { session, form, problem: sent });
  return confirm(parts, visit, session, sent);
}

/** What the sender has to write anew is said beside the form. */
const IN_FORM: ReadonlySet<string> = new Set([
  'address_not_valid',
  'words_too_long',
  'words_not_allowed',
  'time_not_valid',
  'amount_not_offered',
  'product_not_for_gifts',
  'tender_not_for_gifts',
  'request_id_reused',
]);
