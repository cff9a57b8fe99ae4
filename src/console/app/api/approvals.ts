import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApprovalList, ShownApproval } from './answers.ts';
import { ask, withQuery } from './ask.ts';
import { useSession } from './session.ts';

export type WhichApprovals = 'open' | 'unreviewed' | 'all';

export function approvalsQuery(which: WhichApprovals, before?: string) {
  return queryOptions({
    queryKey: ['approvals', which, before ?? null],
    queryFn: () => ask<ApprovalList>('GET', withQuery('/approvals', { which, before })),
    refetchInterval: 10_000,
  });
}

export function approvalQuery(approvalId: string) {
  return queryOptions({
    queryKey: ['approvals', 'one', approvalId],
    queryFn: () => ask<ShownApproval>('GET', `/approvals/${approvalId}`),
    refetchInterval: 5_000,
  });
}

/** How many wait for somebody other than the one who looks. */
export function useApprovalsWaiting(): number {
  const { operator } = useSession();
  const query = useQuery({
    ...approvalsQuery('open'),
    enabled: operator.permissions.includes('approvals:see'),
  });
  const open = query.data?.approvals ?? [];
  return open.filter(({ askedBy }) => askedBy.operatorId !== operator.operatorId).length;
}

/** What may be decided about an approval; the hash is of the change that was on the screen. */
export type Decision =
  | { readonly as: 'approve'; readonly hash: string }
  | { readonly as: 'refuse'; readonly note: string }
  | { readonly as: 'withdraw' }
  | { readonly as: 'break-glass'; readonly hash: string; readonly reason: string }
  | { readonly as: 'review'; readonly note: string };

export function useDecide(approvalId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ as, ...body }: Decision) =>
      ask<ShownApproval>('POST', `/approvals/${approvalId}/${as}`, body),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['approvals'] }),
        client.invalidateQueries({ queryKey: ['suspensions'] }),
        client.invalidateQueries({ queryKey: ['operators'] }),
      ]),
  });
}
