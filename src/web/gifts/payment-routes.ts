import type { FastifyReply } from 'fastify';
import type { MemberSession } from '../../members/index.ts';
import type { Tender } from '../../programmes/index.ts';
import type { MemberRoutes, MemberVisit } from '../members/member-visit.ts';
import { idOf, shownFor, type GiftProblem, type GiftSiteParts } from './gift-parts.ts';
import { paymentPage } from './payment-pages.ts';
import { PAYMENT_PLACE, readPaymentNext } from './payment-place.ts';

export function registerPayment(routes: MemberRoutes, parts: GiftSiteParts): void {
  const { payments } = parts;
  routes.showSignedIn(PAYMENT_PLACE, (visit, session) => {
    const { form, done, next } = visit.request.query as Readonly<Record<string, unknown>>;
    return show(parts, visit, session, {
      problem: form === 'refused' ? 'form' : null,
      next: readPaymentNext(next),
      isAdded: done === 'added',
    });
  });
  routes.takeSignedIn(
    PAYMENT_PLACE,
    async (visit, session) => {
      const { memberId } = session.member;
      const tenderId = Number(visit.form.get('tender'));
      const tender = usableTenders(parts).find((each) => each.tenderId === tenderId);
      const token = (visit.form.get('card') ?? '').slice(0, 100);
      const next = readPaymentNext(visit.form.get('next'));
      const added = await payments.addMethod({
        memberId,
        tenderId,
        tenderKind: tender?.kind ?? '',
        token,
      });
      if (added.ok) return visit.go(next ?? `${PAYMENT_PLACE}?done=added`);
      const problem = { refusal: added.refusal };
      return show(parts, visit, session, { problem, next, isAdded: false });
    },
    PAYMENT_PLACE,
  );
  routes.takeSignedIn(
    `${PAYMENT_PLACE}/remove`,
    async (visit, session) => {
      const methodId = idOf(visit.form.get('method'));
      if (methodId !== null) await payments.removeMethod(session.member.memberId, methodId);
      return visit.go(PAYMENT_PLACE);
    },
    PAYMENT_PLACE,
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
  shown: {
    readonly problem: GiftProblem | null;
    readonly next: string | null;
    readonly isAdded: boolean;
  },
): Promise<FastifyReply> {
  return visit.page(
    paymentPage({
      ...shown,
      ...shownFor(visit, shown.problem),
      methods: await parts.payments.methods(member.memberId),
      tokens: parts.payments.tokens(),
      tenders: usableTenders(parts),
      catalogue: parts.catalogue(),
    }),
  );
}
