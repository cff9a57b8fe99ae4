-- name: insertHelper
insert into wallets.helper (
  helper_id, member_id, email_hash, email_sealed, may_pay, day_max_minor, give_day_max_minor, unit, invited_at,
  invited_until
)
values (
  :helperId, :memberId, :emailHash, :emailSealed, :mayPay, :dayMaxMinor, :giveDayMaxMinor, 'JPY', :at, :until
);

-- name: countHelpers
-- notnull: open, today
select
  (count(*) filter (
    where ended_at is null and (accepted_at is not null or invited_until > :now)
  ))::int as open,
  (count(*) filter (where invited_at > :dayAgo))::int as today
from wallets.helper
where member_id = :memberId;

-- name: listHelpers
-- Of a member: who helps, and who was asked.
-- nullable: helperMember, emailSealed, acceptedAt
select
  helper_id, member_id, helper_member, email_sealed, may_pay, day_max_minor, give_day_max_minor, invited_at,
  invited_until, accepted_at
from wallets.helper
where member_id = :memberId
  and ended_at is null
  and (accepted_at is not null or invited_until > :now)
order by invited_at, helper_id;

-- name: listHelping
-- Whom a member helps, or is asked to.
-- nullable: helperMember, acceptedAt
select
  helper_id, member_id, helper_member, may_pay, day_max_minor, give_day_max_minor, invited_at, invited_until,
  accepted_at
from wallets.helper
where ended_at is null
  and (
    helper_member = :memberId
    or (accepted_at is null and email_hash = :emailHash and invited_until > :now
      and member_id <> :memberId)
  )
order by invited_at, helper_id
limit 50;

-- name: findHelping
-- An open help, for whoever gives it.
select helper_id, member_id, may_pay, day_max_minor, give_day_max_minor
from wallets.helper
where helper_id = :helperId
  and helper_member = :helperMember
  and ended_at is null;

-- name: acceptHelp
update wallets.helper
set helper_member = :helperMember, accepted_at = :at
where helper_id = :helperId
  and email_hash = :emailHash
  and member_id <> :helperMember
  and accepted_at is null
  and ended_at is null
  and invited_until > :at
returning member_id;

-- name: endHelp
-- By whoever is helped, or whoever helps or was asked to.
-- notnull: helperMember
update wallets.helper
set ended_at = :at
where helper_id = :helperId
  and ended_at is null
  and (
    member_id = :by
    or helper_member = :by
    or (accepted_at is null and email_hash = :emailHash)
  )
returning member_id, coalesce(helper_member, '') as helper_member;

-- name: endHelpOf
-- A member goes: nobody helps any more, nor is helped.
update wallets.helper
set ended_at = :at
where (member_id = :memberId or helper_member = :memberId)
  and ended_at is null;

-- name: endNewHelpOf
-- A case stops a member: whoever was asked, or has agreed, since then may be the thief's.
-- notnull: helperMember
update wallets.helper
set ended_at = :at
where member_id = :memberId
  and ended_at is null
  and (accepted_at is null or accepted_at > :since or invited_at > :since)
returning helper_id, coalesce(helper_member, '') as helper_member;

-- name: eraseHelpers
update wallets.helper
set email_sealed = null
where member_id = :memberId;

-- name: addHelperDay
insert into wallets.helper_day (helper_id, day, used_minor)
values (:helperId, :day, 0)
on conflict (helper_id, day) do nothing;

-- name: takeOfHelperDay
-- Of two at one moment, the second sees what the first took.
update wallets.helper_day
set used_minor = helper_day.used_minor + :amountMinor
from wallets.helper
where helper_day.helper_id = :helperId
  and helper_day.day = :day
  and helper.helper_id = helper_day.helper_id
  and helper_day.used_minor + :amountMinor <= helper.day_max_minor;

-- name: lockGiving
-- Locked: a help that ends at this moment ends before the gift or behind it.
select member_id, accepted_at
from wallets.helper
where helper_id = :helperId
  and helper_member = :helperMember
  and ended_at is null
  and give_day_max_minor > 0
for update;

-- name: takeOfGivingDay
update wallets.helper_day
set given_minor = helper_day.given_minor + :amountMinor
from wallets.helper
where helper_day.helper_id = :helperId
  and helper_day.day = :day
  and helper.helper_id = helper_day.helper_id
  and helper_day.given_minor + :amountMinor <= helper.give_day_max_minor;

-- name: giveBackHelperDay
update wallets.helper_day
set used_minor = greatest(0, used_minor - :amountMinor)
where helper_id = :helperId
  and day = :day;

-- name: helperDayUsed
select used_minor, given_minor
from wallets.helper_day
where helper_id = :helperId
  and day = :day;

-- name: listHelpersNamed
-- nullable: helperMember, emailSealed
select helper_id, helper_member, email_sealed
from wallets.helper
where helper_id = any(:helperIds::text[]);
