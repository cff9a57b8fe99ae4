-- name: findContacts
select
  id as member_id,
  email_typed,
  name,
  locale
from members.member
where id = any(:memberIds::text[])
  and is_active;

-- name: findHolder
-- Whose address it was at an instant; whoever left it soonest behind that comes before whoever has it still.
select member.id as member_id, member.email_typed, member.name, member.locale
from (
  select
    former.member_id,
    former.until,
    (
      select max(earlier.until)
      from members.former_address as earlier
      where earlier.member_id = former.member_id
        and earlier.until < former.until
    ) as since
  from members.former_address as former
  where former.email = :email
  union all
  select
    present.id,
    null,
    (
      select max(earlier.until)
      from members.former_address as earlier
      where earlier.member_id = present.id
    )
  from members.member as present
  where present.email = :email
) as held
join members.member on member.id = held.member_id
where member.is_active
  and coalesce(held.since, member.created_at) <= :at
  and (held.until is null or held.until >= :at)
order by held.until
limit 1;

-- name: findLastHolder
-- Who left it last, when nobody has it.
select member.id as member_id, member.email_typed, member.name, member.locale
from members.former_address as former
join members.member on member.id = former.member_id
where former.email = :email
  and member.is_active
  and not exists (
    select
    from members.member as other
    where other.email = former.email
  )
order by former.until desc
limit 1;
