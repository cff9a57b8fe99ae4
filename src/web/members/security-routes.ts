import type { FastifyReply } from 'fastify';
import type { MemberAnswer, MemberSession, NotDone } from '../../members/index.ts';
import { keepSealed, readSealed } from '../visit.ts';
import {
  refuse,
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';
import { PASSKEY_BYTES_MAX } from './passkey-form.ts';
import {
  addressCodePage,
  AUTHENTICATOR,
  phoneCodePage,
  SECURITY_DONE,
  securityPage,
  type SecurityDone,
} from './security-pages.ts';
import { stepUpPlace } from './step-up-place.ts';

const HERE = '/account/security';
/** The key of an authenticator that is being set, for the page behind the form. */
const BEGUN = 'kinken_authenticator';

/** begun: an authenticator, whose key is shown further down the page. */
type Acted = (
  visit: MemberVisit,
  session: MemberSession,
) => Promise<MemberAnswer<SecurityDone | 'begun' | null>>;

export function registerSecurity(routes: MemberRoutes, parts: MemberSiteParts): void {
  routes.showSignedIn(HERE, async (visit, session) => {
    const { done } = visit.request.query as { readonly done?: unknown };
    const known = SECURITY_DONE.find((each) => each === done) ?? null;
    return showSecurity(parts, visit, session, { problem: refusedForm(visit), done: known });
  });
  const take = (place: string, act: Acted): void =>
    routes.takeSignedIn(
      place,
      async (visit, session) => {
        const answer = await act(visit, session);
        if (!answer.ok) return refuseChange(parts, visit, session, answer);
        visit.keep(answer.cookies);
        if (answer.value === 'begun') return visit.go(`${HERE}#${AUTHENTICATOR}`);
        return visit.go(answer.value === null ? HERE : `${HERE}?done=${answer.value}`);
      },
      HERE,
      PASSKEY_BYTES_MAX,
    );
  registerFactors(take, parts);
  registerPasskeys(take, parts);
  registerLimit(take, parts);
  registerAddress(routes, parts);
  registerPhone(routes, take, parts);
}

function registerFactors(take: (place: string, act: Acted) => void, parts: MemberSiteParts): void {
  const { members } = parts;
  take('/account/password', async ({ form, from }, session) => {
    const given = { current: form.get('current') ?? '', next: form.get('next') ?? '' };
    return saying(await members.changePassword(session, given, from), 'passwordChanged');
  });
  take('/account/authenticator', (visit, session) => begin(parts, visit, session));
  take('/account/authenticator/confirm', async ({ form, from }, session) =>
    saying(await members.confirmSecondFactor(session, form.get('code') ?? '', from), 'totpSetDone'),
  );
  take('/account/authenticator/remove', async ({ form, from }, session) => {
    const given = { password: form.get('password') ?? '', code: form.get('code') ?? '' };
    return saying(await members.removeSecondFactor(session, given, from), 'totpRemoved');
  });
}

function registerPasskeys(
  take: (place: string, act: Acted) => void,
  { members }: MemberSiteParts,
): void {
  take('/account/passkeys', async ({ form, from, ceremony }, session) => {
    if (ceremony === null) return { ok: true, value: null, cookies: [] };
    const given = { credential: form.get('credential') ?? '', name: form.get('name') ?? '' };
    return saying(await members.addPasskey(session, { ...given, ceremony }, from), 'passkeyAdded');
  });
  take('/account/passkeys/remove', async ({ form, from }, session) =>
    saying(await members.removePasskey(session, form.get('passkey') ?? '', from), 'passkeyRemoved'),
  );
  take('/account/changes/stop', async ({ form, from }, session) =>
    saying(await members.cancelChange(session, form.get('change') ?? '', from), 'changeStopped'),
  );
}

function registerLimit(
  take: (place: string, act: Acted) => void,
  { members }: MemberSiteParts,
): void {
  take('/account/limit', async ({ form, from }, session) => {
    const typed = (form.get('limit') ?? '').normalize('NFKC').replaceAll(/[,\s]/g, '');
    const limit = /^[0-9]{1,9}$/.test(typed) ? BigInt(typed) : -1n;
    const answer = await members.changeDayLimit(session, limit, from);
    if (!answer.ok) return answer;
    return { ...answer, value: answer.value === 'waits' ? 'limitWaits' : 'limitLowered' };
  });
}

function registerAddress(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
  routes.takeSignedIn(
    '/account/address',
    async (visit, session) => {
      const answer = await members.beginAddressChange(session, visit.form.get('email') ?? '');
      if (!answer.ok) return refuseChange(parts, visit, session, answer);
      visit.keep(answer.cookies);
      return visit.go('/account/address/code');
    },
    HERE,
  );
  routes.showSignedIn('/account/address/code', async (visit) => {
    const email = await members.codeWaits('new_address', visit.from);
    if (email === undefined) return visit.go(HERE);
    return visit.page(addressCodePage({ ...visit.shown(refusedForm(visit)), email }));
  });
  routes.takeSignedIn(
    '/account/address/code',
    async (visit, session) => {
      const { form, from } = visit;
      const answer = await members.proveAddressChange(session, form.get('code') ?? '', from);
      if (answer.ok) {
        visit.keep(answer.cookies);
        return visit.go(`${HERE}?done=addressWaits`);
      }
      const email = await members.codeWaits('new_address', from);
      if (email === undefined) return refuseChange(parts, visit, session, answer);
      return refuse(visit, answer, addressCodePage({ ...visit.shown(answer), email }));
    },
    '/account/address/code',
  );
}

function registerPhone(
  routes: MemberRoutes,
  take: (place: string, act: Acted) => void,
  parts: MemberSiteParts,
): void {
  const { members } = parts;
  const there = '/account/phone/code';
  routes.takeSignedIn(
    '/account/phone',
    async (visit, session) => {
      const answer = await members.beginPhone(session, visit.form.get('phone') ?? '');
      if (!answer.ok) return refuseChange(parts, visit, session, answer);
      visit.keep(answer.cookies);
      return visit.go(there);
    },
    HERE,
  );
  routes.showSignedIn(there, async (visit, session) => {
    const phone = await members.phoneWaits(session, visit.from);
    if (phone === undefined) return visit.go(HERE);
    return visit.page(phoneCodePage({ ...visit.shown(refusedForm(visit)), phone }));
  });
  routes.takeSignedIn(
    there,
    async (visit, session) => {
      const { form, from } = visit;
      const answer = await members.provePhone(session, form.get('code') ?? '', from);
      if (answer.ok) {
        visit.keep(answer.cookies);
        return visit.go(`${HERE}?done=${answer.value === 'set' ? 'phoneSet' : 'phoneWaits'}`);
      }
      const phone = await members.phoneWaits(session, from);
      if (phone === undefined || answer.refusal === 'phone_in_use') {
        return refuseChange(parts, visit, session, answer);
      }
      return refuse(visit, answer, phoneCodePage({ ...visit.shown(answer), phone }));
    },
    there,
  );
  take('/account/phone/remove', async ({ from }, session) =>
    saying(await members.removePhone(session, from), 'phoneWaits'),
  );
}

function saying(answer: MemberAnswer, done: SecurityDone): MemberAnswer<SecurityDone | null> {
  return answer.ok ? { ...answer, value: done } : answer;
}

/** Who has to show a factor first is sent to do so, and comes back here. */
async function refuseChange(
  parts: MemberSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  answer: NotDone,
): Promise<FastifyReply> {
  if (answer.refusal === 'step_up_needed') {
    return visit.go(stepUpPlace({ act: 'security', next: HERE }));
  }
  return showSecurity(parts, visit, session, { problem: answer, done: null });
}

interface SecuritySaid {
  readonly problem: NotDone | 'form' | null;
  readonly done: SecurityDone | null;
}

async function showSecurity(
  { members, keyRing, clock }: MemberSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  { problem, done }: SecuritySaid,
): Promise<FastifyReply> {
  const { member } = session;
  const { ceremony } = visit;
  const kept = readSealed<Begun>(visit.request, keyRing, BEGUN, clock.now());
  const page = securityPage({
    ...visit.shown(problem),
    member,
    done,
    begun: kept?.memberId === member.memberId ? kept : null,
    passkeys: await members.passkeys(session),
    make: ceremony === null ? null : await members.askToMakePasskey(session, ceremony),
    isPasswordAsked: await members.isPasswordAsked(session),
    phone: await members.phone(member.memberId),
    limit: await members.limits(member.memberId),
    waiting: await members.waitingChanges(session),
  });
  return typeof problem === 'object' && problem !== null
    ? refuse(visit, problem, page)
    : visit.page(page);
}

interface Begun {
  readonly memberId: string;
  readonly key: string;
  readonly uri: string;
}

async function begin(
  { members, keyRing, clock }: MemberSiteParts,
  { request, reply, form }: MemberVisit,
  session: MemberSession,
): Promise<MemberAnswer<'begun'>> {
  const answer = await members.beginSecondFactor(session, form.get('password') ?? '');
  if (!answer.ok) return answer;
  const value: Begun = { memberId: session.member.memberId, ...answer.value };
  keepSealed(request, reply, keyRing, { name: BEGUN, value, now: clock.now() });
  return { ok: true, value: 'begun', cookies: [] };
}
