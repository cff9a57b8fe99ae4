-- name: insertDelayedChange
-- nullable: secretHash, country
insert into members.delayed_change (
  change_id, member_id, kind, secret_hash, content_sealed, asked_at, ready_at, ends_at, user_agent, country, network
)
values (
  :changeId, :memberId, :kind, :secretHash::bytea, :contentSealed, :at, :readyAt, :endsAt, :userAgent,
  :country::text, :network
);

-- name: keepChangeNotices
insert into members.delayed_change_notice (number_hash, change_id)
select told.number_hash, :changeId
from unnest(:numberHashes::bytea[]) as told (number_hash);

-- name: settleChanges
-- Of a member, those of some kinds that still wait. Two who settle at one moment: one of them does.
update members.delayed_change
set state = :state, settled_at = :at, settled_by = :by
where member_id = :memberId
  and kind = any(:kinds::text[])
  and state = 'waiting'
returning change_id, kind;

-- name: settleChange
update members.delayed_change
set state = :state, settled_at = :at, settled_by = :by
where change_id = :changeId
  and member_id = :memberId
  and state = 'waiting'
returning kind;

-- name: listWaitingChanges
-- nullable: country
select change_id, kind, content_sealed, asked_at, ready_at, ends_at, user_agent, country, network
from members.delayed_change
where member_id = :memberId
  and state = 'waiting'
order by asked_at desc
limit 20;

-- name: listChangesSince
-- nullable: settledAt, settledBy, country
select kind, state, asked_at, ready_at, settled_at, settled_by, country, network
from members.delayed_change
where member_id = :memberId
  and asked_at >= :since
order by asked_at desc
limit 100;

-- name: findChangeOfBrowser
select change_id, member_id, state, asked_at, ready_at, ends_at
from members.delayed_change
where secret_hash = :secretHash
  and kind = 'recovery';

-- name: lockRecovery
-- Locked: a recovery is finished once, and not while somebody cancels it.
select change_id, member_id, asked_at
from members.delayed_change
where secret_hash = :secretHash
  and kind = 'recovery'
  and state = 'waiting'
  and ready_at <= :now
  and ends_at > :now
for update;

-- name: findChangeByNotice
select change.change_id, change.member_id
from members.delayed_change_notice as told
join members.delayed_change as change on change.change_id = told.change_id
where told.number_hash = :numberHash
  and change.state = 'waiting';

-- name: listDueChanges
-- What comes true by itself when its time has come.
select change_id, member_id
from members.delayed_change
where state = 'waiting'
  and kind in ('mail_address', 'support_recovery', 'day_limit', 'phone_number')
  and ready_at <= :now
order by ready_at, change_id
limit 100;

-- name: lockDueChange
-- Locked, and looked at again: another process may have been first, or its owner has cancelled it.
select change_id, member_id, kind, content_sealed
from members.delayed_change
where change_id = :changeId
  and state = 'waiting'
  and ready_at <= :now
for update skip locked;

-- name: endOldChanges
update members.delayed_change
set state = 'over', settled_at = :now, settled_by = 'time'
where state = 'waiting'
  and ends_at <= :now;

-- name: changeAddress
-- Nobody gets the address of another member, also of one who has come since.
update members.member
set email = :email, email_typed = :emailTyped, updated_at = :at
where id = :memberId
  and not exists (
    select
    from members.member as other
    where other.email = :email
      and other.id <> :memberId
  );

-- name: keepFormerAddress
insert into members.former_address (member_id, email, until)
values (:memberId, :email, :until)
on conflict do nothing;

-- name: findMembersOfDevices
-- Whoever has shown a second factor at this browser.
select device.member_id
from members.device
join members.member on member.id = device.member_id
where device.secret_hash = any(:deviceHashes::bytea[])
  and device.ended_at is null
  and member.is_active;
