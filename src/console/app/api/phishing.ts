import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  HostListReport,
  HostLists,
  PhishingList,
  ProposalList,
  ReportPicture,
} from './answers.ts';
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

export function pictureQuery(number: string) {
  return queryOptions({
    queryKey: ['phishing', 'picture', number],
    queryFn: () => ask<ReportPicture>('GET', `/phishing-reports/${number}/picture`),
    staleTime: Number.POSITIVE_INFINITY, // it does not change, and each look is written down
  });
}

export const HOST_LISTS = queryOptions({
  queryKey: ['phishing', 'lists'],
  queryFn: () => ask<HostLists>('GET', '/phishing-lists'),
});

interface HostListFile {
  readonly source: string;
  readonly text: string;
}

/** What a file would bring in; nothing is done by it. */
export const useHostListPreview = () =>
  useMutation({
    mutationFn: (file: HostListFile) =>
      ask<HostListReport>('POST', '/phishing-lists/preview', file),
  });

export function useBringInHostList() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: HostListFile) => ask<HostListReport>('POST', '/phishing-lists', file),
    onSettled: () => client.invalidateQueries({ queryKey: ['phishing', 'lists'] }),
  });
}
