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
-- notnull: lastDigits
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

-- name: forgetRemoved
-- nullable: memberId
-- The provider's name for a card that was removed, and its digits: gone as soon as no call needs them. What was taken
-- is given back by the provider's reference. Null: whoever it was.
update payments.method
set token_sealed = null, last_digits = null
where removed_at is not null
  and token_sealed is not null
  and (:memberId::text is null or member_id = :memberId::text)
  and not exists (
    select
    from payments.payment
    where payment.method_id = method.method_id
      and (payment.state in ('prepared', 'authorised') or payment.doing is not null)
  );

-- name: removeMethod
update payments.method
set removed_at = :at
where method_id = :methodId
  and member_id = :memberId
  and removed_at is null;
