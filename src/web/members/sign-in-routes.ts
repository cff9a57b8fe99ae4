import type { FastifyReply } from 'fastify';
import {
  refuse,
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';
import { codePage, signInPage, signUpCodePage, signUpPage } from './sign-in-pages.ts';

export function registerSignIn(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
  routes.show('/sign-in', async (visit) =>
    visit.page(signInPage({ ...visit.shown(refusedForm(visit)), email: '' })),
  );
  routes.take('/sign-in', (visit) => signIn(parts, visit), '/sign-in');

  // Behind the form stands a page that can be read again, and left by Back, without asking anew.
  routes.show('/sign-in/code', async (visit) => {
    const kind = await members.signInWaiting(visit.from);
    if (kind === undefined) return visit.go('/sign-in');
    return visit.page(codePage({ ...visit.shown(refusedForm(visit)), kind }));
  });
  routes.take('/sign-in/code', (visit) => proveSignIn(parts, visit), '/sign-in/code');

  routes.show('/sign-up', async (visit) =>
    visit.page(signUpPage({ ...visit.shown(refusedForm(visit)), email: '' })),
  );
  routes.take(
    '/sign-up',
    async (visit) => {
      const { locale, form } = visit;
      const email = form.get('email') ?? '';
      const answer = await members.beginSignUp({ email, locale }, visit.from);
      if (!answer.ok) return refuse(visit, answer, signUpPage({ ...visit.shown(answer), email }));
      visit.keep(answer.cookies);
      return visit.go('/sign-up/code');
    },
    '/sign-up',
  );
  routes.show('/sign-up/code', async (visit) => {
    const email = await members.signUpWaiting(visit.from);
    if (email === undefined) return visit.go('/sign-up');
    return visit.page(signUpCodePage({ ...visit.shown(refusedForm(visit)), email, name: '' }));
  });
  routes.take('/sign-up/code', (visit) => finishSignUp(parts, visit), '/sign-up/code');
}

async function signIn({ members }: MemberSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const email = visit.form.get('email') ?? '';
  const password = visit.form.get('password') ?? '';
  const answer = await members.signIn({ email, password }, visit.from);
  if (!answer.ok) return refuse(visit, answer, signInPage({ ...visit.shown(answer), email }));
  visit.keep(answer.cookies);
  return visit.go(answer.value === 'signed_in' ? '/account' : '/sign-in/code');
}

async function proveSignIn(
  { members }: MemberSiteParts,
  visit: MemberVisit,
): Promise<FastifyReply> {
  const kind = (await members.signInWaiting(visit.from)) ?? 'mail';
  const answer = await members.proveSignIn(visit.form.get('code') ?? '', visit.from);
  if (!answer.ok) {
    const shown = visit.shown(answer);
    const isOver = answer.refusal === 'code_over';
    return refuse(
      visit,
      answer,
      isOver ? signInPage({ ...shown, email: '' }) : codePage({ ...shown, kind }),
    );
  }
  visit.keep(answer.cookies);
  return visit.go('/account');
}

async function finishSignUp(
  { members }: MemberSiteParts,
  visit: MemberVisit,
): Promise<FastifyReply> {
  const { locale, form, from } = visit;
  const name = form.get('name') ?? '';
  const given = {
    code: form.get('code') ?? '',
    name,
    password: form.get('password') ?? '',
    locale,
  };
  const answer = await members.finishSignUp(given, from);
  if (!answer.ok) {
    const shown = visit.shown(answer);
    const email = await members.signUpWaiting(from);
    const page =
      email === undefined
        ? signUpPage({ ...shown, email: '' })
        : signUpCodePage({ ...shown, email, name });
    return refuse(visit, answer, page);
  }
  visit.keep(answer.cookies);
  return visit.go('/account');
}
