import { planPayment } from '../payments/index.ts';
import { isEnded } from '../programmes/index.ts';
import { ASK_MS } from './decide-claim.ts';
import type { GiftDesk } from './desk.ts';
import { factsOf, mayPayLater } from './gate.ts';
import type { GiftRoute } from './gift.ts';

const DAY_MS = 24 * 60 * 60_000;

/** What the issuers' own shops offer, of products that are used by a code. */
export function routesOf(desk: GiftDesk, shops: ReadonlyMap<number, number>): readonly GiftRoute[] {
  const catalogue = desk.catalogue.current();
  const at = desk.clock.now();
  const routes: GiftRoute[] = [];
  for (const [issuerId, sellerId] of shops) {
    for (const product of catalogue.products.values()) {
      if (product.issuerId !== issuerId || product.kind !== 'code') continue;
      for (const { tenderId } of catalogue.tenders.values()) {
        const tender = catalogue.tenderAt(tenderId, at);
        if (tender?.issuerId !== issuerId) continue;
        const offer = catalogue.offerAt({ sellerId, productId: product.productId, tenderId }, at);
        if (offer === undefined || isEnded(offer, at)) continue;
        const facts = factsOf(tender);
        if (planPayment(facts, ASK_MS) === null) continue; // it pays no gift, however short
        routes.push({
          issuerId,
          productId: product.productId,
          tenderId,
          unit: product.unit,
          amountMinMinor: offer.amountMinMinor ?? product.faceMinMinor,
          amountMaxMinor: offer.amountMaxMinor ?? product.faceMaxMinor,
          facesMinor: product.facesMinor,
          mayBeLater: mayPayLater(tender),
          planFor: (openDays) => planPayment(facts, openDays * DAY_MS + ASK_MS),
        });
      }
    }
  }
  return routes;
}
