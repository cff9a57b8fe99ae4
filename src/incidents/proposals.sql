-- name: putProposal
-- notnull: isNew
-- One is open at a time for each sign and phase of an issuer: what is seen later is added to it.
insert into incidents.proposal as known (issuer_id, sign, phase, system_ids, since, found_at, figures)
values (:issuerId, :sign, :phase, :systemIds::int[], :since, :foundAt, :figures)
on conflict (issuer_id, sign, phase) where state = 'open' do update
set
  system_ids = excluded.system_ids,
  since = least(known.since, excluded.since),
  figures = excluded.figures
returning proposal_id, (xmax = 0) as is_new;

-- name: findDismissed
select issuer_id, sign, phase
from incidents.proposal
where state = 'dismissed'
  and decided_at > :since;

-- name: readOpenProposals
select
  proposal_id,
  issuer_id,
  sign,
  phase,
  system_ids,
  since,
  found_at,
  figures
from incidents.proposal
where state = 'open'
  and issuer_id = :issuerId
order by proposal_id
limit 100;

-- name: lockOpenProposal
-- Its row is held until it is decided: of two people one decides.
select proposal_id, sign, phase, system_ids, since
from incidents.proposal
where proposal_id = :proposalId
  and issuer_id = :issuerId
  and state = 'open'
for update;

-- name: decideProposal
-- nullable: note, incidentId
update incidents.proposal
set
  state = :state,
  decided_by = :decidedBy,
  decided_at = :decidedAt,
  note = :note,
  incident_id = :incidentId
where proposal_id = :proposalId;
