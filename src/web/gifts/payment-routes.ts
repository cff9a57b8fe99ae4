import type { FastifyReply } from 'fastify';
import type { MemberSession } from '../../members/index.ts';
import type { Tender } from '../../programmes/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { idOf, shownFor, type GiftProblem, type GiftSiteParts } from './gift-parts.ts';
import { paymentPage } from './payment-pages.ts';

export function registerPayment(routes: MemberRoutes, parts: GiftSiteParts): void {
  const { payments } = parts;
  routes.showSignedIn('/account/payment', (visit, session) => {
    const { form } = visit.request.query as { readonly form?: unknown };
    return show(parts, visit, session, form === 'refused' ? 'form' : null);
  });
  routes.takeSignedIn(
    '/account/payment',
    async (visit, session) => {
      const { memberId } = session.member;
      const tenderId = Number(visit.form.get('tender'));
      const tender = usableTenders(parts).find((each) => each.tenderId === tenderId);
      const token = (visit.form.get('card') ?? '').slice(0, 100);
      const added = await payments.addMethod({
        memberId,
        tenderId,
        tenderKind: tender?.kind ?? '',
        token,
      });
      if (added.ok) return visit.go('/account/payment');
      return show(parts, visit, session, { refusal: added.refusal });
    },
    '/account/payment',
  );
  routes.takeSignedIn(
    '/account/payment/remove',
    async (visit, session) => {
      const methodId = idOf(visit.form.get('method'));
      if (methodId !== null) await payments.removeMethod(session.member.memberId, methodId);
      return visit.go('/account/payment');
    },
    '/account/payment',
  );
}

/** Those by which something can be sent, and of which there is a method to add. */
function usableTenders(parts: GiftSiteParts): readonly Tender[] {
  const ids = new Set(parts.gifts.routes().map(({ tenderId }) => tenderId));
  const catalogue = parts.catalogue();
  const kinds = new Set<string>(parts.payments.tokens().map(({ kind }) => kind));
  return [...ids]
    .flatMap((tenderId) => catalogue.tenderAt(tenderId, parts.clock.now()) ?? [])
    .filter(({ kind }) => kinds.has(kind));
}

async function show(
  parts: GiftSiteParts,
  visit: MemberVisit,
  { member }: MemberSession,
  problem: GiftProblem | null,
): Promise<FastifyReply> {
  return visit.page(
    paymentPage({
      ...shownFor(visit, problem),
      methods: await parts.payments.methods(member.memberId),
      tokens: parts.payments.tokens(),
      tenders: usableTenders(parts),
      catalogue: parts.catalogue(),
    }),
  );
}
