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
insert into wallets.death (member_id, issuer_id, told_at, told_by, note_sealed)
values (:memberId, :issuerId, :at, :toldBy, :noteSealed)
on conflict (member_id) do nothing;

-- name: findDeath
-- nullable: issuerId
select issuer_id, told_at, told_by, note_sealed
from wallets.death
where member_id = :memberId;

-- name: listUnfrozenDeaths
select member_id
from wallets.death
where frozen_at is null
order by told_at
limit 50;

-- name: noteFrozenDeath
update wallets.death
set frozen_at = :at
where member_id = :memberId
  and frozen_at is null;
