-- Cards by the names that clients have for them; how rows are looked up here: read-batch.sql.

-- name: readNamedCards
-- notnull: name_lane, name, instrument_lane, instrument_id, product_id, state, open_freezes, unit, posted_minor, held_minor, place
-- nullable: areWhole, measures, sinces
-- What the names lead to, also behind a signpost to another lane, with all that a redemption or a load asks of it:
-- the card once for each of its lots and counters. The lots as `readLots` gives them, or none where `is_whole` is null;
-- of a measure, where there is one, the counters that began on a day or later.
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
  account.held_minor,
  account.place,
  wanted.is_whole,
  lot.lot_id,
  lot.class,
  lot.loaded_minor,
  lot.remaining_minor,
  lot.held_minor as lot_held_minor,
  lot.expires_at,
  lot.is_frozen,
  lot.source_account_id,
  lot.place as lot_place,
  wanted.measure,
  counter.starts_on,
  counter.used_minor,
  counter.day,
  counter.day_used_minor,
  counter.place as counter_place
from (
  select unnest(:lanes::int[]) as lane, unnest(:names::text[]) as name, unnest(:areWhole::bool[]) as is_whole,
    unnest(:measures::text[]) as measure, unnest(:sinces::date[]) as since
) as wanted
cross join lateral (
  select *
  from instruments.card_name
  where card_name.lane = wanted.lane
    and card_name.name = wanted.name
  offset 0
) as card_name
cross join lateral (
  select *
  from instruments.instrument
  where instrument.lane = card_name.instrument_lane
    and instrument.instrument_id = card_name.instrument_id
  offset 0
) as instrument
cross join lateral (
  select account.*, account.ctid::text as place
  from ledger.account
  where account.lane = instrument.lane
    and account.account_id = instrument.instrument_id
  offset 0
) as account
left join lateral (
  select lot.*, lot.ctid::text as place
  from instruments.lot
  where lot.lane = instrument.lane
    and lot.instrument_id = instrument.instrument_id
    and wanted.is_whole is not null
    and (lot.remaining_minor > 0 or wanted.is_whole)
  order by lot.lot_id
  offset 0
) as lot on true
left join lateral (
  select counter.*, counter.ctid::text as place
  from instruments.counter
  where counter.lane = instrument.lane
    and counter.subject = instrument.instrument_id
    and counter.measure = wanted.measure
    and counter.starts_on >= wanted.since
  offset 0
) as counter on true;
