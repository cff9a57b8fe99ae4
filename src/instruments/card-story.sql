-- name: readStoryCard
select cause, seller_id, activated_at
from instruments.instrument
where lane = :lane
  and instrument_id = :instrumentId;

-- name: readStoryFreezes
select owner, opened_at
from instruments.freeze
where lane = :lane
  and instrument_id = :instrumentId
  and lifted_at is null
order by freeze_id;

-- name: readStoryRequests
-- nullable: sellerId, merchantId, amountMinor
-- The first few and the newest of a card: how it was sold, and what was done with it last. The id carries the
-- lane, and the index begins with the id.
with first_of_card as (
  select lane, client_id, request_id, home_key
  from instruments.request
  where instrument_id = :instrumentId
  order by sequence
  limit :firstSize::int
), newest_of_card as (
  select lane, client_id, request_id, home_key
  from instruments.request
  where instrument_id = :instrumentId
  order by sequence desc
  limit :newestSize::int
)
select
  request.request_id,
  request.client_id,
  request.sequence,
  request.kind,
  request.arrived_at,
  request.outcome,
  request.seller_id,
  request.merchant_id,
  request.amount_minor,
  request.undone_minor,
  request.is_reversed
from instruments.request
join (select * from first_of_card union select * from newest_of_card) as wanted
  using (lane, client_id, request_id, home_key)
where request.instrument_id = :instrumentId
order by request.sequence, request.arrived_at;
