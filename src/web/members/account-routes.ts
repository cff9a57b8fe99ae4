import type { FastifyReply } from 'fastify';
import type { MemberAnswer, MemberSession, NotDone } from '../../members/index.ts';
import { keepSealed, readSealed } from '../visit.ts';
import { accountPage, historyPage, securityPage, type SecurityDone } from './account-pages.ts';
import {
  refuse,
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';

const PAGE = 50;
/** The key of an authenticator that is being set, for the page behind the form. */
const BEGUN = 'kinken_authenticator';
const DONE: readonly SecurityDone[] = ['passwordChanged', 'totpSetDone', 'totpRemoved'];

export function registerAccount(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
  routes.showSignedIn('/account', (visit, session) =>
    showAccount(parts, visit, session, refusedForm(visit)),
  );
  registerActs(routes, parts);
  routes.showSignedIn('/account/history', async (visit, session) => {
    const signIns = await members.history(session, beforeOf(visit));
    return visit.page(historyPage({ ...visit.shown(null), signIns, pageSize: PAGE }));
  });
  routes.showSignedIn('/account/security', async (visit, session) => {
    const { done } = visit.request.query as { readonly done?: unknown };
    const known = DONE.find((each) => each === done) ?? null;
    return showSecurity(parts, visit, session, { problem: refusedForm(visit), done: known });
  });
}

function registerActs(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
  const onAccount = (
    place: string,
    act: (visit: MemberVisit, session: MemberSession) => Promise<MemberAnswer>,
    next: string,
  ): void =>
    routes.takeSignedIn(
      place,
      async (visit, session) => {
        const answer = await act(visit, session);
        if (!answer.ok) return showAccount(parts, visit, session, answer);
        visit.keep(answer.cookies);
        return visit.go(next);
      },
      '/account',
    );
  onAccount('/account/sign-out', ({ from }) => members.signOut(from), '/sign-in');
  onAccount(
    '/account/end-others',
    ({ from }, session) => members.endOthers(session, from),
    '/account',
  );
  onAccount(
    '/account/end-device',
    ({ form, from }, session) => members.endDevice(session, form.get('device') ?? '', from),
    '/account',
  );
  const onSecurity = (
    place: string,
    act: (visit: MemberVisit, session: MemberSession) => Promise<MemberAnswer>,
    done: SecurityDone | null,
  ): void =>
    routes.takeSignedIn(
      place,
      async (visit, session) => {
        const answer = await act(visit, session);
        if (!answer.ok) return showSecurity(parts, visit, session, { problem: answer, done: null });
        visit.keep(answer.cookies);
        return visit.go(done === null ? '/account/security' : `/account/security?done=${done}`);
      },
      '/account/security',
    );
  onSecurity(
    '/account/password',
    ({ form, from }, session) => {
      const given = { current: form.get('current') ?? '', next: form.get('next') ?? '' };
      return members.changePassword(session, given, from);
    },
    'passwordChanged',
  );
  onSecurity('/account/authenticator', (visit, session) => begin(parts, visit, session), null);
  onSecurity(
    '/account/authenticator/confirm',
    ({ form, from }, session) => members.confirmSecondFactor(session, form.get('code') ?? '', from),
    'totpSetDone',
  );
  onSecurity(
    '/account/authenticator/remove',
    ({ form, from }, session) => {
      const given = { password: form.get('password') ?? '', code: form.get('code') ?? '' };
      return members.removeSecondFactor(session, given, from);
    },
    'totpRemoved',
  );
}

async function showAccount(
  { members }: MemberSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  problem: NotDone | 'form' | null,
): Promise<FastifyReply> {
  const devices = await members.devices(session);
  const page = accountPage({ ...visit.shown(problem), session, devices });
  return typeof problem === 'object' && problem !== null
    ? refuse(visit, problem, page)
    : visit.page(page);
}

interface SecuritySaid {
  readonly problem: NotDone | 'form' | null;
  readonly done: SecurityDone | null;
}

async function showSecurity(
  { keyRing, clock }: MemberSiteParts,
  visit: MemberVisit,
  { member }: MemberSession,
  { problem, done }: SecuritySaid,
): Promise<FastifyReply> {
  const kept = readSealed<Begun>(visit.request, keyRing, BEGUN, clock.now());
  const begun = kept?.memberId === member.memberId ? kept : null;
  const page = securityPage({ ...visit.shown(problem), member, done, begun });
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
): Promise<MemberAnswer> {
  const answer = await members.beginSecondFactor(session, form.get('password') ?? '');
  if (!answer.ok) return answer;
  const value: Begun = { memberId: session.member.memberId, ...answer.value };
  keepSealed(request, reply, keyRing, { name: BEGUN, value, now: clock.now() });
  return { ok: true, value: undefined, cookies: [] };
}

function beforeOf({ request }: MemberVisit): bigint | null {
  const { before } = request.query as { readonly before?: unknown };
  return typeof before === 'string' && /^[1-9][0-9]{0,17}$/.test(before) ? BigInt(before) : null;
}
