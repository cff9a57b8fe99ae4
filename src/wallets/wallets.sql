-- name: listHoldings
-- What is in use, the newest first: gifts come without a bound, so a page is not all of it.
-- nullable: before
select holding_id, issuer_id, instrument_id, how, since
from wallets.holding
where member_id = :memberId
  and ended_at is null
  and emptied_at is null
  and (:before::bigint is null or holding_id < :before::bigint)
order by holding_id desc
limit :size::int;

-- name: listEmptied
-- What was used up last: what a shop gives back comes to it.
select holding_id, issuer_id, instrument_id, how, since
from wallets.holding
where member_id = :memberId
  and ended_at is null
  and emptied_at is not null
order by emptied_at desc, holding_id desc
limit :size::int;

-- name: listEveryHolding
-- Also what was empty when it was last looked at: a stop looks at all of it, page by page.
select holding_id, issuer_id, instrument_id, how, since
from wallets.holding
where member_id = :memberId
  and ended_at is null
  and holding_id > :after
order by holding_id
limit :size::int;

-- name: countInUse
-- notnull: in_use
select count(*)::int as in_use
from wallets.holding
where member_id = :memberId
  and ended_at is null
  and emptied_at is null;

-- name: markEmptied
update wallets.holding
set emptied_at = :at
where holding_id = any(:holdingIds::bigint[])
  and emptied_at is null;

-- name: markInUse
update wallets.holding
set emptied_at = null
where holding_id = any(:holdingIds::bigint[])
  and emptied_at is not null;

-- name: listToFreeze
select holding_id, member_id, issuer_id, instrument_id
from wallets.holding
where is_to_freeze
  and ended_at is null
order by holding_id
limit 100;

-- name: markFrozen
update wallets.holding
set is_to_freeze = false
where holding_id = :holdingId;

-- name: findHolding
select issuer_id, instrument_id, how, since
from wallets.holding
where member_id = :memberId
  and instrument_id = :instrumentId
  and ended_at is null;

-- name: findHolder
select member_id
from wallets.holding
where instrument_id = :instrumentId
  and ended_at is null;

-- name: listAllHoldings
-- Also what has left the wallet: its movements stay in the history of whoever held it. First what may have moved
-- last: nothing moves behind `last_at` that was empty, or had left, by then.
-- nullable: endedAt
-- notnull: lastAt
select
  issuer_id,
  instrument_id,
  since,
  ended_at,
  least(:before, coalesce(ended_at, :before), coalesce(emptied_at, :before)) as last_at
from wallets.holding
where member_id = :memberId
  and since < :before
order by last_at desc, holding_id desc
limit 2000;

-- name: insertHolding
-- Of two that come at one moment, one holds it.
-- nullable: emptiedAt
insert into wallets.holding (member_id, issuer_id, instrument_id, how, since, emptied_at, is_to_freeze)
values (:memberId, :issuerId, :instrumentId, :how, :at, :emptiedAt, :isToFreeze)
on conflict (instrument_id) where ended_at is null do nothing;

-- name: keepForAddress
-- It came when the account was over: not held, and found again by whoever proves the address. Nothing happens where
-- somebody holds it, or where it is kept already.
insert into wallets.holding (member_id, issuer_id, instrument_id, how, since, ended_at, kept_for)
select :memberId, :issuerId, :instrumentId, :how, :at, :at, :keptFor
where not exists (
  select
  from wallets.holding as known
  where known.instrument_id = :instrumentId
    and (known.ended_at is null or known.kept_for is not null)
);

-- name: endHoldings
-- nullable: keptFor
update wallets.holding
set ended_at = :at, kept_for = :keptFor
where member_id = :memberId
  and ended_at is null;

-- name: takeBackHoldings
-- What was kept for an address comes to the member who has proved it, and to nobody twice.
with taken as (
  update wallets.holding
  set kept_for = null
  where kept_for = :keptFor
  returning issuer_id, instrument_id, holding_id
)
insert into wallets.holding (member_id, issuer_id, instrument_id, how, since)
select :memberId, taken.issuer_id, taken.instrument_id, 'returned', :at
from taken
order by taken.holding_id
on conflict (instrument_id) where ended_at is null do nothing;

-- name: listKept
select holding_id, issuer_id, instrument_id, how, since
from wallets.holding
where kept_for = :keptFor
order by holding_id desc
limit :size::int;

-- name: insertEntry
-- nullable: helperId, instrumentId, amountMinor, unit
insert into wallets.entry (member_id, at, kind, helper_id, instrument_id, amount_minor, unit)
values (:memberId, :at, :kind, :helperId, :instrumentId, :amountMinor, :unit);

-- name: listEntries
-- nullable: helperId, instrumentId, amountMinor, unit
select entry_id, at, kind, helper_id, instrument_id, amount_minor, unit
from wallets.entry
where member_id = :memberId
  and at < :before
order by entry_id desc
limit :size::int;

-- name: lockWallet
-- notnull: locked
-- One at a time for a wallet. Whoever puts something in asks behind it whether a case stops the wallet, and whoever
-- stops or lifts does it behind it: what comes is seen by the stop, or sees it.
select count(*)::int as locked
from (select pg_advisory_xact_lock(hashtextextended('wallet ' || :memberId::text, 24))) as held;

-- name: lockWallets
-- notnull: locked
-- Several, always in the same order: of two that lock some of the same, neither waits for the other in a circle.
with wallet as materialized (
  select distinct hashtextextended('wallet ' || wanted.member_id, 24) as lock_key
  from unnest(:memberIds::text[]) as wanted (member_id)
  order by lock_key
)
select count(*)::int as locked
from (select pg_advisory_xact_lock(wallet.lock_key) from wallet) as held;

-- name: insertStop
insert into wallets.stop (member_id, case_number, stopped_at)
values (:memberId, :caseNumber, :at)
on conflict (member_id, case_number) do nothing;

-- name: liftStop
update wallets.stop
set lifted_at = :at
where member_id = :memberId
  and case_number = :caseNumber
  and lifted_at is null;

-- name: findStop
-- nullable: liftedAt
select stopped_at, lifted_at
from wallets.stop
where member_id = :memberId
  and case_number = :caseNumber;

-- name: findTurn
-- notnull: turn
-- Goes up with every stop that is made or lifted.
select (count(*) + count(lifted_at))::int as turn
from wallets.stop
where member_id = :memberId;

-- name: listOpenStops
select case_number, stopped_at
from wallets.stop
where member_id = :memberId
  and lifted_at is null
order by stopped_at, case_number;

-- name: insertBarcode
-- nullable: helperId
insert into wallets.barcode (
  digits_hash, digits_sealed, member_id, shown_to, helper_id, issuer_id, instrument_id, max_minor,
  made_at, expires_at
)
values (
  :digitsHash, :digitsSealed, :memberId, :shownTo, :helperId, :issuerId, :instrumentId, :maxMinor,
  :madeAt, :expiresAt
);

-- name: findFreshBarcode
select digits_sealed, expires_at
from wallets.barcode
where instrument_id = :instrumentId
  and shown_to = :shownTo
  and member_id = :memberId
  and max_minor = :maxMinor
  and used_at is null
  and expires_at > :freshUntil
order by expires_at desc
limit 1;

-- name: takeBarcode
-- Good once: of two that come at one moment, one takes it. A help that was ended, and a stop of whose wallet it is or
-- of who shows it, is asked for in the same statement.
-- nullable: helperId, usedMinor
update wallets.barcode
set used_at = :at, used_client_id = :clientId, used_request_id = :requestId, used_minor = :usedMinor
where digits_hash = :digitsHash
  and issuer_id = :issuerId
  and used_at is null
  and expires_at > :at
  and not exists (
    select 1
    from wallets.stop
    where stop.member_id in (barcode.member_id, barcode.shown_to)
      and stop.lifted_at is null
  )
  and (
    helper_id is null
    or exists (
      select 1
      from wallets.helper
      where helper.helper_id = barcode.helper_id
        and helper.ended_at is null
        and helper.may_pay
    )
  )
returning member_id, helper_id, instrument_id, max_minor;

-- name: findBarcode
-- nullable: helperId, usedAt, usedClientId, usedRequestId, usedMinor
select
  member_id, helper_id, issuer_id, instrument_id, max_minor, expires_at,
  used_at, used_client_id, used_request_id, used_minor
from wallets.barcode
where digits_hash = :digitsHash;

-- name: uncountBarcode
-- Its amount is given back once.
update wallets.barcode
set used_minor = null
where digits_hash = :digitsHash
  and used_minor is not null;

-- name: forgetBarcodes
-- Those that nobody used are over after their minute; a used one answers its repeats and reversals for ten years (R5).
delete from wallets.barcode
where expires_at < :before
  and used_at is null;
