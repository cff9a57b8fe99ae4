-- name: readEpoch
select epoch
from suspensions.epoch;

-- name: readChangedSuspensions
-- What a process that knows an epoch has not read yet; all of them for one that knows none.
select
  suspension_id,
  issuer_id,
  programme_id,
  product_id,
  seller_id,
  chain_id,
  aggregator_id,
  tender_id,
  merchant_id,
  sold_by_seller_id,
  operations,
  announced_text,
  announced_at,
  precision,
  internal_reason,
  thrown_by,
  thrown_at
from suspensions.suspension
where epoch > :knownEpoch
order by suspension_id;

-- name: readChangedPhases
select
  phase.suspension_id,
  phase.phase_no,
  phase.effect,
  phase.conditions,
  phase.starts_at,
  phase.expected_end,
  phase.text_ja,
  phase.text_en,
  phase.criteria,
  phase.reason,
  phase.actor,
  phase.approved_by,
  phase.recorded_at
from suspensions.phase
join suspensions.suspension using (suspension_id)
where suspension.epoch > :knownEpoch
order by phase.suspension_id, phase.phase_no;
