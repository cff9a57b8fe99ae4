import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  IncidentList,
  MaintenanceEnd,
  NewIncident,
  NewMaintenance,
  NewUpdate,
} from './answers.ts';
import { ask } from './ask.ts';

export const INCIDENTS = queryOptions({
  queryKey: ['incidents'],
  queryFn: () => ask<IncidentList>('GET', '/incidents'),
  refetchInterval: 5_000,
});

function useIncidentAct<Sent>(send: (sent: Sent) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: INCIDENTS.queryKey }),
  });
}

export const useOpenIncident = () =>
  useIncidentAct((incident: NewIncident) => ask('POST', '/incidents', incident));

export const useAddUpdate = (incidentId: number) =>
  useIncidentAct((update: NewUpdate) => ask('POST', `/incidents/${incidentId}/updates`, update));

export const useConfirmProposal = (proposalId: number) =>
  useIncidentAct((incident: NewIncident) =>
    ask('POST', `/incident-proposals/${proposalId}/confirmation`, incident),
  );

export const useDismissProposal = (proposalId: number) =>
  useIncidentAct((reason: string) =>
    ask('POST', `/incident-proposals/${proposalId}/dismissal`, { reason }),
  );

export const usePlanMaintenance = () =>
  useIncidentAct((maintenance: NewMaintenance) => ask('POST', '/maintenances', maintenance));

export const useEndMaintenance = (maintenanceId: number) =>
  useIncidentAct((end: MaintenanceEnd) => ask('POST', `/maintenances/${maintenanceId}/end`, end));
