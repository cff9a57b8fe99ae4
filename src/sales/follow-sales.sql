-- name: readUncounted
-- Lanes that have batches which are not counted yet.
-- notnull: lane, lastBatchId, countedBatchId
select
  lane.lane,
  lane.last_batch_id,
  coalesce(position.batch_id, 0)::bigint as counted_batch_id
from ledger.lane
left join sales.position on position.lane = lane.lane
where lane.last_batch_id > coalesce(position.batch_id, 0)
order by lane.lane;

-- name: readUncountedJournals
-- The oldest of them by lane, at most `perLane` of each.
-- nullable: previousLastId
-- notnull: lane, batchId, at, content
select
  batch.lane,
  batch.batch_id,
  batch.at,
  batch.content,
  before.last_id as previous_last_id
from (select unnest(:lanes::int[]) as lane, unnest(:afterIds::bigint[]) as after_id) as wanted
join ledger.batch
  on batch.lane = wanted.lane
  and batch.batch_id > wanted.after_id
  and batch.batch_id <= wanted.after_id + :perLane::int
left join ledger.batch as before
  on before.lane = batch.lane
  and before.batch_id = batch.batch_id - 1
order by batch.lane, batch.batch_id
limit :size::int;

-- name: addPositions
insert into sales.position (lane, batch_id)
select wanted.lane, 0
from unnest(:lanes::int[]) as wanted (lane)
order by wanted.lane
on conflict on constraint position_pkey do nothing;

-- name: lockPositions
-- Locks the positions, lanes ascending: of two processes that have read the same journals one counts them, and the
-- other sees here that it came late.
select position.lane, position.batch_id
from sales.position
where position.lane = any(:lanes::int[])
order by position.lane
for update;

-- name: movePositions
update sales.position
set batch_id = wanted.until_id
from (select unnest(:lanes::int[]) as lane, unnest(:untilIds::bigint[]) as until_id) as wanted
where position.lane = wanted.lane;

-- name: addHours
-- The issuer is that of the client: a refused request need not name anything of an issuer that is there.
insert into sales.hour as hour (
  at, issuer_id, product_id, seller_id, tender_id, merchant_id, kind, outcome, count, amount_minor
)
select
  counted.at,
  client.issuer_id,
  counted.product_id,
  counted.seller_id,
  counted.tender_id,
  counted.merchant_id,
  counted.kind,
  counted.outcome,
  sum(counted.count)::bigint,
  sum(counted.amount_minor)::bigint
from (
  select
    unnest(:ats::timestamptz[]) as at,
    unnest(:clientIds::int[]) as client_id,
    unnest(:productIds::int[]) as product_id,
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:tenderIds::int[]) as tender_id,
    unnest(:merchantIds::int[]) as merchant_id,
    unnest(:kinds::text[]) as kind,
    unnest(:outcomes::text[]) as outcome,
    unnest(:counts::bigint[]) as count,
    unnest(:amountMinors::bigint[]) as amount_minor
) as counted
join clients.client on client.client_id = counted.client_id
group by 1, 2, 3, 4, 5, 6, 7, 8
order by 2, 1, 7, 8, 3, 4, 5, 6
on conflict on constraint hour_pkey do update
set
  count = hour.count + excluded.count,
  amount_minor = hour.amount_minor + excluded.amount_minor;

-- name: addMinutes
insert into sales.minute as minute (at, issuer_id, kind, outcome, unit, count, amount_minor)
select
  counted.at,
  client.issuer_id,
  counted.kind,
  counted.outcome,
  coalesce(programme.unit, ''),
  sum(counted.count)::bigint,
  sum(counted.amount_minor)::bigint
from (
  select
    unnest(:ats::timestamptz[]) as at,
    unnest(:clientIds::int[]) as client_id,
    unnest(:productIds::int[]) as product_id,
    unnest(:kinds::text[]) as kind,
    unnest(:outcomes::text[]) as outcome,
    unnest(:counts::bigint[]) as count,
    unnest(:amountMinors::bigint[]) as amount_minor
) as counted
join clients.client on client.client_id = counted.client_id
left join programmes.product on product.product_id = counted.product_id
left join programmes.programme on programme.programme_id = product.programme_id
group by 1, 2, 3, 4, 5
order by 2, 1, 3, 4, 5
on conflict on constraint minute_pkey do update
set
  count = minute.count + excluded.count,
  amount_minor = minute.amount_minor + excluded.amount_minor;

-- name: addPurchases
insert into sales.purchase (
  sequence, issuer_id, contract, at, product_id, seller_id, tender_id, amount_minor
)
select
  bought.sequence,
  client.issuer_id,
  bought.contract,
  bought.at,
  bought.product_id,
  bought.seller_id,
  bought.tender_id,
  bought.amount_minor
from (
  select
    unnest(:sequences::bigint[]) as sequence,
    unnest(:clientIds::int[]) as client_id,
    unnest(:contracts::bigint[]) as contract,
    unnest(:ats::timestamptz[]) as at,
    unnest(:productIds::int[]) as product_id,
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:tenderIds::int[]) as tender_id,
    unnest(:amountMinors::bigint[]) as amount_minor
) as bought
join clients.client on client.client_id = bought.client_id
order by bought.sequence
on conflict on constraint purchase_pkey do nothing;

-- name: forgetMinutes
delete from sales.minute where minute.at < :before;

-- name: forgetPurchases
delete from sales.purchase where purchase.at < :before;

-- name: forgetHours
delete from sales.hour where hour.at < :before;
