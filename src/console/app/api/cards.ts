import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CardSearch, CardStory } from './answers.ts';
import { ask, withQuery } from './ask.ts';

/** What is searched for may be a bearer's secret: it goes in a body, never into an address. */
export function useFindCards() {
  return useMutation({
    mutationFn: (text: string) => ask<CardSearch>('POST', '/cards/search', { text }),
  });
}

export function cardQuery(instrumentId: string) {
  return infiniteQueryOptions({
    queryKey: ['cards', instrumentId],
    queryFn: ({ pageParam }) =>
      ask<CardStory>('GET', withQuery(`/cards/${instrumentId}`, { before: pageParam })),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 60_000, // every look is written down: it is not taken again by itself
    refetchOnWindowFocus: false,
  });
}

export function useFreeze(instrumentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ as, reason }: { readonly as: 'freeze' | 'unfreeze'; readonly reason: string }) =>
      ask('POST', `/cards/${instrumentId}/${as}`, { reason }),
    onSettled: () => client.invalidateQueries({ queryKey: ['cards', instrumentId] }),
  });
}
