import type { FastifyReply } from 'fastify';
import type { MemberAnswer, MemberSession, NotDone } from '../../members/index.ts';
import {
  refuse,
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';
import { PASSKEY_BYTES_MAX } from './passkey-form.ts';
import { stepUpPage } from './step-up-pages.ts';
import { readStepUp, stepUpPlace, type WantedStepUp } from './step-up-place.ts';

/** One page for every act that asks for a fresh factor; it comes back to where it was asked. */
export function registerStepUp(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
  routes.showSignedIn('/step-up', async (visit, session) =>
    show(parts, visit, session, {
      wanted: readStepUp(visit.request.query as Asked),
      problem: refusedForm(visit),
    }),
  );
  const take = (
    place: string,
    act: (visit: MemberVisit, session: MemberSession) => Promise<MemberAnswer>,
    next: (wanted: WantedStepUp) => string,
  ): void =>
    routes.takeSignedIn(
      place,
      async (visit, session) => {
        const wanted = readStepUp(Object.fromEntries(visit.form) as Asked);
        const answer = await act(visit, session);
        if (!answer.ok) return show(parts, visit, session, { wanted, problem: answer });
        visit.keep(answer.cookies);
        return visit.go(next(wanted));
      },
      '/step-up',
      PASSKEY_BYTES_MAX,
    );
  const goOn = ({ next }: WantedStepUp) => next;
  take('/step-up/send', (_visit, session) => members.beginMailFactor(session), stepUpPlace);
  take(
    '/step-up/mail',
    ({ form, from }, session) => members.showMailFactor(session, form.get('code') ?? '', from),
    goOn,
  );
  take(
    '/step-up/authenticator',
    ({ form, from }, session) => members.showAuthenticator(session, form.get('code') ?? '', from),
    goOn,
  );
  take(
    '/step-up/passkey',
    async ({ form, from, ceremony }, session) => {
      const refused = {
        ok: false,
        refusal: 'passkey_refused',
        retryAfterMs: 0,
        cookies: [],
      } as const;
      if (ceremony === null) return refused;
      const credential = form.get('credential') ?? '';
      return members.showPasskey(session, { credential, ceremony }, from);
    },
    goOn,
  );
}

interface Asked {
  readonly act?: unknown;
  readonly amount?: unknown;
  readonly after?: unknown;
  readonly next?: unknown;
}

async function show(
  { members }: MemberSiteParts,
  visit: MemberVisit,
  session: MemberSession,
  said: { readonly wanted: WantedStepUp; readonly problem: NotDone | 'form' | null },
): Promise<FastifyReply> {
  const { wanted, problem } = said;
  const { ceremony, from } = visit;
  const judged = await members.stepUp(session, wanted);
  if (judged.state === 'fresh') return visit.go(wanted.next);
  const asksPasskey = judged.state === 'ask' && judged.factors.includes('passkey');
  const waiting = await members.codeWaits('step_up', from);
  const { email } = session.member;
  const page = stepUpPage({
    ...visit.shown(problem),
    judged,
    email,
    ask:
      asksPasskey && ceremony !== null ? await members.askForOwnPasskey(session, ceremony) : null,
    isMailSent: waiting === email,
    hidden: {
      act: wanted.act,
      next: wanted.next,
      ...(wanted.amountMinor !== undefined && { amount: String(wanted.amountMinor) }),
      ...(wanted.after !== undefined && { after: String(wanted.after) }),
    },
  });
  return typeof problem === 'object' && problem !== null
    ? refuse(visit, problem, page)
    : visit.page(page);
}
