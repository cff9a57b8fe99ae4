-- name: pinPlans
-- First in every batch. Its statements name rows by their keys, and their plan is to look each one up:
-- left to its estimates the planner was seen to scan whole lanes instead (a batch of 212 names read 5,000
-- rows, and with a million cards half of them). One plan for all sizes is also made only once a session.
-- notnull: is_pinned
select
  set_config('plan_cache_mode', 'force_generic_plan', true) is not null
    and set_config('enable_hashjoin', 'off', true) is not null
    and set_config('enable_mergejoin', 'off', true) is not null
    and set_config('enable_seqscan', 'off', true) is not null
    and set_config('enable_bitmapscan', 'off', true) is not null
    and set_config('enable_material', 'off', true) is not null
    and set_config('enable_memoize', 'off', true) is not null as is_pinned;

-- name: takeTurns
-- The turn of the lanes: their rows locked in ascending order, in a statement of its own; every read
-- follows it in a new snapshot (a lock and a read in one statement were seen to return a stale balance, R27).
select
  lane.lane,
  lane.last_id,
  lane.last_batch_id,
  lane.last_hash,
  lane.last_at
from ledger.lane
where lane.lane = any(:lanes::int[])
order by lane.lane
for update;

-- name: readAccounts
-- notnull: place
select
  account.lane,
  account.account_id,
  account.unit,
  account.posted_minor,
  account.held_minor,
  account.floor_minor,
  account.place
from (select unnest(:lanes::int[]) as lane, unnest(:accountIds::bigint[]) as account_id) as wanted
cross join lateral (
  select account.*, account.ctid::text as place
  from ledger.account
  where account.lane = wanted.lane
    and account.account_id = wanted.account_id
  offset 0
) as account;

-- name: readTransfersByRange
-- Transfers of requests: their ids are consecutive in the lane that the first id carries.
select
  transfer.lane,
  transfer.transfer_id,
  transfer.debit_account_id,
  transfer.credit_account_id,
  transfer.amount_minor,
  transfer.lot_id,
  transfer.batch_id
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:firstIds::bigint[]) as first_id,
    unnest(:lastIds::bigint[]) as last_id
) as wanted
cross join lateral (
  select *
  from ledger.transfer
  where transfer.lane = wanted.lane
    and transfer.transfer_id between wanted.first_id and wanted.last_id
  offset 0
) as transfer
order by transfer.lane, transfer.transfer_id;

-- name: readAccountsOfTransfers
-- notnull: place
-- Both accounts of the same transfers, so that an undoing may credit what was debited.
select distinct
  account.lane,
  account.account_id,
  account.unit,
  account.posted_minor,
  account.held_minor,
  account.floor_minor,
  account.place
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:firstIds::bigint[]) as first_id,
    unnest(:lastIds::bigint[]) as last_id
) as wanted
cross join lateral (
  select *
  from ledger.transfer
  where transfer.lane = wanted.lane
    and transfer.transfer_id between wanted.first_id and wanted.last_id
  offset 0
) as transfer
cross join lateral (
  select account.*, account.ctid::text as place
  from ledger.account
  where account.lane = transfer.lane
    and account.account_id in (transfer.debit_account_id, transfer.credit_account_id)
  offset 0
) as account;

-- name: insertAccounts
-- nullable: floorMinors
insert into ledger.account (lane, account_id, unit, posted_minor, held_minor, floor_minor)
select lane, account_id, unit, posted_minor, held_minor, floor_minor
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:accountIds::bigint[]) as account_id,
    unnest(:units::text[]) as unit,
    unnest(:postedMinors::bigint[]) as posted_minor,
    unnest(:heldMinors::bigint[]) as held_minor,
    unnest(:floorMinors::bigint[]) as floor_minor
) as new;

-- name: updateAccounts
-- notnull: all_written
-- One statement for the whole batch: each account is written once, whatever its number of transfers.
with written as (
  update ledger.account
  set
    posted_minor = new.posted_minor,
    held_minor = new.held_minor
  from (
    select
      unnest(:places::text[]) as place,
      unnest(:postedMinors::bigint[]) as posted_minor,
      unnest(:heldMinors::bigint[]) as held_minor
  ) as new
  where account.ctid = new.place::tid
  returning 1
)
select ledger.all_written(count(*), cardinality(:places::text[]))
from written;

-- name: insertTransfers
-- nullable: lotIds
insert into ledger.transfer (
  lane, transfer_id, debit_account_id, credit_account_id, amount_minor, lot_id, batch_id
)
select lane, transfer_id, debit_account_id, credit_account_id, amount_minor, lot_id, batch_id
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:transferIds::bigint[]) as transfer_id,
    unnest(:debitAccountIds::bigint[]) as debit_account_id,
    unnest(:creditAccountIds::bigint[]) as credit_account_id,
    unnest(:amountMinors::bigint[]) as amount_minor,
    unnest(:lotIds::bigint[]) as lot_id,
    unnest(:batchIds::bigint[]) as batch_id
) as new;

-- name: insertBatches
insert into ledger.batch (
  lane, batch_id, at, operation_count, last_id, previous_hash, hash, content
)
select lane, batch_id, at, operation_count, last_id, previous_hash, hash, content
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:batchIds::bigint[]) as batch_id,
    unnest(:ats::timestamptz[]) as at,
    unnest(:operationCounts::int[]) as operation_count,
    unnest(:lastIds::bigint[]) as last_id,
    unnest(:previousHashes::bytea[]) as previous_hash,
    unnest(:hashes::bytea[]) as hash,
    unnest(:contents::bytea[]) as content
) as new;

-- name: updateLanes
update ledger.lane
set
  last_id = new.last_id,
  last_batch_id = new.last_batch_id,
  last_hash = new.last_hash,
  last_at = new.last_at
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:lastIds::bigint[]) as last_id,
    unnest(:lastBatchIds::bigint[]) as last_batch_id,
    unnest(:lastHashes::bytea[]) as last_hash,
    unnest(:lastAts::timestamptz[]) as last_at
) as new
where lane.lane = new.lane;
