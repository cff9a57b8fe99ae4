-- name: moveVersion
-- notnull: version
-- First of all in each change: its lock makes changes wait for one another, so each sees what the last one left.
update incidents.version
set version = version + 1
returning version;

-- name: insertSystem
-- nullable: partyId
-- One that is there already, by its key or as this party, stays as it is.
insert into incidents.system (
  issuer_id, key, kind, party_id, name_ja, name_en, product_ids, phases, position, is_shown
)
values (
  :issuerId, :key, :kind, :partyId, :nameJa, :nameEn, :productIds::int[], :phases::text[], :position, :isShown
)
on conflict do nothing
returning system_id;

-- name: insertSystems
-- nullable: partyIds
insert into incidents.system (issuer_id, key, kind, party_id, name_ja, name_en, phases, position)
select issuer_id, key, kind, party_id, name_ja, name_en, string_to_array(phases, ' '), position
from (
  select
    unnest(:issuerIds::int[]) as issuer_id,
    unnest(:keys::text[]) as key,
    unnest(:kinds::text[]) as kind,
    unnest(:partyIds::int[]) as party_id,
    unnest(:namesJa::text[]) as name_ja,
    unnest(:namesEn::text[]) as name_en,
    unnest(:phases::text[]) as phases,
    unnest(:positions::int[]) as position
) as wanted
on conflict do nothing;

-- name: updateSystem
update incidents.system
set
  name_ja = :nameJa,
  name_en = :nameEn,
  product_ids = :productIds::int[],
  phases = :phases::text[],
  position = :position,
  is_shown = :isShown
where system_id = :systemId
  and issuer_id = :issuerId;

-- name: insertIncident
-- nullable: plannedUntil, nextLookAt, resolvedAt
insert into incidents.incident (
  issuer_id, kind, title_ja, title_en, impact, state, started_at, planned_until, next_look_at, opened_at,
  opened_by, resolved_at
)
values (
  :issuerId, :kind, :titleJa, :titleEn, :impact, :state, :startedAt, :plannedUntil, :nextLookAt, :openedAt,
  :openedBy, :resolvedAt
)
returning incident_id;

-- name: changeIncident
-- nullable: nextLookAt, resolvedAt
update incidents.incident
set
  title_ja = :titleJa,
  title_en = :titleEn,
  impact = :impact,
  state = :state,
  started_at = :startedAt,
  next_look_at = :nextLookAt,
  resolved_at = :resolvedAt
where incident_id = :incidentId;

-- name: putAffected
-- nullable: recoveredAts
insert into incidents.affected (incident_id, system_id, phase, status, started_at, recovered_at)
select :incidentId, system_id, phase, status, started_at, recovered_at
from (
  select
    unnest(:systemIds::int[]) as system_id,
    unnest(:phases::text[]) as phase,
    unnest(:statuses::text[]) as status,
    unnest(:startedAts::timestamptz[]) as started_at,
    unnest(:recoveredAts::timestamptz[]) as recovered_at
) as wanted
on conflict on constraint affected_pkey do update
set
  status = excluded.status,
  started_at = excluded.started_at,
  recovered_at = excluded.recovered_at;

-- name: insertUpdate
-- nullable: correctsId
insert into incidents.update (
  incident_id, state, body_ja, body_en, changed, shown_at, recorded_at, recorded_by, corrects_id
)
values (
  :incidentId, :state, :bodyJa, :bodyEn, :changed, :shownAt, :recordedAt, :recordedBy, :correctsId
)
returning update_id;

-- name: insertTelling
-- Told once, whichever process comes first.
insert into incidents.telling (issuer_id, subject, components, content, made_at)
values (:issuerId, :subject, :components::text[], :content, :madeAt)
on conflict on constraint telling_subject_once do nothing;
