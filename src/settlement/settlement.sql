-- name: readSettledAccounts
-- The house accounts that sellers owe on, merchants are owed on, and partners have paid in to.
select
  house_account.account_id,
  house_account.issuer_id,
  house_account.kind,
  house_account.party_id,
  house_account.unit
from ledger.house_account
where house_account.kind in ('seller_receivable', 'merchant_payable', 'partner_funds')
  and house_account.issuer_id = :issuerId::int
order by house_account.account_id;

-- name: readSettledBatches
-- nullable: previousLastId
-- notnull: lane, batchId, content
select
  batch.lane,
  batch.batch_id,
  batch.content,
  before.last_id as previous_last_id
from ledger.batch
left join ledger.batch as before
  on before.lane = batch.lane
  and before.batch_id = batch.batch_id - 1
where batch.lane = :lane::int
  and batch.batch_id > :afterId::bigint
  and batch.batch_id <= :untilId::bigint
order by batch.batch_id
limit :size::int;

-- name: sumSettledMovements
-- The same movements out of the table: transfers of a day have the ids of its batches.
-- notnull: accountId, minor
select move.account_id, sum(move.minor)::bigint as minor
from (
  select transfer.credit_account_id as account_id, transfer.amount_minor as minor
  from ledger.transfer
  where transfer.lane = :lane::int
    and transfer.transfer_id >= :firstId::bigint
    and transfer.transfer_id < :endId::bigint
    and transfer.credit_account_id = any(:accountIds::bigint[])
  union all
  select transfer.debit_account_id, -transfer.amount_minor
  from ledger.transfer
  where transfer.lane = :lane::int
    and transfer.transfer_id >= :firstId::bigint
    and transfer.transfer_id < :endId::bigint
    and transfer.debit_account_id = any(:accountIds::bigint[])
) as move
group by move.account_id;

-- name: readSettledCards
select instrument.instrument_id, instrument.number
from instruments.instrument
join (select unnest(:lanes::int[]) as lane, unnest(:instrumentIds::bigint[]) as instrument_id) as wanted
  using (lane, instrument_id);

-- name: readSettledClients
select client.client_id, client.key
from clients.client;

-- name: readFirstBatchAt
-- When the books began; nothing has happened yet: null.
-- nullable: at
select min(batch.at) as at
from ledger.lane
join ledger.batch
  on batch.lane = lane.lane
  and batch.batch_id = 1;
