import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { wallClock } from '../../../kernel/clock.ts';
import { ask, withQuery } from './ask.ts';
import type {
  AskedApproval,
  CancelledOrders,
  CatalogueNames,
  NewSuspension,
  SuspensionChange,
  SuspensionDetail,
  SuspensionList,
  SuspensionPreview,
  SuspensionScope,
  SuspensionWording,
  ThrownSuspension,
} from './answers.ts';

export const CATALOGUE = queryOptions({
  queryKey: ['catalogue'],
  queryFn: () => ask<CatalogueNames>('GET', '/catalogue'),
  staleTime: 60_000,
});

export type Which = 'open' | 'past';

export function suspensionsQuery(which: Which, page: number) {
  return queryOptions({
    queryKey: ['suspensions', which, page],
    queryFn: () => ask<SuspensionList>('GET', withQuery('/suspensions', { which, page })),
    refetchInterval: 5_000,
  });
}

export function suspensionQuery(suspensionId: string) {
  return queryOptions({
    queryKey: ['suspensions', 'one', suspensionId],
    queryFn: () => ask<SuspensionDetail>('GET', `/suspensions/${suspensionId}`),
    refetchInterval: ({ state }) => (isAboutToHold(state.data) ? 500 : 3_000), // who has confirmed is watched
  });
}

/** A stop "now" is a second ahead: whoever has thrown it sees it begin. */
function isAboutToHold(suspension: SuspensionDetail | undefined): boolean {
  if (suspension?.state !== 'scheduled') return false;
  return Math.abs(new Date(suspension.startsAt).getTime() - wallClock.now()) < 10_000;
}

/** What a stop would do. Asked for by a POST because a scope is a body, and nothing is done by it. */
export function previewQuery(scope: SuspensionScope) {
  return queryOptions({
    queryKey: ['suspensions', 'preview', scope],
    queryFn: () => ask<SuspensionPreview>('POST', '/suspensions/preview', { scope }),
    staleTime: 10_000,
    placeholderData: (before: SuspensionPreview | undefined) => before,
  });
}

export function useThrow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: NewSuspension) => ask<ThrownSuspension>('POST', '/suspensions', wanted),
    onSettled: () => client.invalidateQueries({ queryKey: ['suspensions'] }),
  });
}

export function useAskForChange(suspensionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: SuspensionChange) =>
      ask<AskedApproval>('POST', `/suspensions/${suspensionId}/changes`, change),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['suspensions'] }),
        client.invalidateQueries({ queryKey: ['approvals'] }),
      ]),
  });
}

export function useCancelOrders(suspensionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      ask<CancelledOrders>('POST', `/suspensions/${suspensionId}/open-orders/cancellation`),
    onSettled: () => client.invalidateQueries({ queryKey: ['suspensions'] }),
  });
}

export function useReword(suspensionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wording: SuspensionWording) =>
      ask('POST', `/suspensions/${suspensionId}/wording`, wording),
    onSettled: () => client.invalidateQueries({ queryKey: ['suspensions'] }),
  });
}
