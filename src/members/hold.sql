-- name: lockHeld
-- Before it is asked whether a case stops this member, and before a change of its is locked: whoever stops and whoever
-- begins or settles a change take turns.
select id
from members.member
where id = :memberId
for no key update;

-- name: isHeld
-- notnull: isHeld
select exists (
  select
  from members.hold
  where member_id = :memberId
) as is_held;

-- name: holdMember
insert into members.hold (member_id, held_at)
values (:memberId, :at)
on conflict (member_id) do nothing;

-- name: releaseMember
delete from members.hold
where member_id = :memberId;

-- name: listHeld
select member_id
from members.hold
where member_id > :after
order by member_id
limit 500;
