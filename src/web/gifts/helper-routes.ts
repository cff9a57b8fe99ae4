import type { FastifyReply } from 'fastify';
import type { MemberSession } from '../../members/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { stepUpPlace } from '../members/step-up-place.ts';
import { shownFor, type GiftProblem, type GiftSiteParts, type HelpedSender } from './gift-parts.ts';
import { emptySendForm, readGift, readSendForm, type SendForm } from './read-send-form.ts';
import { CHANGE_FIELD, confirmPage, sendPage } from './send-pages.ts';
import { GIFT_FORM_MAX } from './send-routes.ts';
import { notThere } from './sent-routes.ts';

const PLACE = '/helping/:helper/gift';

/** A helper sends from the account of whoever is helped. Every page asks anew whether that still holds. */
export function registerHelperGifts(routes: MemberRoutes, parts: GiftSiteParts): void {
  routes.showSignedIn(PLACE, async (visit, session) => {
    const helped = await helpedHere(parts, visit, session);
    if (helped === undefined) return notThere(visit);
    const form = { ...emptySendForm(parts.random, visit.locale), senderName: helped.name };
    return showForm(parts, visit, helped, { form, problem: null });
  });
  routes.takeSignedIn(
    PLACE,
    async (visit, session) => {
      const helped = await helpedHere(parts, visit, session);
      return helped === undefined ? notThere(visit) : confirm(parts, visit, session, helped);
    },
    '/helping',
    GIFT_FORM_MAX,
  );
  routes.takeSignedIn(
    `${PLACE}/now`,
    async (visit, session) => {
      const helped = await helpedHere(parts, visit, session);
      return helped === undefined ? notThere(visit) : sendNow(parts, visit, session, helped);
    },
    '/helping',
    GIFT_FORM_MAX,
  );
}

interface Helped extends HelpedSender {
  readonly memberId: string;
}

async function helpedHere(
  { wallets }: GiftSiteParts,
  { request }: MemberVisit,
  { member }: MemberSession,
): Promise<Helped | undefined> {
  const { helper } = request.params as { readonly helper?: string };
  const helping = await wallets?.helping(member.memberId, (helper ?? '').slice(0, 43));
  if (helping === undefined || helping.giveDayMaxMinor === 0n) return undefined;
  const left = (await wallets?.leftOfGivingDay(helping)) ?? 0n;
  return { ...helping, leftMinor: left > 0n ? left : 0n };
}

async function showForm(
  parts: GiftSiteParts,
  visit: MemberVisit,
  helping: Helped,
  { form, problem }: { readonly form: SendForm; readonly problem: GiftProblem | null },
): Promise<FastifyReply> {
  const methods = await parts.payments.methods(helping.memberId);
  const routes = parts.gifts.routes();
  const shown = { ...shownFor(visit, problem), form, routes, methods, helping };
  return visit.page(sendPage({ ...shown, catalogue: parts.catalogue() }));
}

/** Only mail, and at once, whatever a form says. */
function formOf({ form }: MemberVisit): SendForm {
  return { ...readSendForm(form), channel: 'mail', when: 'now', sendAt: '' };
}

async function confirm(
  parts: GiftSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  helping: Helped,
): Promise<FastifyReply> {
  const form = formOf(visit);
  if (visit.form.has(CHANGE_FIELD)) return showForm(parts, visit, helping, { form, problem: null });
  const read = readGift(form, parts.gifts.routes(), await parts.payments.methods(helping.memberId));
  if ('refusal' in read) return showForm(parts, visit, helping, { form, problem: read });
  const wrong = parts.gifts.judgeForm({ ...read.gift, picture: null });
  if (wrong !== null) return showForm(parts, visit, helping, { form, problem: wrong });
  const { amountMinor } = read.gift;
  const stepUp = await parts.members.stepUp(session, { act: 'send_gift', amountMinor });
  if (stepUp.state !== 'fresh') {
    const next = `/helping/${helping.helperId}/gift`;
    return visit.go(stepUpPlace({ act: 'send_gift', amountMinor, next }));
  }
  const catalogue = parts.catalogue();
  const shown = { ...shownFor(visit), form, read, catalogue, helping };
  return visit.page(confirmPage({ ...shown, now: parts.clock.now() }));
}

async function sendNow(
  parts: GiftSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  helping: Helped,
): Promise<FastifyReply> {
  const form = formOf(visit);
  const { memberId, helperId } = helping;
  const methods = await parts.payments.methods(memberId);
  const read = readGift(form, parts.gifts.routes(), methods);
  if ('refusal' in read) return confirm(parts, visit, session, helping);
  const gift = { ...read.gift, picture: null };
  const sent = await parts.gifts.sendAsHelper(session, { helperId, memberId, gift }, visit.from);
  if (sent.ok) return visit.go(`/helping/${helperId}?done=gave`);
  if (sent.refusal === 'fresh_factor_needed') return confirm(parts, visit, session, helping);
  return showForm(parts, visit, helping, { form, problem: sent });
}
