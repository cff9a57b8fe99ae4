import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { AskedForTwo, DecidedMember, FoundMember, OpenedCase, ShownDeath } from './answers.ts';
import { ask } from './ask.ts';

/** An address is nobody's business: it goes in a body, never into an address of the web. */
export function useFindMember() {
  return useMutation({
    mutationFn: (asked: { readonly whom: string; readonly reason: string }) =>
      ask<FoundMember>('POST', '/members/find', asked),
  });
}

export function useOpenCase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: { readonly memberId: string; readonly words: string }) =>
      ask<OpenedCase>('POST', '/cases', wanted),
    onSettled: () => client.invalidateQueries({ queryKey: ['member-cases'] }),
  });
}

export function useBeginRecovery() {
  return useMutation({
    mutationFn: (wanted: {
      readonly memberId: string;
      readonly email: string;
      readonly reason: string;
    }) => ask<{ readonly waits: boolean }>('POST', '/members/recovery', wanted),
  });
}

/** Each look is written down: it is not taken again by itself. */
export function deathQuery(memberId: string) {
  return queryOptions({
    queryKey: ['members', 'death', memberId],
    queryFn: () => ask<ShownDeath>('GET', `/members/${memberId}/death`),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}

/** Whom an approval is about: written down as well. */
export function decidedMemberQuery(approvalId: number) {
  return queryOptions({
    queryKey: ['members', 'decided', approvalId],
    queryFn: () => ask<DecidedMember>('GET', `/approvals/${approvalId}/member`),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}

/** That a member has died, or that one lives of whom it was told. */
export function useAskDeath(about: 'death' | 'life') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: {
      readonly memberId: string;
      readonly reference: string;
      readonly reason: string;
    }) =>
      ask<AskedForTwo>(
        'POST',
        about === 'death' ? '/members/deaths' : '/members/deaths/taken-back',
        wanted,
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
}
