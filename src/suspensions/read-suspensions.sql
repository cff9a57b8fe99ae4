-- name: readEpoch
select epoch
from suspensions.epoch;

-- name: readChangedSuspensions
-- What a process that knows an epoch has not read yet; all of them for one that knows none, but for those that
-- have been over for so long that nothing is judged by them any more.
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
  and (over_from is null or over_from > :keptSince)
order by suspension_id;

-- name: readSuspension
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
where suspension_id = :suspensionId
  and issuer_id = :issuerId;

-- name: listOver
-- What is over, the newest first.
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
where issuer_id = :issuerId
  and over_from <= :at
order by suspension_id desc
limit :size::int
offset :skip::int;

-- name: countOver
select count(*) as suspensions
from suspensions.suspension
where issuer_id = :issuerId
  and over_from <= :at;

-- name: readPhasesOf
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
where phase.suspension_id = any(:suspensionIds::int[])
order by phase.suspension_id, phase.phase_no;
