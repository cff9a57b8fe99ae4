-- Rows that change are found by their keys behind `offset 0` (see read-batch.sql) and written where they
-- stand: nobody else writes in a lane whose turn we have.

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
from unnest(
  :lanes::int[],
  :clientIds::int[],
  :requestIds::text[],
  :homeKeys::text[],
  :sequences::bigint[],
  :kinds::text[],
  :contents::bytea[],
  :arrivedAts::timestamptz[],
  :decidedAts::timestamptz[],
  :outcomes::text[],
  :instrumentIds::bigint[],
  :productIds::int[],
  :sellerIds::int[],
  :merchantIds::int[],
  :holdIds::bigint[],
  :amountMinors::bigint[],
  :balanceMinors::bigint[],
  :states::text[],
  :firstTransferIds::bigint[],
  :transferCounts::int[],
  :undoneMinors::bigint[],
  :areReversed::boolean[],
  :facts::jsonb[]
) as new (
  lane, client_id, request_id, home_key, sequence, kind, content, arrived_at, decided_at, outcome,
  instrument_id, product_id, seller_id, merchant_id, hold_id, amount_minor, balance_minor, state,
  first_transfer_id, transfer_count, undone_minor, is_reversed, facts
);

-- name: updateRequests
-- nullable: facts
update instruments.request
set
  undone_minor = new.undone_minor,
  is_reversed = new.is_reversed,
  facts = new.facts -- what its lots have back
from unnest(
  :lanes::int[],
  :clientIds::int[],
  :requestIds::text[],
  :homeKeys::text[],
  :undoneMinors::bigint[],
  :areReversed::boolean[],
  :facts::jsonb[]
) as new (lane, client_id, request_id, home_key, undone_minor, is_reversed, facts)
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
from unnest(
  :lanes::int[],
  :instrumentIds::bigint[],
  :productIds::int[],
  :states::text[],
  :causes::text[],
  :numbers::text[],
  :codeLast4s::text[],
  :codesSealed::bytea[],
  :faceMinors::bigint[],
  :sellerIds::int[],
  :openFreezes::int[],
  :activatedAts::timestamptz[]
) as new (
  lane, instrument_id, product_id, state, cause, number, code_last4, code_sealed, face_minor,
  seller_id, open_freezes, activated_at
);

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
from unnest(
  :lanes::int[],
  :instrumentIds::bigint[],
  :states::text[],
  :causes::text[],
  :faceMinors::bigint[],
  :sellerIds::int[],
  :openFreezes::int[],
  :activatedAts::timestamptz[]
) as new (
  lane, instrument_id, state, cause, face_minor, seller_id, open_freezes, activated_at
)
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
from unnest(:lanes::int[], :names::text[], :instrumentLanes::int[], :instrumentIds::bigint[])
  as new (lane, name, instrument_lane, instrument_id);

-- name: insertLots
-- nullable: expiresAts
insert into instruments.lot (
  lane, instrument_id, lot_id, class, loaded_minor, remaining_minor, held_minor, expires_at,
  is_frozen, source_account_id
)
select
  lane, instrument_id, lot_id, class, loaded_minor, remaining_minor, held_minor, expires_at,
  is_frozen, source_account_id
from unnest(
  :lanes::int[],
  :instrumentIds::bigint[],
  :lotIds::bigint[],
  :classes::text[],
  :loadedMinors::bigint[],
  :remainingMinors::bigint[],
  :heldMinors::bigint[],
  :expiresAts::timestamptz[],
  :areFrozen::boolean[],
  :sourceAccountIds::bigint[]
) as new (
  lane, instrument_id, lot_id, class, loaded_minor, remaining_minor, held_minor, expires_at,
  is_frozen, source_account_id
);

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
  from unnest(
    :places::text[],
    :loadedMinors::bigint[],
    :remainingMinors::bigint[],
    :heldMinors::bigint[],
    :expiresAts::timestamptz[],
    :areFrozen::boolean[]
  ) as new (place, loaded_minor, remaining_minor, held_minor, expires_at, is_frozen)
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
from unnest(
  :lanes::int[],
  :holdIds::bigint[],
  :instrumentIds::bigint[],
  :clientIds::int[],
  :merchantIds::int[],
  :states::text[],
  :amountMinors::bigint[],
  :capturedMinors::bigint[],
  :lotIds::text[],
  :lotMinors::text[],
  :openedAts::timestamptz[],
  :expiresAts::timestamptz[]
) as new (
  lane, hold_id, instrument_id, client_id, merchant_id, state, amount_minor, captured_minor,
  lot_ids, lot_minors, opened_at, expires_at
);

-- name: updateHolds
update instruments.hold
set
  state = new.state,
  captured_minor = new.captured_minor,
  lot_ids = new.lot_ids::bigint[],
  lot_minors = new.lot_minors::bigint[]
from unnest(
  :lanes::int[],
  :holdIds::bigint[],
  :states::text[],
  :capturedMinors::bigint[],
  :lotIds::text[],
  :lotMinors::text[]
) as new (lane, hold_id, state, captured_minor, lot_ids, lot_minors)
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
from unnest(
  :lanes::int[],
  :instrumentIds::bigint[],
  :freezeIds::bigint[],
  :owners::text[],
  :reasons::text[],
  :openedAts::timestamptz[],
  :liftedAts::timestamptz[]
) as new (lane, instrument_id, freeze_id, owner, reason, opened_at, lifted_at);

-- name: updateFreezes
-- nullable: liftedAts
update instruments.freeze as stop -- the table's own name is a reserved word
set lifted_at = new.lifted_at
from unnest(
  :lanes::int[],
  :instrumentIds::bigint[],
  :freezeIds::bigint[],
  :liftedAts::timestamptz[]
) as new (lane, instrument_id, freeze_id, lifted_at)
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
from unnest(
  :lanes::int[],
  :subjects::bigint[],
  :measures::text[],
  :startsOns::date[],
  :usedMinors::bigint[],
  :days::date[],
  :dayUsedMinors::bigint[]
) as new (lane, subject, measure, starts_on, used_minor, day, day_used_minor);

-- name: updateCounters
-- notnull: all_written
with written as (
  update instruments.counter
  set
    used_minor = new.used_minor,
    day = new.day,
    day_used_minor = new.day_used_minor
  from unnest(
    :places::text[],
    :usedMinors::bigint[],
    :days::date[],
    :dayUsedMinors::bigint[]
  ) as new (place, used_minor, day, day_used_minor)
  where counter.ctid = new.place::tid
  returning 1
)
select ledger.all_written(count(*), cardinality(:places::text[]))
from written;

-- name: insertExclusiveIds
insert into instruments.exclusive_id (lane, client_id, request_id, home_key)
select lane, client_id, request_id, home_key
from unnest(:lanes::int[], :clientIds::int[], :requestIds::text[], :homeKeys::text[])
  as new (lane, client_id, request_id, home_key);

-- name: insertItems
-- nullable: instrumentIds, amountMinors, closedAts, closingNotes
insert into instruments.item (
  lane, item_id, cause, issuer_id, client_id, request_id, instrument_id, amount_minor, opened_at, closed_at,
  closing_note
)
select
  lane, item_id, cause, issuer_id, client_id, request_id, instrument_id, amount_minor, opened_at, closed_at,
  closing_note
from unnest(
  :lanes::int[],
  :itemIds::bigint[],
  :causes::text[],
  :issuerIds::int[],
  :clientIds::int[],
  :requestIds::text[],
  :instrumentIds::bigint[],
  :amountMinors::bigint[],
  :openedAts::timestamptz[],
  :closedAts::timestamptz[],
  :closingNotes::text[]
) as new (
  lane, item_id, cause, issuer_id, client_id, request_id, instrument_id, amount_minor, opened_at, closed_at,
  closing_note
);

-- name: updateItems
-- nullable: closedAts, closingNotes
update instruments.item
set
  closed_at = new.closed_at,
  closing_note = new.closing_note
from unnest(:lanes::int[], :itemIds::bigint[], :closedAts::timestamptz[], :closingNotes::text[])
  as new (lane, item_id, closed_at, closing_note)
where item.lane = new.lane
  and item.item_id = new.item_id;
