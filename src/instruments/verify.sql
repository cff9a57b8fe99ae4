-- name: findLanesInUse
-- Lanes with a row in any table that the journal covers: of the others there is nothing to compare.
select lane.lane
from ledger.lane
where
  exists (select from ledger.batch as kept where kept.lane = lane.lane)
  or exists (select from ledger.account as kept where kept.lane = lane.lane)
  or exists (select from ledger.transfer as kept where kept.lane = lane.lane)
  or exists (select from instruments.request as kept where kept.lane = lane.lane)
  or exists (select from instruments.instrument as kept where kept.lane = lane.lane)
  or exists (select from instruments.card_name as kept where kept.lane = lane.lane)
  or exists (select from instruments.lot as kept where kept.lane = lane.lane)
  or exists (select from instruments.hold as kept where kept.lane = lane.lane)
  or exists (select from instruments.freeze as kept where kept.lane = lane.lane)
  or exists (select from instruments.counter as kept where kept.lane = lane.lane)
  or exists (select from instruments.exclusive_id as kept where kept.lane = lane.lane)
  or exists (select from instruments.item as kept where kept.lane = lane.lane);

-- name: findWrongLotSum
-- The lots of an instrument are its balance, and what they hold is what its account promises.
-- nullable: postedMinor, heldMinor
-- notnull: remainingMinor, lotHeldMinor
with of_lots as (
  select
    lot.instrument_id,
    sum(lot.remaining_minor)::bigint as remaining_minor,
    sum(lot.held_minor)::bigint as held_minor
  from instruments.lot
  where lot.lane = :lane::int
  group by lot.instrument_id
)
select
  instrument.instrument_id,
  coalesce(of_lots.remaining_minor, 0) as remaining_minor,
  coalesce(of_lots.held_minor, 0) as lot_held_minor,
  account.posted_minor,
  account.held_minor
from instruments.instrument
left join of_lots on of_lots.instrument_id = instrument.instrument_id
left join ledger.account
  on account.lane = instrument.lane
  and account.account_id = instrument.instrument_id
where instrument.lane = :lane::int
  and (
    coalesce(of_lots.remaining_minor, 0) <> coalesce(account.posted_minor, 0)
    or coalesce(of_lots.held_minor, 0) <> coalesce(account.held_minor, 0)
  )
order by instrument.instrument_id
limit 1;

-- name: findUnownedLot
select lot.instrument_id, lot.lot_id
from instruments.lot
left join instruments.instrument
  on instrument.lane = lot.lane
  and instrument.instrument_id = lot.instrument_id
where lot.lane = :lane::int
  and instrument.instrument_id is null
order by lot.instrument_id, lot.lot_id
limit 1;

-- name: findUnownedAccount
-- An account is an instrument's or the house's, never both and never nobody's.
-- notnull: isBoth
select
  account.account_id,
  (instrument.instrument_id is not null) as is_both
from ledger.account
left join instruments.instrument
  on instrument.lane = account.lane
  and instrument.instrument_id = account.account_id
left join ledger.house_account on house_account.account_id = account.account_id
where account.lane = :lane::int
  and (instrument.instrument_id is null) = (house_account.account_id is null)
order by account.account_id
limit 1;

-- name: findWrongLotTransfers
-- What is left of a lot is what its transfers brought to its instrument, less what they took.
-- notnull: movedMinor
with moved as (
  select move.lot_id, move.account_id, sum(move.minor)::bigint as minor
  from (
    select transfer.lot_id, transfer.credit_account_id as account_id, transfer.amount_minor as minor
    from ledger.transfer
    where transfer.lane = :lane::int
      and transfer.lot_id is not null
    union all
    select transfer.lot_id, transfer.debit_account_id, -transfer.amount_minor
    from ledger.transfer
    where transfer.lane = :lane::int
      and transfer.lot_id is not null
  ) as move
  group by move.lot_id, move.account_id
)
select
  lot.instrument_id,
  lot.lot_id,
  lot.remaining_minor,
  coalesce(moved.minor, 0) as moved_minor
from instruments.lot
left join moved
  on moved.lot_id = lot.lot_id
  and moved.account_id = lot.instrument_id
where lot.lane = :lane::int
  and lot.remaining_minor <> coalesce(moved.minor, 0)
order by lot.instrument_id, lot.lot_id
limit 1;

-- name: findWrongHoldLot
-- Open holds and lots agree, lot by lot, on what is held.
-- nullable: heldMinor, promisedMinor
-- notnull: lotId
with promised as (
  select held.lot_id, sum(held.minor)::bigint as minor
  from instruments.hold
  cross join lateral unnest(hold.lot_ids, hold.lot_minors) as held (lot_id, minor)
  where hold.lane = :lane::int
    and hold.state = 'open'
  group by held.lot_id
),
standing as (
  select lot.lot_id, lot.held_minor
  from instruments.lot
  where lot.lane = :lane::int
)
select
  coalesce(standing.lot_id, promised.lot_id) as lot_id,
  standing.held_minor,
  promised.minor as promised_minor
from standing
full join promised on promised.lot_id = standing.lot_id
where standing.held_minor is distinct from coalesce(promised.minor, 0)
order by 1
limit 1;

-- name: findWrongHold
-- An open hold holds exactly what is not captured yet; it belongs to an instrument.
-- notnull: openMinor, heldMinor, isOwned
select
  hold.hold_id,
  (hold.amount_minor - hold.captured_minor) as open_minor,
  coalesce(held.minor, 0)::bigint as held_minor,
  (instrument.instrument_id is not null) as is_owned
from instruments.hold
left join instruments.instrument
  on instrument.lane = hold.lane
  and instrument.instrument_id = hold.instrument_id
left join lateral (
  select sum(part.minor) as minor
  from unnest(hold.lot_minors) as part (minor)
) as held on true
where hold.lane = :lane::int
  and (
    instrument.instrument_id is null
    or (hold.state = 'open' and coalesce(held.minor, 0) <> hold.amount_minor - hold.captured_minor)
  )
order by hold.hold_id
limit 1;

-- name: findWrongRequest
-- A request that was not accepted moved nothing; nothing is undone beyond what was done.
select
  request.client_id,
  request.request_id,
  request.outcome,
  request.transfer_count,
  request.amount_minor,
  request.undone_minor
from instruments.request
where request.lane = :lane::int
  and (
    (request.outcome <> 'accepted' and request.transfer_count <> 0)
    or (request.transfer_count > 0 and request.first_transfer_id is null)
    or request.transfer_count < 0
    or (request.undone_minor > 0 and request.undone_minor > coalesce(request.amount_minor, 0))
  )
order by request.client_id, request.request_id
limit 1;

-- name: findSequenceTwice
-- notnull: times
select request.sequence, count(*) as times
from instruments.request
where request.lane = :lane::int
group by request.sequence
having count(*) > 1
order by request.sequence
limit 1;

-- name: findWrongTransferOwner
-- Every transfer belongs to exactly one request, the one whose range of ids it lies in. The request may
-- stand in another lane than its card (a signpost).
-- nullable: debitAccountId
-- notnull: lane, transferId, requests
with claimed as (
  select request.first_transfer_id + 256 * step.at as transfer_id
  from instruments.request
  cross join lateral generate_series(0, request.transfer_count - 1) as step (at)
  where request.transfer_count > 0
),
counted as (
  select claimed.transfer_id, count(*) as requests
  from claimed
  group by claimed.transfer_id
)
select
  coalesce(transfer.lane, (counted.transfer_id & 255)::int) as lane,
  coalesce(transfer.transfer_id, counted.transfer_id) as transfer_id,
  transfer.debit_account_id,
  coalesce(counted.requests, 0) as requests
from ledger.transfer
full join counted on counted.transfer_id = transfer.transfer_id
where counted.requests is distinct from 1
  or transfer.transfer_id is null
order by 1, 2
limit 1;

-- name: findWrongFreezeCount
-- notnull: openRows
with open as (
  select frozen.instrument_id, count(*) as rows
  from instruments.freeze as frozen
  where frozen.lane = :lane::int
    and frozen.lifted_at is null
  group by frozen.instrument_id
)
select
  instrument.instrument_id,
  instrument.open_freezes,
  coalesce(open.rows, 0) as open_rows
from instruments.instrument
left join open on open.instrument_id = instrument.instrument_id
where instrument.lane = :lane::int
  and instrument.open_freezes <> coalesce(open.rows, 0)
order by instrument.instrument_id
limit 1;

-- name: findUnownedFreeze
select frozen.instrument_id, frozen.freeze_id
from instruments.freeze as frozen
left join instruments.instrument
  on instrument.lane = frozen.lane
  and instrument.instrument_id = frozen.instrument_id
where frozen.lane = :lane::int
  and instrument.instrument_id is null
order by frozen.instrument_id, frozen.freeze_id
limit 1;

-- name: findWrongState
-- Only an active instrument holds value; one that has been active says since when.
-- notnull: postedMinor
select
  instrument.instrument_id,
  instrument.state,
  coalesce(account.posted_minor, 0) as posted_minor
from instruments.instrument
left join ledger.account
  on account.lane = instrument.lane
  and account.account_id = instrument.instrument_id
where instrument.lane = :lane::int
  and instrument.state <> 'active'
  and coalesce(account.posted_minor, 0) <> 0
order by instrument.instrument_id
limit 1;

-- name: findWrongCardName
-- A name leads to an instrument that is there, and a number to the one that carries it.
-- nullable: number
select
  card_name.name,
  card_name.instrument_lane,
  card_name.instrument_id,
  instrument.number
from instruments.card_name
left join instruments.instrument
  on instrument.lane = card_name.instrument_lane
  and instrument.instrument_id = card_name.instrument_id
where card_name.lane = :lane::int
  and (
    instrument.instrument_id is null
    or (card_name.name like 'n:%' and card_name.name <> 'n:' || coalesce(instrument.number, ''))
  )
order by card_name.name
limit 1;

-- name: findUnnamedNumber
-- A printed number is the name of its card, in the lane that the card has.
select instrument.instrument_id, instrument.number
from instruments.instrument
left join instruments.card_name
  on card_name.lane = instrument.lane
  and card_name.name = 'n:' || instrument.number
  and card_name.instrument_id = instrument.instrument_id
where instrument.lane = :lane::int
  and instrument.number is not null
  and card_name.name is null
order by instrument.instrument_id
limit 1;

-- name: countCodes
-- Codes by the lane of their instrument: as cards say that they have one, and as names lead to them.
-- notnull: lane, cards, named
with cards as (
  select instrument.lane, count(*) as cards
  from instruments.instrument
  where instrument.code_last4 is not null
  group by instrument.lane
),
names as (
  select card_name.instrument_lane as lane, count(distinct card_name.instrument_id) as named
  from instruments.card_name
  where card_name.name like 'c%'
  group by card_name.instrument_lane
)
select
  coalesce(cards.lane, names.lane) as lane,
  coalesce(cards.cards, 0) as cards,
  coalesce(names.named, 0) as named
from cards
full join names on names.lane = cards.lane
where coalesce(cards.cards, 0) <> coalesce(names.named, 0)
order by 1;

-- name: findWrongUndone
-- What of a redemption was given back is what its returns name, unless it was reversed as a whole.
-- notnull: returnedMinor
with share as (
  select
    (part.value ->> 0)::int as client_id,
    (part.value ->> 1)::int as lane,
    (part.value ->> 2)::bigint as minor,
    part.value ->> 3 as home_key,
    part.value ->> 4 as request_id
  from instruments.request
  cross join lateral jsonb_array_elements((request.facts ->> 'of')::jsonb) as part (value)
  where request.kind = 'return'
    and request.outcome = 'accepted'
    and not request.is_reversed
),
returned as (
  select share.lane, share.client_id, share.request_id, share.home_key, sum(share.minor)::bigint as minor
  from share
  group by share.lane, share.client_id, share.request_id, share.home_key
)
select
  request.lane,
  request.client_id,
  request.request_id,
  request.undone_minor,
  (case when request.is_reversed then request.amount_minor else coalesce(returned.minor, 0) end)::bigint
    as returned_minor
from instruments.request
left join returned
  on returned.lane = request.lane
  and returned.client_id = request.client_id
  and returned.request_id = request.request_id
  and returned.home_key = request.home_key
where request.kind in ('redeem', 'capture')
  and request.outcome = 'accepted'
  and request.undone_minor
    <> case when request.is_reversed then request.amount_minor else coalesce(returned.minor, 0) end
order by request.lane, request.client_id, request.request_id
limit 1;
