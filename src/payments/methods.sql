-- name: insertMethod
-- One at a time for each member only as far as the bound goes: a few more do no harm.
insert into payments.method (
  member_id, tender_id, provider, kind, token_sealed, last_digits, added_at
)
select :memberId, :tenderId, :provider, :kind, :tokenSealed, :lastDigits, :at
where (
  select count(*)
  from payments.method as held
  where held.member_id = :memberId
    and held.removed_at is null
) < :methodsMax::int
returning method_id;

-- name: listMethods
select method_id, member_id, tender_id, kind, last_digits
from payments.method
where member_id = :memberId
  and removed_at is null
order by method_id desc
limit 100;

-- name: removeAllMethods
update payments.method
set removed_at = :at
where member_id = :memberId
  and removed_at is null;

-- name: removeMethod
update payments.method
set removed_at = :at
where method_id = :methodId
  and member_id = :memberId
  and removed_at is null;
