import { queryOptions } from '@tanstack/react-query';
import type { PhishingList, ProposalList } from './answers.ts';
import type { QueueAsked } from '../parts/report-queue.tsx';
import { ask, withQuery } from './ask.ts';

export function phishingQuery(asked: QueueAsked) {
  return queryOptions({
    queryKey: ['phishing', 'reports', asked],
    queryFn: () => ask<PhishingList>('GET', withQuery('/phishing-reports', { ...asked })),
    staleTime: 60_000, // every look is written down
    refetchOnWindowFocus: false,
  });
}

export const PROPOSALS = queryOptions({
  queryKey: ['phishing', 'proposals'],
  queryFn: () => ask<ProposalList>('GET', '/phishing-proposals'),
  refetchInterval: 30_000,
});
