-- name: readVersion
select version
from incidents.version;

-- name: readSystems
-- nullable: partyId
select
  system_id,
  issuer_id,
  key,
  kind,
  party_id,
  name_ja,
  name_en,
  product_ids,
  phases,
  position,
  is_shown
from incidents.system
order by position, system_id
limit 2000;

-- name: readIncidents
-- nullable: plannedUntil, nextLookAt, resolvedAt
-- All that are under way, and the newest of those that are over.
select
  incident_id,
  issuer_id,
  kind,
  title_ja,
  title_en,
  impact,
  state,
  started_at,
  planned_until,
  next_look_at,
  opened_at,
  resolved_at
from incidents.incident
where resolved_at is null
   or incident_id in (
     select newest.incident_id
     from incidents.incident as newest
     where newest.resolved_at is not null
     order by newest.started_at desc
     limit :overMax::int
   )
order by started_at, incident_id;

-- name: readAffected
-- nullable: recoveredAt
select
  incident_id,
  system_id,
  phase,
  status,
  started_at,
  recovered_at
from incidents.affected
where incident_id = any(:incidentIds::int[])
order by incident_id, system_id, phase;

-- name: readUpdates
-- nullable: correctsId
select
  update_id,
  incident_id,
  state,
  body_ja,
  body_en,
  changed,
  shown_at,
  recorded_at,
  recorded_by,
  corrects_id
from incidents.update
where incident_id = any(:incidentIds::int[])
order by incident_id, update_id;
