import { queryOptions } from '@tanstack/react-query';
import type { OfferDetail, OfferList, OfferState } from './answers.ts';
import { ask, withQuery } from './ask.ts';

export interface OffersAsked {
  readonly productId?: number | undefined;
  readonly sellerId?: number | undefined;
  readonly tenderId?: number | undefined;
  readonly state?: OfferState | undefined;
  readonly page: number;
}

export function offersQuery(asked: OffersAsked) {
  return queryOptions({
    queryKey: ['offers', asked],
    queryFn: () => ask<OfferList>('GET', withQuery('/offers', { ...asked })),
    placeholderData: (before: OfferList | undefined) => before,
  });
}

export function offerQuery(offerId: string) {
  return queryOptions({
    queryKey: ['offers', 'one', offerId],
    queryFn: () => ask<OfferDetail>('GET', `/offers/${offerId}`),
  });
}
