-- name: findPhone
-- The present number of a member.
select phone_id, number_sealed, typed_sealed, since
from members.phone
where member_id = :memberId
  and until is null;

-- name: findPhoneHolder
-- Whose a number is now.
select member_id
from members.phone
where number_hash = :numberHash
  and until is null;

-- name: findPhoneOwner
-- Whose a number was at an instant: a member who signs in, or one that is barred.
select member.id as member_id, member.email_typed, member.name, member.locale
from members.phone
join members.member on member.id = phone.member_id
where phone.number_hash = :numberHash
  and phone.since <= :at
  and (phone.until is null or phone.until >= :at)
  and member.is_active <> :isBarred
order by phone.until
limit 1;

-- name: listPhones
-- nullable: until
-- Each time that a member had a number, the present one first.
select number_sealed, typed_sealed, since, until
from members.phone
where member_id = :memberId
order by until desc nulls first
limit 20;

-- name: findPhonesOfAddresses
-- The numbers of whoever has these addresses now: the same statement for those that nobody has.
select member.email, phone.number_sealed
from members.member
join members.phone on phone.member_id = member.id
where member.email = any(:emails::text[])
  and member.is_active
  and phone.until is null;

-- name: insertPhone
insert into members.phone (member_id, number_hash, number_sealed, typed_sealed, since)
values (:memberId, :numberHash, :numberSealed, :typedSealed, :at);

-- name: endPhone
update members.phone
set until = greatest(:at, since)
where phone_id = :phoneId
  and until is null;

-- name: forgetPhones
delete from members.phone
where until < :before;
