-- name: findContacts
select
  id as member_id,
  email_typed,
  name,
  locale
from members.member
where id = any(:memberIds::text[]);
