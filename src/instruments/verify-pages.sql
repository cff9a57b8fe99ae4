-- name: readVerifyInstruments
select
  instrument.lane,
  instrument.instrument_id,
  instrument.product_id,
  instrument.state,
  instrument.cause,
  instrument.number,
  instrument.face_minor,
  instrument.seller_id,
  instrument.open_freezes,
  instrument.activated_at
from instruments.instrument
where instrument.lane = :lane::int
  and instrument.instrument_id > :afterId::bigint
order by instrument.instrument_id
limit :size::int;

-- name: readVerifyCardNames
select
  card_name.lane,
  card_name.name,
  card_name.instrument_lane,
  card_name.instrument_id
from instruments.card_name
where card_name.lane = :lane::int
  and card_name.name > :afterName::text
order by card_name.name
limit :size::int;

-- name: readVerifyLots
select
  lot.lane,
  lot.instrument_id,
  lot.lot_id,
  lot.class,
  lot.loaded_minor,
  lot.remaining_minor,
  lot.held_minor,
  lot.expires_at,
  lot.is_frozen,
  lot.source_account_id
from instruments.lot
where lot.lane = :lane::int
  and (lot.instrument_id, lot.lot_id) > (:afterInstrumentId::bigint, :afterLotId::bigint)
order by lot.instrument_id, lot.lot_id
limit :size::int;

-- name: readVerifyHolds
select
  hold.lane,
  hold.hold_id,
  hold.instrument_id,
  hold.client_id,
  hold.merchant_id,
  hold.state,
  hold.amount_minor,
  hold.captured_minor,
  hold.lot_ids,
  hold.lot_minors,
  hold.opened_at,
  hold.expires_at
from instruments.hold
where hold.lane = :lane::int
  and hold.hold_id > :afterId::bigint
order by hold.hold_id
limit :size::int;

-- name: readVerifyFreezes
select
  frozen.lane,
  frozen.instrument_id,
  frozen.freeze_id,
  frozen.owner,
  frozen.reason,
  frozen.opened_at,
  frozen.lifted_at
from instruments.freeze as frozen
where frozen.lane = :lane::int
  and (frozen.instrument_id, frozen.freeze_id) > (:afterInstrumentId::bigint, :afterFreezeId::bigint)
order by frozen.instrument_id, frozen.freeze_id
limit :size::int;

-- name: readVerifyCounters
select
  counter.lane,
  counter.subject,
  counter.measure,
  counter.starts_on,
  counter.used_minor,
  counter.day,
  counter.day_used_minor
from instruments.counter
where counter.lane = :lane::int
  and (counter.subject, counter.measure, counter.starts_on)
    > (:afterSubject::bigint, :afterMeasure::text, :afterStartsOn::date)
order by counter.subject, counter.measure, counter.starts_on
limit :size::int;

-- name: readVerifyRequests
select
  request.lane,
  request.client_id,
  request.request_id,
  request.home_key,
  request.sequence,
  request.kind,
  request.content,
  request.arrived_at,
  request.decided_at,
  request.outcome,
  request.instrument_id,
  request.product_id,
  request.seller_id,
  request.merchant_id,
  request.hold_id,
  request.amount_minor,
  request.balance_minor,
  request.state,
  request.first_transfer_id,
  request.transfer_count,
  request.undone_minor,
  request.is_reversed,
  request.facts
from instruments.request
where request.lane = :lane::int
  and (request.client_id, request.request_id, request.home_key)
    > (:afterClientId::int, :afterRequestId::text, :afterHomeKey::text)
order by request.client_id, request.request_id, request.home_key
limit :size::int;

-- name: readVerifyExclusiveIds
select
  exclusive_id.lane,
  exclusive_id.client_id,
  exclusive_id.request_id,
  exclusive_id.home_key
from instruments.exclusive_id
where exclusive_id.lane = :lane::int
  and (exclusive_id.client_id, exclusive_id.request_id) > (:afterClientId::int, :afterRequestId::text)
order by exclusive_id.client_id, exclusive_id.request_id
limit :size::int;

-- name: readVerifyItems
select
  item.lane,
  item.item_id,
  item.cause,
  item.issuer_id,
  item.client_id,
  item.request_id,
  item.instrument_id,
  item.amount_minor,
  item.opened_at,
  item.closed_at,
  item.closing_note
from instruments.item
where item.lane = :lane::int
  and item.item_id > :afterId::bigint
order by item.item_id
limit :size::int;
