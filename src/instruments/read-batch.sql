-- name: readCatalogueVersion
select version.version
from programmes.version;

-- name: readRequests
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
join unnest(:lanes::int[], :clientIds::int[], :requestIds::text[], :homeKeys::text[])
  as wanted (lane, client_id, request_id, home_key)
  using (lane, client_id, request_id, home_key)
where request.lane = any(:lanesTouched::int[]);

-- name: readNamedInstruments
-- What the names lead to. A signpost to a lane whose turn was not taken shows only where it leads.
select
  card_name.lane as name_lane,
  card_name.name,
  card_name.instrument_lane,
  card_name.instrument_id,
  instrument.product_id,
  instrument.state,
  instrument.cause,
  instrument.number,
  instrument.code_last4,
  instrument.face_minor,
  instrument.seller_id,
  instrument.open_freezes,
  instrument.activated_at,
  account.unit,
  account.posted_minor,
  account.held_minor
from instruments.card_name
join unnest(:lanes::int[], :names::text[]) as wanted (lane, name) using (lane, name)
left join instruments.instrument
  on instrument.lane = card_name.instrument_lane
  and instrument.instrument_id = card_name.instrument_id
  and instrument.lane = any(:lanesTouched::int[])
left join ledger.account
  on account.lane = instrument.lane
  and account.account_id = instrument.instrument_id
where card_name.lane = any(:lanesTouched::int[]);

-- name: readHolds
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
join unnest(:lanes::int[], :holdIds::bigint[]) as wanted (lane, hold_id) using (lane, hold_id)
where hold.lane = any(:lanesTouched::int[]);

-- name: readInstruments
-- notnull: posted_minor, held_minor, unit
-- Instruments with the balance of their accounts.
select
  instrument.lane,
  instrument.instrument_id,
  instrument.product_id,
  instrument.state,
  instrument.cause,
  instrument.number,
  instrument.code_last4,
  instrument.face_minor,
  instrument.seller_id,
  instrument.open_freezes,
  instrument.activated_at,
  account.unit,
  account.posted_minor,
  account.held_minor
from instruments.instrument
join unnest(:lanes::int[], :instrumentIds::bigint[]) as wanted (lane, instrument_id)
  using (lane, instrument_id)
join ledger.account
  on account.lane = instrument.lane
  and account.account_id = instrument.instrument_id
where instrument.lane = any(:lanesTouched::int[])
  and account.lane = any(:lanesTouched::int[]);

-- name: readLots
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
join unnest(:lanes::int[], :instrumentIds::bigint[]) as wanted (lane, instrument_id)
  using (lane, instrument_id)
where lot.lane = any(:lanesTouched::int[])
order by lot.lane, lot.instrument_id, lot.lot_id;

-- name: readOpenHolds
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
join unnest(:lanes::int[], :instrumentIds::bigint[]) as wanted (lane, instrument_id)
  using (lane, instrument_id)
where hold.state = 'open'
  and hold.lane = any(:lanesTouched::int[])
order by hold.lane, hold.hold_id;

-- name: readFreezes
select
  stop.lane,
  stop.instrument_id,
  stop.freeze_id,
  stop.owner,
  stop.reason,
  stop.opened_at,
  stop.lifted_at
from instruments.freeze as stop -- the table's own name is a reserved word
join unnest(:lanes::int[], :instrumentIds::bigint[]) as wanted (lane, instrument_id)
  using (lane, instrument_id)
where stop.lifted_at is null
  and stop.lane = any(:lanesTouched::int[]);

-- name: readCounters
select
  counter.lane,
  counter.subject,
  counter.measure,
  counter.starts_on,
  counter.used_minor
from instruments.counter
join unnest(:lanes::int[], :subjects::bigint[], :measures::text[], :startsOns::date[])
  as wanted (lane, subject, measure, starts_on)
  using (lane, subject, measure, starts_on)
where counter.lane = any(:lanesTouched::int[]);

-- name: readExclusiveIds
select
  exclusive_id.lane,
  exclusive_id.client_id,
  exclusive_id.request_id,
  exclusive_id.home_key
from instruments.exclusive_id
join unnest(:lanes::int[], :clientIds::int[], :requestIds::text[])
  as wanted (lane, client_id, request_id)
  using (lane, client_id, request_id)
where exclusive_id.lane = any(:lanesTouched::int[]);

-- name: readRedemptionsOfMerchants
-- What a merchant took of a card and has not given back, newest first, for returns that name no
-- original (R10). All lanes are asked: a card with a signpost has requests in two.
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
from unnest(:instrumentIds::bigint[], :merchantIds::int[]) as wanted (instrument_id, merchant_id)
cross join lateral (
  select *
  from instruments.request
  where request.lane in (select lane.lane from ledger.lane)
    and request.instrument_id = wanted.instrument_id
    and request.merchant_id = wanted.merchant_id
    and request.kind in ('redeem', 'capture')
    and request.outcome = 'accepted'
    and not request.is_reversed
    and request.undone_minor < request.amount_minor
  order by request.decided_at desc, request.sequence desc
  limit 100
) as request;

-- name: readElsewhereRequests
-- The same ids under any card, for reversals whose original is not where they say (R9). It locks nothing:
-- it asks, and what it finds is told to a person.
select
  request.lane,
  request.client_id,
  request.request_id,
  request.home_key,
  request.kind,
  request.outcome
from unnest(:clientIds::int[], :requestIds::text[]) as wanted (client_id, request_id)
join instruments.request
  on request.lane in (select lane.lane from ledger.lane)
  and request.client_id = wanted.client_id
  and request.request_id = wanted.request_id;

-- name: readItems
select
  item.lane,
  item.item_id,
  item.cause,
  item.client_id,
  item.request_id,
  item.instrument_id,
  item.amount_minor,
  item.opened_at,
  item.closed_at,
  item.closing_note
from instruments.item
join unnest(:lanes::int[], :itemIds::bigint[]) as wanted (lane, item_id) using (lane, item_id)
where item.lane = any(:lanesTouched::int[]);
