-- name: findContacts
select
  id as member_id,
  email_typed,
  name,
  locale
from members.member
where id = any(:memberIds::text[]);

-- name: findFormerOwner
-- Whose address it was. First whoever left it behind that instant, soonest; else whoever left it last.
-- notnull: wasTheirs
select
  member.id as member_id,
  member.email_typed,
  member.name,
  member.locale,
  former.until >= :keptSince as was_theirs
from members.former_address as former
join members.member on member.id = former.member_id
where former.email = :email
  and member.is_active
order by
  former.until < :keptSince,
  case when former.until < :keptSince then null else former.until end,
  former.until desc
limit 1;
