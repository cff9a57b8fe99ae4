-- name: findCardsByLastFour
-- Of the code or of the printed number, newest activation first.
with found as (
  select
    instrument.lane,
    instrument.instrument_id
  from instruments.instrument
  where instrument.code_last4 = :lastFour
    and instrument.product_id = any(:productIds::int[])
  union
  select
    instrument.lane,
    instrument.instrument_id
  from instruments.instrument
  where instrument.number is not null
    and right(instrument.number, 4) = :lastFour
    and instrument.product_id = any(:productIds::int[])
)
select
  instrument.instrument_id,
  instrument.product_id,
  instrument.state,
  instrument.number,
  instrument.code_last4,
  instrument.face_minor,
  instrument.seller_id,
  instrument.open_freezes,
  instrument.activated_at
from found
join instruments.instrument using (lane, instrument_id)
order by instrument.activated_at desc nulls last, instrument.instrument_id desc
limit :size::int;

-- name: findCardsById
select
  instrument.instrument_id,
  instrument.product_id,
  instrument.state,
  instrument.number,
  instrument.code_last4,
  instrument.face_minor,
  instrument.seller_id,
  instrument.open_freezes,
  instrument.activated_at
from (select unnest(:lanes::int[]) as lane, unnest(:instrumentIds::bigint[]) as instrument_id) as wanted
join instruments.instrument using (lane, instrument_id)
order by instrument.instrument_id;

-- name: findCardsByRequest
-- What the clients of an issuer have asked for under an id, or under ids that begin alike: a receipt of a
-- till has the beginning. In every lane, by the key of the table.
select
  request.client_id,
  request.request_id,
  request.kind,
  request.outcome,
  request.arrived_at,
  request.instrument_id,
  request.product_id
from instruments.request
where request.lane in (select lane.lane from ledger.lane)
  and request.client_id = any(:clientIds::int[])
  and request.request_id between :firstId and :lastId
  and request.kind not in ('counterpart', 'rebalance')
order by request.arrived_at desc
limit :size::int;

-- name: readCardLots
select
  lot.lot_id,
  lot.class,
  lot.loaded_minor,
  lot.remaining_minor,
  lot.held_minor,
  lot.expires_at,
  lot.is_frozen
from instruments.lot
where lot.lane = :lane
  and lot.instrument_id = :instrumentId
order by lot.lot_id
limit 200;

-- name: readCardHolds
select
  hold.hold_id,
  hold.client_id,
  hold.merchant_id,
  hold.state,
  hold.amount_minor,
  hold.captured_minor,
  hold.opened_at,
  hold.expires_at
from instruments.hold
where hold.lane = :lane
  and hold.instrument_id = :instrumentId
  and hold.state = 'open'
order by hold.opened_at desc
limit 200;

-- name: readCardFreezes
select
  freeze_id,
  owner,
  reason,
  opened_at,
  lifted_at
from instruments.freeze
where lane = :lane
  and instrument_id = :instrumentId
order by opened_at desc
limit 200;

-- name: readCardItems
-- Open ones only: what has been settled is told by the requests.
select
  item.item_id,
  item.cause,
  item.request_id,
  item.amount_minor,
  item.opened_at
from instruments.item
where item.lane = :lane
  and item.instrument_id = :instrumentId
  and item.closed_at is null
order by item.item_id
limit 100;

-- name: readCardRequests
-- Newest first, in whatever lane they are at home: a card with a signpost has requests in two.
select
  request.client_id,
  request.request_id,
  request.kind,
  request.outcome,
  request.arrived_at,
  request.decided_at,
  request.seller_id,
  request.merchant_id,
  request.amount_minor,
  request.balance_minor,
  request.undone_minor,
  request.is_reversed
from instruments.request
where request.instrument_id = :instrumentId
  and request.kind <> 'rebalance'
  and request.decided_at < :before
order by request.decided_at desc, request.sequence desc
limit :size::int;
