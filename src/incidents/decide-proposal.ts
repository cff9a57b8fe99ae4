import type { Connection, Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { openIncidentOn, type IncidentChanged, type IncidentDesk } from './change-record.ts';
import type { IncidentRefusal, NewIncident } from './decide-change.ts';
import type { Sign } from './judge-jump.ts';
import { decideProposal, lockOpenProposal, readOpenProposals } from './proposals.sql.ts';
import type { ProposalFigures } from './propose-incidents.ts';
import type { Phase } from './system.ts';

export interface Proposal {
  readonly proposalId: number;
  readonly issuerId: number;
  readonly sign: Sign;
  readonly phase: Phase;
  readonly systemIds: readonly number[];
  readonly since: number;
  readonly foundAt: number;
  readonly figures: ProposalFigures;
}

export type ProposalRefusal = IncidentRefusal | 'proposal_not_open';

export async function listProposals(
  connection: Connection,
  issuerId: number,
): Promise<readonly Proposal[]> {
  const rows = await readOpenProposals(connection, { issuerId });
  return rows.map((row) => ({
    ...row,
    sign: row.sign as Sign, // proposal_sign_known
    phase: row.phase as Phase,
    figures: row.figures as ProposalFigures,
  }));
}

/** A person says that it is so, and in which words; only then the public is told. */
export async function confirmProposal(
  desk: IncidentDesk,
  proposalId: number,
  wanted: NewIncident,
): Promise<Result<IncidentChanged, ProposalRefusal>> {
  let result: Result<IncidentChanged, ProposalRefusal> = refused('proposal_not_open');
  await desk.connection
    .transaction(async (on) => {
      const [open] = await lockOpenProposal(on, { proposalId, issuerId: desk.issuerId });
      if (open === undefined) return;
      result = await openIncidentOn(on, desk, wanted);
      if (!result.ok) throw new RolledBack();
      await decide(on, desk, proposalId, { incidentId: result.value.incidentId, note: null });
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  return result;
}

class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

export function dismissProposal(
  desk: Omit<IncidentDesk, 'record'> & { record?(on: Queryable): Promise<void> },
  proposalId: number,
  note: string,
): Promise<Result<{ readonly proposalId: number }, 'proposal_not_open'>> {
  return desk.connection.transaction(async (on) => {
    const [open] = await lockOpenProposal(on, { proposalId, issuerId: desk.issuerId });
    if (open === undefined) return refused('proposal_not_open');
    await decide(on, desk, proposalId, { incidentId: null, note });
    await desk.record?.(on);
    return accepted({ proposalId });
  });
}

async function decide(
  on: Queryable,
  { by, now }: Pick<IncidentDesk, 'by' | 'now'>,
  proposalId: number,
  { incidentId, note }: { readonly incidentId: number | null; readonly note: string | null },
): Promise<void> {
  const state = incidentId === null ? 'dismissed' : 'confirmed';
  await decideProposal(on, { proposalId, state, decidedBy: by, decidedAt: now, note, incidentId });
}
