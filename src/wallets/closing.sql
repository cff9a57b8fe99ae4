-- name: askClosing
insert into wallets.closing (member_id, asked_at, due_at)
values (:memberId, :at, :dueAt)
on conflict (member_id) where cancelled_at is null and closed_at is null do nothing;

-- name: findClosing
select asked_at, due_at
from wallets.closing
where member_id = :memberId
  and cancelled_at is null
  and closed_at is null;

-- name: cancelClosing
update wallets.closing
set cancelled_at = :at
where member_id = :memberId
  and cancelled_at is null
  and closed_at is null;

-- name: listDueClosings
-- A stopped wallet waits, also that of one who has died: those that wait are not in the way of the others.
select member_id
from wallets.closing
where due_at <= :now
  and cancelled_at is null
  and closed_at is null
  and not exists (
    select
    from wallets.stop
    where stop.member_id = closing.member_id
      and stop.lifted_at is null
  )
  and not exists (
    select
    from wallets.death
    where death.member_id = closing.member_id
      and death.taken_back_at is null
  )
order by due_at
limit 50;

-- name: endClosing
-- Of two processes one closes it.
update wallets.closing
set closed_at = :at, kept_for = :keptFor
where member_id = :memberId
  and due_at <= :at
  and cancelled_at is null
  and closed_at is null;

-- name: findClosed
-- An account that is over, and the keyed hash of the address that it had: what comes late is kept for it.
-- nullable: keptFor
select kept_for
from wallets.closing
where member_id = :memberId
  and closed_at is not null;

-- name: insertDeath
-- Told again of somebody who was told to have died before, and lived, and has everything back.
insert into wallets.death (member_id, issuer_id, told_at, told_by, note_sealed, estate)
values (:memberId, :issuerId, :at, :toldBy, :noteSealed, :estate)
on conflict (member_id) do update
set
  issuer_id = excluded.issuer_id,
  told_at = excluded.told_at,
  told_by = excluded.told_by,
  note_sealed = excluded.note_sealed,
  estate = excluded.estate,
  frozen_at = null,
  taken_back_at = null,
  given_back_at = null
where death.given_back_at is not null;

-- name: findDeath
-- nullable: issuerId, estate
select issuer_id, told_at, told_by, note_sealed, estate
from wallets.death
where member_id = :memberId
  and taken_back_at is null;

-- name: findDeathTakenBack
-- nullable: givenBackAt
-- notnull: takenBackAt
select taken_back_at, given_back_at
from wallets.death
where member_id = :memberId
  and taken_back_at is not null;

-- name: takeBackDeath
update wallets.death
set taken_back_at = :at
where member_id = :memberId
  and taken_back_at is null;

-- name: listUnfrozenDeaths
-- nullable: estate
-- Also of those that were taken back meanwhile: another process may be half way through, and what it has frozen is
-- given back when all of it is.
select member_id, estate
from wallets.death
where frozen_at is null
order by told_at
limit 50;

-- name: noteFrozenDeath
-- nullable: estate
-- That death: another one may be told since it was read.
update wallets.death
set frozen_at = :at
where member_id = :memberId
  and estate is not distinct from :estate
  and frozen_at is null;

-- name: listDeathsToGiveBack
-- nullable: estate
select member_id, estate
from wallets.death
where taken_back_at is not null
  and frozen_at is not null
  and given_back_at is null
order by taken_back_at
limit 50;

-- name: noteGivenBack
-- nullable: estate
update wallets.death
set given_back_at = :at
where member_id = :memberId
  and estate is not distinct from :estate
  and taken_back_at is not null
  and given_back_at is null;
