-- name: readCards
-- nullable: faceMinor
-- Cards of one product and state, in no particular order: for a desk that wants some of them.
select lane, instrument_id, number, face_minor, state, open_freezes
from instruments.instrument
where product_id = :productId
  and state = :state
  and (:faceMinor::bigint is null or face_minor = :faceMinor)
limit :most::int;

-- name: readItems
-- Of one issuer, the oldest open first.
select
  item.lane,
  item.item_id,
  item.cause,
  item.client_id,
  item.request_id,
  item.instrument_id,
  item.amount_minor,
  item.opened_at
from instruments.item
where item.closed_at is null
  and item.issuer_id = :issuerId
order by item.opened_at, item.item_id
limit :most::int;

-- name: findOpenItem
-- Whether there is such work for a person of this issuer.
select item.item_id
from instruments.item
where item.lane = :lane
  and item.item_id = :itemId
  and item.issuer_id = :issuerId
  and item.closed_at is null;
