-- The statements of a batch name rows by their keys. Each is looked up behind `offset 0`, a fence that the
-- planner does not move things across: left to its estimates it was seen to scan whole lanes instead (a batch
-- of 441 names made 3,361,302 comparisons), and a plan made on empty tables stays for the session.

-- name: readGateState
-- What the batch is judged by, in one statement: the switch costs an operation no way of its own (R18, R19).
select version.version, epoch.epoch
from programmes.version
cross join suspensions.epoch;

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
from (
  select unnest(:lanes::int[]) as lane, unnest(:clientIds::int[]) as client_id,
    unnest(:requestIds::text[]) as request_id, unnest(:homeKeys::text[]) as home_key
) as wanted
cross join lateral (
  select *
  from instruments.request
  where request.lane = wanted.lane
    and request.client_id = wanted.client_id
    and request.request_id = wanted.request_id
    and request.home_key = wanted.home_key
  offset 0
) as request;

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
from (select unnest(:lanes::int[]) as lane, unnest(:holdIds::bigint[]) as hold_id) as wanted
cross join lateral (
  select *
  from instruments.hold
  where hold.lane = wanted.lane
    and hold.hold_id = wanted.hold_id
  offset 0
) as hold;

-- name: readInstruments
-- notnull: posted_minor, held_minor, unit, place
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
  account.held_minor,
  account.place
from (select unnest(:lanes::int[]) as lane, unnest(:instrumentIds::bigint[]) as instrument_id) as wanted
cross join lateral (
  select *
  from instruments.instrument
  where instrument.lane = wanted.lane
    and instrument.instrument_id = wanted.instrument_id
  offset 0
) as instrument
cross join lateral (
  select account.*, account.ctid::text as place
  from ledger.account
  where account.lane = instrument.lane
    and account.account_id = instrument.instrument_id
  offset 0
) as account;

-- name: readLots
-- notnull: place
-- The lots with something in them, which are bounded (`LOTS_MAX`); the whole history of a card only for what
-- gives back or takes back: a card that was loaded and emptied ten thousand times is read as quickly as another.
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
  lot.source_account_id,
  lot.place
from (
  select unnest(:lanes::int[]) as lane, unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:areWhole::bool[]) as is_whole
) as wanted
cross join lateral (
  select lot.*, lot.ctid::text as place
  from instruments.lot
  where lot.lane = wanted.lane
    and lot.instrument_id = wanted.instrument_id
    and (lot.remaining_minor > 0 or wanted.is_whole)
  offset 0
) as lot
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
from (select unnest(:lanes::int[]) as lane, unnest(:instrumentIds::bigint[]) as instrument_id) as wanted
cross join lateral (
  select *
  from instruments.hold
  where hold.lane = wanted.lane
    and hold.instrument_id = wanted.instrument_id
    and hold.state = 'open'
  offset 0
) as hold
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
from (select unnest(:lanes::int[]) as lane, unnest(:instrumentIds::bigint[]) as instrument_id) as wanted
cross join lateral (
  select *
  from instruments.freeze as open -- the table's own name is a reserved word
  where open.lane = wanted.lane
    and open.instrument_id = wanted.instrument_id
    and open.lifted_at is null
  offset 0
) as stop;

-- name: readCounters
-- notnull: place
select
  counter.lane,
  counter.subject,
  counter.measure,
  counter.starts_on,
  counter.used_minor,
  counter.day,
  counter.day_used_minor,
  counter.place
from (
  select unnest(:lanes::int[]) as lane, unnest(:subjects::bigint[]) as subject, unnest(:measures::text[]) as measure,
    unnest(:startsOns::date[]) as starts_on
) as wanted
cross join lateral (
  select counter.*, counter.ctid::text as place
  from instruments.counter
  where counter.lane = wanted.lane
    and counter.subject = wanted.subject
    and counter.measure = wanted.measure
    and counter.starts_on = wanted.starts_on
  offset 0
) as counter;

-- name: readExclusiveIds
select
  exclusive_id.lane,
  exclusive_id.client_id,
  exclusive_id.request_id,
  exclusive_id.home_key
from (
  select unnest(:lanes::int[]) as lane, unnest(:clientIds::int[]) as client_id,
    unnest(:requestIds::text[]) as request_id
) as wanted
cross join lateral (
  select *
  from instruments.exclusive_id
  where exclusive_id.lane = wanted.lane
    and exclusive_id.client_id = wanted.client_id
    and exclusive_id.request_id = wanted.request_id
  offset 0
) as exclusive_id;

-- name: readRedemptionsOfMerchants
-- What a merchant took of a card and has not given back, newest first, for returns that name no
-- original (R10). All lanes are asked: a card with a signpost has requests in two. The bound is told in
-- docs/protocols/operations.md.
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
from (select unnest(:instrumentIds::bigint[]) as instrument_id, unnest(:merchantIds::int[]) as merchant_id) as wanted
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
  limit 1000
) as request;

-- name: readSpendsOfCards
-- Sales of these cards that count against a contract, for deactivations: not bought after all (R21). A card is
-- sold a few times in its life; the bound is for what nobody does.
select request.outcome, request.facts
from unnest(:instrumentIds::bigint[]) as wanted (instrument_id)
cross join lateral (
  select *
  from instruments.request
  where request.lane in (select lane.lane from ledger.lane)
    and request.instrument_id = wanted.instrument_id
    and request.kind in ('activate', 'load', 'issue')
    and request.outcome = 'accepted'
    and not request.is_reversed
    and request.facts ? 'spentFrom'
  order by request.sequence desc
  limit 1000
) as request;

-- name: readElsewhereRequests
-- The same ids under any card, for reversals whose original is not where they say (R9). It locks nothing:
-- it asks, and what it finds is told to a person. Lane by lane behind the fence: without it the planner
-- leaves the lane out of the key, and a PostgreSQL before 18, which cannot skip, then reads the whole index.
select
  request.lane,
  request.client_id,
  request.request_id,
  request.home_key,
  request.kind,
  request.outcome
from (select unnest(:clientIds::int[]) as client_id, unnest(:requestIds::text[]) as request_id) as wanted
cross join ledger.lane
cross join lateral (
  select *
  from instruments.request
  where request.lane = lane.lane
    and request.client_id = wanted.client_id
    and request.request_id = wanted.request_id
  offset 0
) as request;

-- name: readItemsOfRequests
-- What is left for a person of requests that are known already. Only advices ask (R18).
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
from (
  select unnest(:lanes::int[]) as lane, unnest(:clientIds::int[]) as client_id,
    unnest(:requestIds::text[]) as request_id
) as wanted
cross join lateral (
  select *
  from instruments.item
  where item.lane = wanted.lane
    and item.client_id = wanted.client_id
    and item.request_id = wanted.request_id
  offset 0
) as item;

-- name: readItems
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
from (select unnest(:lanes::int[]) as lane, unnest(:itemIds::bigint[]) as item_id) as wanted
cross join lateral (
  select *
  from instruments.item
  where item.lane = wanted.lane
    and item.item_id = wanted.item_id
  offset 0
) as item;
