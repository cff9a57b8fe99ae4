import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CardStory, FoundCard } from './answers.ts';
import { ask } from './ask.ts';

export const CARD_NAMES = ['number', 'last-four', 'receipt', 'instrument'] as const;
export type CardName = (typeof CARD_NAMES)[number];

/** What is searched for may be a bearer's secret: it goes in a body, never into an address. */
export function useFindCards() {
  return useMutation({
    mutationFn: (asked: { readonly by: CardName; readonly text: string }) =>
      ask<{ cards: readonly FoundCard[]; isMore: boolean }>('POST', '/cards/search', asked),
  });
}

export function cardQuery(instrumentId: string) {
  return queryOptions({
    queryKey: ['cards', instrumentId],
    queryFn: () => ask<CardStory>('GET', `/cards/${instrumentId}`),
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
