-- name: readVerifyLanes
select
  lane.lane,
  lane.last_id,
  lane.last_batch_id,
  lane.last_hash,
  lane.last_at
from ledger.lane
order by lane.lane;

-- name: readVerifyBatches
select
  batch.lane,
  batch.batch_id,
  batch.at,
  batch.operation_count,
  batch.last_id,
  batch.previous_hash,
  batch.hash,
  batch.content
from ledger.batch
where batch.lane = :lane::int
  and batch.batch_id > :afterId::bigint
order by batch.batch_id
limit :size::int;

-- name: readVerifyAccounts
select
  account.lane,
  account.account_id,
  account.unit,
  account.posted_minor,
  account.held_minor,
  account.floor_minor
from ledger.account
where account.lane = :lane::int
  and account.account_id > :afterId::bigint
order by account.account_id
limit :size::int;

-- name: readVerifyTransfers
select
  transfer.lane,
  transfer.transfer_id,
  transfer.debit_account_id,
  transfer.credit_account_id,
  transfer.amount_minor,
  transfer.lot_id,
  transfer.batch_id
from ledger.transfer
where transfer.lane = :lane::int
  and transfer.transfer_id > :afterId::bigint
order by transfer.transfer_id
limit :size::int;

-- name: findUnbalancedUnit
-- notnull: postedMinor
select
  account.unit,
  sum(account.posted_minor)::bigint as posted_minor
from ledger.account
where account.lane = :lane::int
group by account.unit
having sum(account.posted_minor) <> 0
order by account.unit
limit 1;

-- name: findUnbalancedInterlane
-- What left one lane must have arrived in another (R26).
-- notnull: postedMinor
select
  account.unit,
  sum(account.posted_minor)::bigint as posted_minor
from ledger.account
join ledger.house_account on house_account.account_id = account.account_id
where house_account.kind = 'interlane'
group by account.unit
having sum(account.posted_minor) <> 0
order by account.unit
limit 1;

-- name: findWrongBalance
-- An account says what its transfers come to; null on either side where there is no row.
-- nullable: postedMinor, movedMinor
-- notnull: accountId
with moved as (
  select move.account_id, sum(move.minor)::bigint as minor
  from (
    select transfer.credit_account_id as account_id, transfer.amount_minor as minor
    from ledger.transfer
    where transfer.lane = :lane::int
    union all
    select transfer.debit_account_id, -transfer.amount_minor
    from ledger.transfer
    where transfer.lane = :lane::int
  ) as move
  group by move.account_id
),
standing as (
  select account.account_id, account.posted_minor
  from ledger.account
  where account.lane = :lane::int
)
select
  coalesce(standing.account_id, moved.account_id) as account_id,
  standing.posted_minor,
  moved.minor as moved_minor
from standing
full join moved on moved.account_id = standing.account_id
where standing.posted_minor is distinct from coalesce(moved.minor, 0)
order by 1
limit 1;

-- name: findAccountBelowFloor
select
  account.account_id,
  account.posted_minor,
  account.held_minor,
  account.floor_minor
from ledger.account
where account.lane = :lane::int
  and (
    account.posted_minor - account.held_minor < account.floor_minor
    or account.held_minor < 0
  )
order by account.account_id
limit 1;

-- name: findTransferOfUnits
-- A transfer stays in one unit; both of its accounts are there.
-- nullable: debitUnit, creditUnit
select
  transfer.transfer_id,
  debit.unit as debit_unit,
  credit.unit as credit_unit
from ledger.transfer
left join ledger.account as debit
  on debit.lane = transfer.lane
  and debit.account_id = transfer.debit_account_id
left join ledger.account as credit
  on credit.lane = transfer.lane
  and credit.account_id = transfer.credit_account_id
where transfer.lane = :lane::int
  and (debit.unit is null or debit.unit is distinct from credit.unit)
order by transfer.transfer_id
limit 1;

-- name: findHouseAccountOfOtherUnit
-- The lane's copy of a house account has the unit and the floor that the house account says.
select
  account.account_id,
  account.unit,
  house_account.unit as house_unit
from ledger.account
join ledger.house_account on house_account.account_id = account.account_id
where account.lane = :lane::int
  and (
    account.unit <> house_account.unit
    or account.floor_minor is distinct from house_account.floor_minor
  )
order by account.account_id
limit 1;
