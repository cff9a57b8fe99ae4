import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  ImportReport,
  NewOfferForm,
  OfferChange,
  OfferDetail,
  OfferHistory,
  OfferList,
  OfferState,
} from './answers.ts';
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

export function historyQuery(offerId: string) {
  return queryOptions({
    queryKey: ['offers', 'history', offerId],
    queryFn: () => ask<OfferHistory>('GET', `/offers/${offerId}/history`),
  });
}

function useOfferAct<Sent>(send: (sent: Sent) => Promise<{ readonly offerId: number }>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: ['offers'] }),
  });
}

export const useCreateOffer = () =>
  useOfferAct((offer: NewOfferForm) => ask<{ offerId: number }>('POST', '/offers', offer));

export const useChangeOffer = (offerId: string) =>
  useOfferAct((change: OfferChange) =>
    ask<{ offerId: number }>('PUT', `/offers/${offerId}`, change),
  );

/** What a file would do; nothing is done by it. */
export const useImportPreview = () =>
  useMutation({
    mutationFn: (text: string) => ask<ImportReport>('POST', '/catalogue/file/preview', { text }),
  });

export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => ask<ImportReport>('POST', '/catalogue/file', { text }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['offers'] }),
        client.invalidateQueries({ queryKey: ['catalogue'] }),
      ]),
  });
}
