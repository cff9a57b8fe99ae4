-- Rows that change are found by their keys behind `offset 0` (see read-batch.sql) and written where they
-- stand: nobody else writes in a lane whose turn we have.
--
-- Arrays are unnested side by side in a select list, here and everywhere: `unnest` of several in `from` first
-- copies each into a store of its own (an eighth of the database's time of a redemption went there). Where the
-- order is wanted, `generate_subscripts` goes beside them.

-- name: insertRequests
-- nullable: instrumentIds, productIds, sellerIds, merchantIds, holdIds, amountMinors, balanceMinors, states, firstTransferIds, facts
insert into instruments.request (
  lane, client_id, request_id, home_key, sequence, kind, content, arrived_at, decided_at, outcome,
  instrument_id, product_id, seller_id, merchant_id, hold_id, amount_minor, balance_minor, state,
  first_transfer_id, transfer_count, undone_minor, is_reversed, facts
)
select
  lane, client_id, request_id, home_key, sequence, kind, content, arrived_at, decided_at, outcome,
  instrument_id, product_id, seller_id, merchant_id, hold_id, amount_minor, balance_minor, state,
  first_transfer_id, transfer_count, undone_minor, is_reversed, facts
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:clientIds::int[]) as client_id,
    unnest(:requestIds::text[]) as request_id,
    unnest(:homeKeys::text[]) as home_key,
    unnest(:sequences::bigint[]) as sequence,
    unnest(:kinds::text[]) as kind,
    unnest(:contents::bytea[]) as content,
    unnest(:arrivedAts::timestamptz[]) as arrived_at,
    unnest(:decidedAts::timestamptz[]) as decided_at,
    unnest(:outcomes::text[]) as outcome,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:productIds::int[]) as product_id,
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:merchantIds::int[]) as merchant_id,
    unnest(:holdIds::bigint[]) as hold_id,
    unnest(:amountMinors::bigint[]) as amount_minor,
    unnest(:balanceMinors::bigint[]) as balance_minor,
    unnest(:states::text[]) as state,
    unnest(:firstTransferIds::bigint[]) as first_transfer_id,
    unnest(:transferCounts::int[]) as transfer_count,
    unnest(:undoneMinors::bigint[]) as undone_minor,
    unnest(:areReversed::boolean[]) as is_reversed,
    unnest(:facts::jsonb[]) as facts
) as new;

-- name: updateRequests
-- nullable: facts
update instruments.request
set
  undone_minor = new.undone_minor,
  is_reversed = new.is_reversed,
  facts = new.facts -- what its lots have back
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:clientIds::int[]) as client_id,
    unnest(:requestIds::text[]) as request_id,
    unnest(:homeKeys::text[]) as home_key,
    unnest(:undoneMinors::bigint[]) as undone_minor,
    unnest(:areReversed::boolean[]) as is_reversed,
    unnest(:facts::jsonb[]) as facts
) as new
cross join lateral (
  select row.ctid as place
  from instruments.request as row
  where row.lane = new.lane
    and row.client_id = new.client_id
    and row.request_id = new.request_id
    and row.home_key = new.home_key
  offset 0
) as found
where request.ctid = found.place;

-- name: insertInstruments
-- nullable: causes, numbers, codeLast4s, codesSealed, faceMinors, sellerIds, activatedAts
insert into instruments.instrument (
  lane, instrument_id, product_id, state, cause, number, code_last4, code_sealed, face_minor,
  seller_id, open_freezes, activated_at
)
select
  lane, instrument_id, product_id, state, cause, number, code_last4, code_sealed, face_minor,
  seller_id, open_freezes, activated_at
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:productIds::int[]) as product_id,
    unnest(:states::text[]) as state,
    unnest(:causes::text[]) as cause,
    unnest(:numbers::text[]) as number,
    unnest(:codeLast4s::text[]) as code_last4,
    unnest(:codesSealed::bytea[]) as code_sealed,
    unnest(:faceMinors::bigint[]) as face_minor,
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:openFreezes::int[]) as open_freezes,
    unnest(:activatedAts::timestamptz[]) as activated_at
) as new;

-- name: updateInstruments
-- nullable: causes, faceMinors, sellerIds, activatedAts
update instruments.instrument
set
  state = new.state,
  cause = new.cause,
  face_minor = new.face_minor,
  seller_id = new.seller_id,
  open_freezes = new.open_freezes,
  activated_at = new.activated_at
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:states::text[]) as state,
    unnest(:causes::text[]) as cause,
    unnest(:faceMinors::bigint[]) as face_minor,
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:openFreezes::int[]) as open_freezes,
    unnest(:activatedAts::timestamptz[]) as activated_at
) as new
cross join lateral (
  select row.ctid as place
  from instruments.instrument as row
  where row.lane = new.lane
    and row.instrument_id = new.instrument_id
  offset 0
) as found
where instrument.ctid = found.place;

-- name: insertCardNames
insert into instruments.card_name (lane, name, instrument_lane, instrument_id)
select lane, name, instrument_lane, instrument_id
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:names::text[]) as name,
    unnest(:instrumentLanes::int[]) as instrument_lane,
    unnest(:instrumentIds::bigint[]) as instrument_id
) as new;

-- name: insertLots
-- nullable: expiresAts
insert into instruments.lot (
  lane, instrument_id, lot_id, class, loaded_minor, remaining_minor, held_minor, expires_at,
  is_frozen, source_account_id
)
select
  lane, instrument_id, lot_id, class, loaded_minor, remaining_minor, held_minor, expires_at,
  is_frozen, source_account_id
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:lotIds::bigint[]) as lot_id,
    unnest(:classes::text[]) as class,
    unnest(:loadedMinors::bigint[]) as loaded_minor,
    unnest(:remainingMinors::bigint[]) as remaining_minor,
    unnest(:heldMinors::bigint[]) as held_minor,
    unnest(:expiresAts::timestamptz[]) as expires_at,
    unnest(:areFrozen::boolean[]) as is_frozen,
    unnest(:sourceAccountIds::bigint[]) as source_account_id
) as new;

-- name: updateLots
-- notnull: all_written
-- nullable: expiresAts
with written as (
  update instruments.lot
  set
    loaded_minor = new.loaded_minor,
    remaining_minor = new.remaining_minor,
    held_minor = new.held_minor,
    expires_at = new.expires_at,
    is_frozen = new.is_frozen
  from (
    select
      unnest(:places::text[]) as place,
      unnest(:loadedMinors::bigint[]) as loaded_minor,
      unnest(:remainingMinors::bigint[]) as remaining_minor,
      unnest(:heldMinors::bigint[]) as held_minor,
      unnest(:expiresAts::timestamptz[]) as expires_at,
      unnest(:areFrozen::boolean[]) as is_frozen
  ) as new
  where lot.ctid = new.place::tid
  returning 1
)
select ledger.all_written(count(*), cardinality(:places::text[]))
from written;

-- name: insertHolds
-- Arrays of arrays do not unnest by row, so the lots of a hold travel as text.
insert into instruments.hold (
  lane, hold_id, instrument_id, client_id, merchant_id, state, amount_minor, captured_minor,
  lot_ids, lot_minors, opened_at, expires_at
)
select
  lane, hold_id, instrument_id, client_id, merchant_id, state, amount_minor, captured_minor,
  lot_ids::bigint[], lot_minors::bigint[], opened_at, expires_at
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:holdIds::bigint[]) as hold_id,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:clientIds::int[]) as client_id,
    unnest(:merchantIds::int[]) as merchant_id,
    unnest(:states::text[]) as state,
    unnest(:amountMinors::bigint[]) as amount_minor,
    unnest(:capturedMinors::bigint[]) as captured_minor,
    unnest(:lotIds::text[]) as lot_ids,
    unnest(:lotMinors::text[]) as lot_minors,
    unnest(:openedAts::timestamptz[]) as opened_at,
    unnest(:expiresAts::timestamptz[]) as expires_at
) as new;

-- name: updateHolds
update instruments.hold
set
  state = new.state,
  captured_minor = new.captured_minor,
  lot_ids = new.lot_ids::bigint[],
  lot_minors = new.lot_minors::bigint[]
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:holdIds::bigint[]) as hold_id,
    unnest(:states::text[]) as state,
    unnest(:capturedMinors::bigint[]) as captured_minor,
    unnest(:lotIds::text[]) as lot_ids,
    unnest(:lotMinors::text[]) as lot_minors
) as new
cross join lateral (
  select row.ctid as place
  from instruments.hold as row
  where row.lane = new.lane
    and row.hold_id = new.hold_id
  offset 0
) as found
where hold.ctid = found.place;

-- name: insertFreezes
-- nullable: liftedAts
insert into instruments.freeze (
  lane, instrument_id, freeze_id, owner, reason, opened_at, lifted_at
)
select lane, instrument_id, freeze_id, owner, reason, opened_at, lifted_at
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:freezeIds::bigint[]) as freeze_id,
    unnest(:owners::text[]) as owner,
    unnest(:reasons::text[]) as reason,
    unnest(:openedAts::timestamptz[]) as opened_at,
    unnest(:liftedAts::timestamptz[]) as lifted_at
) as new;

-- name: updateFreezes
-- nullable: liftedAts
update instruments.freeze as stop -- the table's own name is a reserved word
set lifted_at = new.lifted_at
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:freezeIds::bigint[]) as freeze_id,
    unnest(:liftedAts::timestamptz[]) as lifted_at
) as new
cross join lateral (
  select row.ctid as place
  from instruments.freeze as row
  where row.lane = new.lane
    and row.instrument_id = new.instrument_id
    and row.freeze_id = new.freeze_id
  offset 0
) as found
where stop.ctid = found.place;

-- name: insertCounters
insert into instruments.counter (
  lane, subject, measure, starts_on, used_minor, day, day_used_minor
)
select lane, subject, measure, starts_on, used_minor, day, day_used_minor
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:subjects::bigint[]) as subject,
    unnest(:measures::text[]) as measure,
    unnest(:startsOns::date[]) as starts_on,
    unnest(:usedMinors::bigint[]) as used_minor,
    unnest(:days::date[]) as day,
    unnest(:dayUsedMinors::bigint[]) as day_used_minor
) as new;

-- name: updateCounters
-- notnull: all_written
with written as (
  update instruments.counter
  set
    used_minor = new.used_minor,
    day = new.day,
    day_used_minor = new.day_used_minor
  from (
    select
      unnest(:places::text[]) as place,
      unnest(:usedMinors::bigint[]) as used_minor,
      unnest(:days::date[]) as day,
      unnest(:dayUsedMinors::bigint[]) as day_used_minor
  ) as new
  where counter.ctid = new.place::tid
  returning 1
)
select ledger.all_written(count(*), cardinality(:places::text[]))
from written;

-- name: insertExclusiveIds
insert into instruments.exclusive_id (lane, client_id, request_id, home_key)
select lane, client_id, request_id, home_key
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:clientIds::int[]) as client_id,
    unnest(:requestIds::text[]) as request_id,
    unnest(:homeKeys::text[]) as home_key
) as new;

-- name: insertItems
-- nullable: instrumentIds, amountMinors, closedAts, closingNotes
insert into instruments.item (
  lane, item_id, cause, issuer_id, client_id, request_id, instrument_id, amount_minor, opened_at, closed_at,
  closing_note
)
select
  lane, item_id, cause, issuer_id, client_id, request_id, instrument_id, amount_minor, opened_at, closed_at,
  closing_note
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:itemIds::bigint[]) as item_id,
    unnest(:causes::text[]) as cause,
    unnest(:issuerIds::int[]) as issuer_id,
    unnest(:clientIds::int[]) as client_id,
    unnest(:requestIds::text[]) as request_id,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:amountMinors::bigint[]) as amount_minor,
    unnest(:openedAts::timestamptz[]) as opened_at,
    unnest(:closedAts::timestamptz[]) as closed_at,
    unnest(:closingNotes::text[]) as closing_note
) as new;

-- name: updateItems
-- nullable: closedAts, closingNotes
update instruments.item
set
  closed_at = new.closed_at,
  closing_note = new.closing_note
from (
  select
    unnest(:lanes::int[]) as lane,
    unnest(:itemIds::bigint[]) as item_id,
    unnest(:closedAts::timestamptz[]) as closed_at,
    unnest(:closingNotes::text[]) as closing_note
) as new
where item.lane = new.lane
  and item.item_id = new.item_id;
