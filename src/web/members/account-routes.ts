import type { FastifyReply } from 'fastify';
import type { MemberAnswer, MemberSession, NotDone } from '../../members/index.ts';
import { accountPage, historyPage } from './account-pages.ts';
import {
  refuse,
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';
import { findRequest } from './request-routes.ts';

const PAGE = 50;

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
    '/account/language',
    ({ locale }, session) => members.changeLanguage(session, locale),
    '/account',
  );
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
}

async function showAccount(
  parts: MemberSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  problem: NotDone | 'form' | null,
): Promise<FastifyReply> {
  const { members } = parts;
  const devices = await members.devices(session);
  const request = await findRequest(parts, session);
  const waiting = await members.waitingChanges(session);
  const isStopped = await members.isHeld(session.member.memberId);
  const isMailStopped = (await parts.inbox.stoppedSince(session.member.email)) !== null;
  const page = accountPage({
    ...visit.shown(problem),
    session,
    request,
    devices,
    waiting,
    isStopped,
    isMailStopped,
  });
  return typeof problem === 'object' && problem !== null
    ? refuse(visit, problem, page)
    : visit.page(page);
}

function beforeOf({ request }: MemberVisit): bigint | null {
  const { before } = request.query as { readonly before?: unknown };
  return typeof before === 'string' && /^[1-9][0-9]{0,17}$/.test(before) ? BigInt(before) : null;
}
