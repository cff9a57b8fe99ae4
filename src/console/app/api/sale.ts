import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { SaleKind } from '../pages/sale/things.ts';
import type { SaleHistory, SaleList, SaleThing } from './answers.ts';
import { ask, withQuery } from './ask.ts';

export interface SaleAsked {
  readonly page: number;
  readonly find?: string | undefined;
  readonly seller?: number | undefined;
}

export function saleQuery(kind: SaleKind, asked: SaleAsked) {
  return queryOptions({
    queryKey: ['sale', kind, asked],
    queryFn: () => ask<SaleList>('GET', withQuery(`/sale/${kind}`, { ...asked })),
    placeholderData: (before: SaleList | undefined) => before,
  });
}

export function saleThingQuery(kind: SaleKind, id: string) {
  return queryOptions({
    queryKey: ['sale', kind, 'one', id],
    queryFn: () => ask<SaleThing>('GET', `/sale/${kind}/${id}`),
  });
}

export function saleHistoryQuery(kind: SaleKind, id: string) {
  return queryOptions({
    queryKey: ['sale', kind, 'history', id],
    queryFn: () => ask<SaleHistory>('GET', `/sale/${kind}/${id}/history`),
  });
}

/** Makes one, or changes the one that is named; what can be chosen elsewhere is asked for anew. */
export function useSaleAct(kind: SaleKind, id: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (sent: Readonly<Record<string, unknown>>) =>
      id === null
        ? ask<{ id: number }>('POST', `/sale/${kind}`, sent)
        : ask<{ id: number }>('PUT', `/sale/${kind}/${id}`, sent),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['sale'] }),
        client.invalidateQueries({ queryKey: ['catalogue'] }),
        client.invalidateQueries({ queryKey: ['offers'] }),
      ]),
  });
}
