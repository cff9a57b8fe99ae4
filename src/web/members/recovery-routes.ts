import type { FastifyReply } from 'fastify';
import type { NotDone } from '../../members/index.ts';
import {
  refuse,
  refusedForm,
  type MemberRoutes,
  type MemberSiteParts,
  type MemberVisit,
} from './member-visit.ts';
import {
  recoverCodePage,
  recoverEndPage,
  recoverPage,
  recoveryPage,
  stopChangePage,
} from './recovery-pages.ts';

export function registerRecovery(routes: MemberRoutes, parts: MemberSiteParts): void {
  registerBeginning(routes, parts);
  registerEnd(routes, parts);
  registerStop(routes, parts);
}

function registerBeginning(routes: MemberRoutes, { members }: MemberSiteParts): void {
  routes.show('/recover', async (visit) =>
    visit.page(recoverPage({ ...visit.shown(refusedForm(visit)), email: '' })),
  );
  routes.take(
    '/recover',
    async (visit) => {
      const { locale, form } = visit;
      const email = form.get('email') ?? '';
      const answer = await members.beginRecovery({ email, locale }, visit.from);
      if (!answer.ok) return refuse(visit, answer, recoverPage({ ...visit.shown(answer), email }));
      visit.keep(answer.cookies);
      return visit.go('/recover/code');
    },
    '/recover',
  );
  routes.show('/recover/code', async (visit) => {
    const email = await members.codeWaits('recovery', visit.from);
    if (email === undefined) return visit.go('/recover');
    return visit.page(recoverCodePage({ ...visit.shown(refusedForm(visit)), email }));
  });
  routes.take(
    '/recover/code',
    async (visit) => {
      const { form, from } = visit;
      const answer = await members.proveRecovery(form.get('code') ?? '', from);
      if (answer.ok) {
        visit.keep(answer.cookies);
        return visit.go('/recover/wait');
      }
      const email = await members.codeWaits('recovery', from);
      const shown = visit.shown(answer);
      return refuse(
        visit,
        answer,
        email === undefined
          ? recoverPage({ ...shown, email: '' })
          : recoverCodePage({ ...shown, email }),
      );
    },
    '/recover/code',
  );
}

function registerEnd(routes: MemberRoutes, parts: MemberSiteParts): void {
  const { members } = parts;
  routes.show('/recover/wait', (visit) => showRecovery(parts, visit, refusedForm(visit)));
  routes.take(
    '/recover/finish/send',
    async (visit) => {
      const answer = await members.beginRecoveryEnd(visit.from);
      if (!answer.ok) return showRecovery(parts, visit, answer);
      visit.keep(answer.cookies);
      return visit.go('/recover/finish');
    },
    '/recover/wait',
  );
  routes.show('/recover/finish', async (visit) => {
    const email = await members.codeWaits('recovery_end', visit.from);
    if (email === undefined) return visit.go('/recover/wait');
    return visit.page(recoverEndPage({ ...visit.shown(refusedForm(visit)), email }));
  });
  routes.take(
    '/recover/finish',
    async (visit) => {
      const { form, from } = visit;
      const given = { code: form.get('code') ?? '', password: form.get('password') ?? '' };
      const answer = await members.finishRecovery(given, from);
      if (answer.ok) {
        visit.keep(answer.cookies);
        return visit.go('/account');
      }
      const email = await members.codeWaits('recovery_end', from);
      if (email === undefined) return showRecovery(parts, visit, answer);
      return refuse(visit, answer, recoverEndPage({ ...visit.shown(answer), email }));
    },
    '/recover/finish',
  );
}

function registerStop(routes: MemberRoutes, { members }: MemberSiteParts): void {
  const show = async (visit: MemberVisit, problem: NotDone | 'form' | null) => {
    const { done } = visit.request.query as { readonly done?: unknown };
    const waiting = await members.waitingOnDevice(visit.from);
    const isDone = done === '1' && problem === null;
    const page = stopChangePage({ ...visit.shown(problem), waiting, isDone });
    return problem === null || problem === 'form' ? visit.page(page) : refuse(visit, problem, page);
  };
  routes.show('/stop-change', (visit) => show(visit, refusedForm(visit)));
  routes.take(
    '/stop-change',
    async (visit) => {
      const answer = await members.cancelByNotice(visit.form.get('number') ?? '', visit.from);
      return answer.ok ? visit.go('/stop-change?done=1') : show(visit, answer);
    },
    '/stop-change',
  );
  routes.take(
    '/stop-change/here',
    async (visit) => {
      const answer = await members.cancelOnDevice(visit.form.get('change') ?? '', visit.from);
      return answer.ok ? visit.go('/stop-change?done=1') : show(visit, answer);
    },
    '/stop-change',
  );
}

async function showRecovery(
  { members }: MemberSiteParts,
  visit: MemberVisit,
  problem: NotDone | 'form' | null,
): Promise<FastifyReply> {
  const recovery = await members.recoveryOf(visit.from);
  if (recovery === undefined) return visit.go('/recover');
  const page = recoveryPage({ ...visit.shown(problem), recovery });
  return problem === null || problem === 'form' ? visit.page(page) : refuse(visit, problem, page);
}
