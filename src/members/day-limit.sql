-- name: addDayLimit
insert into members.day_limit (member_id, limit_minor, day, spent_minor)
values (:memberId, :limitMinor, :day, 0)
on conflict (member_id) do nothing;

-- name: lockDayLimit
-- Locked: two who spend at one moment are counted one behind the other. Read in a statement of its own behind
-- the row's making, so that it is the newest.
select
  limit_minor,
  day::text as day,
  spent_minor
from members.day_limit
where member_id = :memberId
for update;

-- name: keepDaySpent
update members.day_limit
set day = :day, spent_minor = :spentMinor
where member_id = :memberId;

-- name: keepDayLimit
update members.day_limit
set limit_minor = :limitMinor
where member_id = :memberId;

-- name: readDayLimit
select
  limit_minor,
  day::text as day,
  spent_minor
from members.day_limit
where member_id = :memberId;
