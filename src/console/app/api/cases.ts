import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { AskedForTwo, CaseDetail, CaseList } from './answers.ts';
import { ask, withQuery } from './ask.ts';

export interface CasesAsked {
  readonly which: 'open' | 'all';
  readonly before?: string | undefined;
}

/** Every look is written down: it is not taken again by itself. */
const LOOKED_AT = { staleTime: 60_000, refetchOnWindowFocus: false } as const;

export function casesQuery(asked: CasesAsked) {
  return queryOptions({
    queryKey: ['member-cases', asked],
    queryFn: () => ask<CaseList>('GET', withQuery('/cases', { ...asked })),
    ...LOOKED_AT,
  });
}

export function caseQuery(number: string) {
  return queryOptions({
    queryKey: ['member-cases', 'one', number],
    queryFn: () => ask<CaseDetail>('GET', `/cases/${number}`),
    ...LOOKED_AT,
  });
}

export type CaseAct =
  | { readonly as: 'notes'; readonly note: string; readonly lookAt: number }
  | { readonly as: 'close'; readonly note: string };

export function useCaseAct(number: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ as, ...body }: CaseAct) => ask('POST', `/cases/${number}/${as}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['member-cases'] }),
  });
}

export type ForTwo =
  | { readonly as: 'lift'; readonly reason: string }
  | { readonly as: 'refunds'; readonly giftId: string; readonly reason: string };

export function useAskForTwo(number: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ as, ...body }: ForTwo) =>
      ask<AskedForTwo>('POST', `/cases/${number}/${as}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
}
