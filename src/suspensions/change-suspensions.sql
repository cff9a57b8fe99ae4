-- name: lockEpoch
-- Changes of the switch wait for one another here, so each judges by what the one before it left.
select epoch
from suspensions.epoch
for update;

-- name: moveEpoch
update suspensions.epoch
set epoch = :epoch;

-- name: findSameScope
-- nullable: programmeId, productId, sellerId, chainId, aggregatorId, tenderId, merchantId, soldBySellerId
-- One of exactly this scope that is in force at an instant, and that nothing planned will lift. One that is
-- planned for later stands in the way of no earlier stop.
select suspension.suspension_id
from suspensions.suspension
cross join lateral (
  select phase.effect
  from suspensions.phase
  where phase.suspension_id = suspension.suspension_id
  order by phase.phase_no desc
  limit 1
) as latest
where suspension.issuer_id = :issuerId
  and suspension.programme_id is not distinct from :programmeId::int
  and suspension.product_id is not distinct from :productId::int
  and suspension.seller_id is not distinct from :sellerId::int
  and suspension.chain_id is not distinct from :chainId::int
  and suspension.aggregator_id is not distinct from :aggregatorId::int
  and suspension.tender_id is not distinct from :tenderId::int
  and suspension.merchant_id is not distinct from :merchantId::int
  and suspension.sold_by_seller_id is not distinct from :soldBySellerId::int
  and suspension.operations = :operations::text[]
  and latest.effect in ('stopped', 'ended')
  and (
    select in_force.effect in ('stopped', 'ended')
    from suspensions.phase as in_force
    where in_force.suspension_id = suspension.suspension_id
      and in_force.starts_at <= :startsAt
    order by in_force.phase_no desc
    limit 1
  )
order by suspension.suspension_id
limit 1;

-- name: countSuspensions
-- What is over is not counted: a switch that was used for years must still stop something.
select count(*) as suspensions
from suspensions.suspension
where issuer_id = :issuerId
  and (over_from is null or over_from > :at);

-- name: insertSuspension
-- nullable: programmeId, productId, sellerId, chainId, aggregatorId, tenderId, merchantId, soldBySellerId
-- nullable: announcedText, announcedAt
insert into suspensions.suspension (
  issuer_id, programme_id, product_id, seller_id, chain_id, aggregator_id, tender_id, merchant_id,
  sold_by_seller_id, operations, announced_text, announced_at, precision, internal_reason, thrown_by,
  thrown_at, epoch
)
values (
  :issuerId, :programmeId, :productId, :sellerId, :chainId, :aggregatorId, :tenderId, :merchantId,
  :soldBySellerId, :operations, :announcedText, :announcedAt, :precision, :internalReason, :thrownBy,
  :thrownAt, :epoch
)
returning suspension_id;

-- name: insertPhase
-- nullable: conditions, expectedEnd, approvedBy
insert into suspensions.phase (
  suspension_id, phase_no, effect, conditions, starts_at, expected_end, text_ja, text_en, criteria,
  reason, actor, approved_by, recorded_at
)
values (
  :suspensionId, :phaseNo, :effect, :conditions::jsonb, :startsAt, :expectedEnd, :textJa, :textEn,
  :criteria, :reason, :actor, :approvedBy, :recordedAt
);

-- name: markChanged
-- From when it is over is read anew from its newest phase, which may have been put off.
update suspensions.suspension
set
  epoch = :epoch,
  over_from = (
    select case when phase.effect = 'lifted' then phase.starts_at end
    from suspensions.phase
    where phase.suspension_id = suspension.suspension_id
    order by phase.phase_no desc
    limit 1
  )
where suspension_id = :suspensionId;

-- name: putOff
-- Only of a phase whose commit came too late for the beginning that it was given.
update suspensions.phase
set starts_at = :startsAt
where suspension_id = :suspensionId
  and phase_no = :phaseNo;

-- name: tellAgain
-- Whoever was told the beginning before it was put off, or is being told it, is told the new one.
update suspensions.telling
set
  state = 'waiting',
  told_at = null,
  told_webhook_ids = '{}',
  attempts = telling.attempts + 1,
  next_at = :nextAt
where suspension_id = :suspensionId
  and phase_no = :phaseNo
  and state in ('waiting', 'told');

-- name: readPhases
select
  phase_no,
  effect,
  conditions,
  starts_at,
  expected_end,
  text_ja,
  text_en,
  criteria,
  reason,
  actor,
  approved_by,
  recorded_at
from suspensions.phase
where suspension_id = :suspensionId
order by phase_no;

-- name: addTellings
-- Every company of the issuer that sells or takes payment where the suspension does something; one that
-- sells from what it has paid in has no seller, and is told of what is stopped at no certain place.
insert into suspensions.telling (suspension_id, phase_no, client_id, next_at)
select :suspensionId, :phaseNo, client.client_id, :nextAt
from clients.client
where client.issuer_id = :issuerId
  and client.is_active
  and (
    client.seller_id = any(:sellerIds::int[])
    or client.merchant_id = any(:merchantIds::int[])
    or (:isOfNoPlace::boolean and client.funding = 'funds')
    or exists (
      select from clients.terminal
      where terminal.client_id = client.client_id
        and (terminal.seller_id = any(:sellerIds::int[]) or terminal.merchant_id = any(:merchantIds::int[]))
    )
  );
