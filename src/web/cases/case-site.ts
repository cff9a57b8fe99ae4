import type { FastifyInstance, FastifyReply } from 'fastify';
import { readCaseNumber, type Cases } from '../../cases/index.ts';
import type { GuessThrottle } from '../../clients/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyRing, Random } from '../../kernel/crypto.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Members, MemberSession } from '../../members/index.ts';
import { readNoticeNumber } from '../../notices/index.ts';
import type { Catalogue } from '../../programmes/index.ts';
import { errorPage } from '../balance-pages.ts';
import { readForms } from '../forms.ts';
import { memberRoutes } from '../members/member-routes.ts';
import { stepUpPlace } from '../members/step-up-place.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { tellBrokenPages, underEachHome, visitorOf } from '../site-frame.ts';
import { keepSealed, readSealed, visitOf } from '../visit.ts';
import { caseListPage, casePage, overPage, stoppedPage, type LiftProblem } from './case-pages.ts';
import { notMeByNoticePage, notMePage, takenPage, type NotMeProblem } from './not-me-pages.ts';

export interface CaseSiteParts {
  readonly cases: Cases;
  readonly members: Members;
  readonly guesses: GuessThrottle;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  catalogue(): Catalogue;
}

/** The case that was just opened, for the page behind the button: its member is signed out by then. */
const STOPPED = 'kinken_stopped';

/** That the number of a message was taken, for the page behind the form; nothing of whose it is. */
const TAKEN = 'kinken_taken';

interface Stopped {
  readonly memberId: string;
  readonly number: string;
  readonly isNew: boolean;
}

/** "That was not me", and the cases of a member. The pages work without JavaScript. */
export function caseSite(parts: CaseSiteParts) {
  return (server: FastifyInstance, _options: unknown, done: () => void): void => {
    readForms(server);
    tellBrokenPages(server, parts.log);
    underEachHome((home, language) => {
      const routes = memberRoutes(server, parts, home, language);
      registerNotMe(routes, parts);
      registerCases(routes, parts);
    });
    done();
  };
}

function registerNotMe(routes: MemberRoutes, parts: CaseSiteParts): void {
  routes.show('/not-me', (visit) => showNotMe(parts, visit, null));
  routes.take('/not-me', (visit) => takeNotMe(parts, visit), '/not-me');
  routes.show('/not-me/taken', async (visit) => {
    const kept = readSealed(visit.request, parts.keyRing, TAKEN, parts.clock.now());
    return kept === undefined ? visit.go('/not-me') : visit.page(takenPage(visit.locale));
  });
  routes.show('/not-me/stopped', async (visit) => {
    const { locale, request } = visit;
    const kept = readSealed<Stopped>(request, parts.keyRing, STOPPED, parts.clock.now());
    const story = kept && (await parts.cases.read(kept));
    if (kept === undefined || story == null) return visit.page(overPage(locale));
    const { isNew } = kept;
    return visit.page(stoppedPage({ locale, story, isNew, catalogue: parts.catalogue() }));
  });
}

interface Asked {
  readonly from?: unknown;
  readonly notice?: unknown;
  readonly form?: unknown;
}

async function showNotMe(
  parts: CaseSiteParts,
  visit: MemberVisit,
  refused: { readonly problem: NotMeProblem; readonly retryAfterMs?: number } | null,
): Promise<FastifyReply> {
  const { locale, request, form } = visit;
  const { from, notice, form: isRefused } = request.query as Asked;
  const { token } = visit.shown(null);
  const problem = refused?.problem ?? (isRefused === 'refused' ? 'form' : null);
  const retryAfterMs = refused?.retryAfterMs ?? 0;
  const shown = { locale, token, problem, retryAfterMs };
  const session = await parts.members.find(request.headers.cookie);
  if (session === undefined) {
    const typed = form.get('notice') ?? (typeof notice === 'string' ? notice : '');
    return visit.page(notMeByNoticePage({ ...shown, notice: typed.slice(0, 40) }));
  }
  visit.keep(session.cookies);
  const earlier = await parts.cases.list(session.member.memberId);
  const by = from === 'password' ? 'password_change' : 'account';
  return visit.page(notMePage({ ...shown, by, earlier }));
}

async function takeNotMe(parts: CaseSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const session = await parts.members.find(visit.request.headers.cookie);
  return session === undefined ? takeByNotice(parts, visit) : takeByMember(parts, visit, session);
}

async function takeByMember(
  { cases, members, keyRing, clock }: CaseSiteParts,
  visit: MemberVisit,
  { member: { memberId } }: MemberSession,
): Promise<FastifyReply> {
  const { form, request, reply, from } = visit;
  const by = form.get('by') === 'password_change' ? 'password_change' : 'account';
  const notMe = { memberId, by, actor: 'member', words: form.get('words') } as const;
  const opened = await cases.notMe(notMe);
  if (opened === undefined) return visit.go('/not-me');
  visit.keep((await members.signOut(from)).cookies); // its session is over: no page is to look like a member's
  const value: Stopped = { memberId, ...opened };
  keepSealed(request, reply, keyRing, { name: STOPPED, value, now: clock.now() });
  return visit.go('/not-me/stopped');
}

/** Wrong numbers cost, as codes do (R32). */
async function takeByNotice(parts: CaseSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const { request, reply, form } = visit;
  const number = readNoticeNumber(form.get('notice') ?? '');
  if (number === null) return showNotMe(parts, visit, { problem: 'number' });
  const visitor = visitorOf(request, visitOf(request, reply, parts));
  const retryAfterMs = parts.guesses.admit(visitor);
  if (retryAfterMs > 0) {
    reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
    return showNotMe(parts, visit, { problem: 'often', retryAfterMs });
  }
  let isMiss = false;
  try {
    const answer = await parts.cases.byNotice(number);
    isMiss = answer !== 'taken';
    if (answer !== 'taken') return await showNotMe(parts, visit, { problem: answer });
    keepSealed(request, reply, parts.keyRing, { name: TAKEN, value: {}, now: parts.clock.now() });
    return visit.go('/not-me/taken');
  } finally {
    parts.guesses.settle(visitor, isMiss);
  }
}

function registerCases(routes: MemberRoutes, parts: CaseSiteParts): void {
  routes.showSignedIn('/account/cases', async (visit, { member }) =>
    visit.page(caseListPage(visit.locale, await parts.cases.list(member.memberId))),
  );
  routes.showSignedIn('/account/cases/:number', (visit, session) =>
    showCase(parts, visit, session, problemAsked(visit)),
  );
  routes.takeSignedIn(
    '/account/cases/:number/lift',
    (visit, session) => lift(parts, visit, session),
    '/account/cases',
  );
}

/** The step-up page comes back here with nothing; a form that was not ours, with a word. */
function problemAsked({ request }: MemberVisit): LiftProblem | null {
  const { form } = request.query as Asked;
  return form === 'refused' ? 'form' : null;
}

function numberOf({ request }: MemberVisit): string {
  const { number = '' } = request.params as { readonly number?: string };
  return readCaseNumber(number) ?? '';
}

async function showCase(
  parts: CaseSiteParts,
  visit: MemberVisit,
  { member: { memberId } }: MemberSession,
  problem: LiftProblem | null,
): Promise<FastifyReply> {
  const { locale, request } = visit;
  const story = await parts.cases.read({ memberId, number: numberOf(visit) });
  if (story === null) return visit.page(errorPage(locale, 404));
  const { done } = request.query as { readonly done?: unknown };
  const isLifted = done === 'lifted' && story.record.liftedAt !== null;
  const catalogue = parts.catalogue();
  const form = visit.shown(null);
  return visit.page(casePage({ locale, story, catalogue, form, problem, isLifted }));
}

async function lift(
  parts: CaseSiteParts,
  visit: MemberVisit,
  session: MemberSession,
): Promise<FastifyReply> {
  const number = numberOf(visit);
  const lifted = await parts.cases.lift(session, number);
  if (!lifted.ok) return showCase(parts, visit, session, lifted.refusal);
  if (lifted.value.state === 'fresh') return visit.go(`/account/cases/${number}?done=lifted`);
  if (lifted.value.state === 'too_weak') return showCase(parts, visit, session, 'too_weak');
  return visit.go(stepUpPlace({ act: 'unfreeze', next: `/account/cases/${number}` }));
}
