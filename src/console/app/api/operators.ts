import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { AskedAnswer, NewOperatorForm, OperatorList, ShownOperator } from './answers.ts';
import { ask } from './ask.ts';

export const OPERATORS = queryOptions({
  queryKey: ['operators'],
  queryFn: () => ask<OperatorList>('GET', '/operators'),
});

/** What is asked for about an operator, and done when a second person has approved it. */
export type OperatorChange =
  | { readonly as: 'roles'; readonly roles: ShownOperator['roles']; readonly reason: string }
  | { readonly as: 'invitation' | 'enable' | 'disabling'; readonly reason: string };

function useAskAbout<Sent>(send: (sent: Sent) => Promise<AskedAnswer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
}

export const useAskForOperator = () =>
  useAskAbout((asked: NewOperatorForm) => ask<AskedAnswer>('POST', '/operators', asked));

export const useAskForChange = (operatorId: string) =>
  useAskAbout(({ as, ...body }: OperatorChange) =>
    ask<AskedAnswer>('POST', `/operators/${operatorId}/${as}`, body),
  );

/** Out at once, by one person: who may be dangerous does not wait for a second look. */
export function useDisable(operatorId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => ask('POST', `/operators/${operatorId}/disable`, { reason }),
    onSettled: () => client.invalidateQueries({ queryKey: OPERATORS.queryKey }),
  });
}
