import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { SystemChange, SystemList } from './answers.ts';
import { ask } from './ask.ts';

export const SYSTEMS = queryOptions({
  queryKey: ['systems'],
  queryFn: () => ask<SystemList>('GET', '/systems'),
});

/** Makes one where `key` is null, else changes the one of that key. */
export function useSystemAct(key: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (sent: SystemChange & { readonly key?: string }) =>
      key === null ? ask('POST', '/systems', sent) : ask('PUT', `/systems/${key}`, sent),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['systems'] }),
        client.invalidateQueries({ queryKey: ['incidents'] }),
      ]),
  });
}
