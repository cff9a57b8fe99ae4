import type { FastifyReply } from 'fastify';
import type { MemberAnswer, NotDone } from '../../members/index.ts';
import type { FormShown } from './member-forms.ts';
import {
  refuse,
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';
import { PASSKEY_BYTES_MAX } from './passkey-form.ts';
import {
  codePage,
  mailFirstCodePage,
  mailFirstPage,
  signInPage,
  signUpCodePage,
  signUpPage,
} from './sign-in-pages.ts';

export function registerSignIn(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
  routes.show('/sign-in', async (visit) =>
    visit.page(signInShown(parts, visit, refusedForm(visit))),
  );
  routes.take('/sign-in', (visit) => signIn(parts, visit), '/sign-in');
  routes.take(
    '/sign-in/passkey',
    (visit) => signInByPasskey(parts, visit),
    '/sign-in',
    PASSKEY_BYTES_MAX,
  );

  // Behind the form stands a page that can be read again, and left by Back, without asking anew.
  routes.show('/sign-in/code', async (visit) => {
    const kind = await members.signInWaiting(visit.from);
    if (kind === undefined) return visit.go('/sign-in');
    return visit.page(codePage({ ...visit.shown(refusedForm(visit)), kind }));
  });
  routes.take('/sign-in/code', (visit) => proveSignIn(parts, visit), '/sign-in/code');
  registerMailFirst(routes, parts);
  registerSignUp(routes, parts);
}

function registerMailFirst(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
  routes.show('/sign-in/mail', async (visit) =>
    visit.page(mailFirstPage({ ...visit.shown(refusedForm(visit)), email: '' })),
  );
  routes.take(
    '/sign-in/mail',
    async (visit) => {
      const { locale, form } = visit;
      const email = form.get('email') ?? '';
      const answer = await members.beginMailFirst({ email, locale }, visit.from);
      if (!answer.ok)
        return refuse(visit, answer, mailFirstPage({ ...visit.shown(answer), email }));
      visit.keep(answer.cookies);
      return visit.go('/sign-in/mail/code');
    },
    '/sign-in/mail',
  );
  routes.show('/sign-in/mail/code', async (visit) => {
    const email = await members.codeWaits('mail_first', visit.from);
    if (email === undefined) return visit.go('/sign-in/mail');
    return visit.page(mailFirstCodePage({ ...visit.shown(refusedForm(visit)), email }));
  });
  routes.take(
    '/sign-in/mail/code',
    async (visit) => {
      const { form, from } = visit;
      const given = { code: form.get('code') ?? '', password: form.get('password') ?? '' };
      const answer = await members.finishMailFirst(given, from);
      if (answer.ok) return enter(visit, answer);
      const email = await members.codeWaits('mail_first', from);
      const shown = visit.shown(answer);
      return refuse(
        visit,
        answer,
        email === undefined
          ? mailFirstPage({ ...shown, email: '' })
          : mailFirstCodePage({ ...shown, email }),
      );
    },
    '/sign-in/mail/code',
  );
}

function registerSignUp(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
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
    return visit.page(await signUpShown(parts, visit, refusedForm(visit), { email, name: '' }));
  });
  routes.take('/sign-up/code', (visit) => finishSignUp(parts, visit, false), '/sign-up/code');
  routes.take(
    '/sign-up/passkey',
    (visit) => finishSignUp(parts, visit, true),
    '/sign-up/code',
    PASSKEY_BYTES_MAX,
  );
}

function signInShown(
  { members }: MemberSiteParts,
  visit: MemberVisit,
  problem: FormShown['problem'],
  email = '',
) {
  const { ceremony } = visit;
  const ask = ceremony === null ? null : members.askForPasskey(ceremony);
  return signInPage({ ...visit.shown(problem), email, ask });
}

async function signIn(parts: MemberSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const email = visit.form.get('email') ?? '';
  const password = visit.form.get('password') ?? '';
  const answer = await parts.members.signIn({ email, password }, visit.from);
  if (!answer.ok) return refuse(visit, answer, signInShown(parts, visit, answer, email));
  return enter(visit, answer);
}

async function signInByPasskey(parts: MemberSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const { ceremony, form, from } = visit;
  if (ceremony === null) return visit.go('/sign-in');
  const credential = form.get('credential') ?? '';
  const answer = await parts.members.signInByPasskey({ credential, ceremony }, from);
  if (!answer.ok) return refuse(visit, answer, signInShown(parts, visit, answer));
  return enter(visit, answer);
}

function enter(
  visit: MemberVisit,
  answer: Extract<MemberAnswer<string>, { readonly ok: true }>,
): FastifyReply {
  visit.keep(answer.cookies);
  return visit.go(answer.value === 'signed_in' ? '/account' : '/sign-in/code');
}

async function proveSignIn(parts: MemberSiteParts, visit: MemberVisit): Promise<FastifyReply> {
  const { members } = parts;
  const kind = (await members.signInWaiting(visit.from)) ?? 'mail';
  const answer = await members.proveSignIn(visit.form.get('code') ?? '', visit.from);
  if (answer.ok) return enter(visit, answer);
  const isOver = answer.refusal === 'code_over';
  return refuse(
    visit,
    answer,
    isOver ? signInShown(parts, visit, answer) : codePage({ ...visit.shown(answer), kind }),
  );
}

async function finishSignUp(
  parts: MemberSiteParts,
  visit: MemberVisit,
  isPasskey: boolean,
): Promise<FastifyReply> {
  const { locale, form, from, ceremony } = visit;
  const name = form.get('name') ?? '';
  const credential = form.get('credential') ?? '';
  const given = {
    code: form.get('code') ?? '',
    name,
    password: isPasskey ? '' : (form.get('password') ?? ''),
    locale,
    ...(isPasskey && ceremony !== null && { passkey: { credential, ceremony } }),
  };
  const answer = await parts.members.finishSignUp(given, from);
  if (answer.ok) return enter(visit, answer);
  const email = await parts.members.signUpWaiting(from);
  const page =
    email === undefined
      ? signUpPage({ ...visit.shown(answer), email: '' })
      : await signUpShown(parts, visit, answer, { email, name });
  return refuse(visit, answer, page);
}

async function signUpShown(
  { members }: MemberSiteParts,
  visit: MemberVisit,
  problem: NotDone | 'form' | null,
  known: { readonly email: string; readonly name: string },
) {
  const { ceremony } = visit;
  const ask =
    ceremony === null ? null : ((await members.askToSignUpByPasskey(ceremony, visit.from)) ?? null);
  return signUpCodePage({ ...visit.shown(problem), ...known, ask });
}
