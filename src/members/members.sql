-- name: findForSignIn
-- All that a sign-in is judged by, by one statement, whether or not there is such a member. Also of one that is barred: who
-- has the right password is not told that it is wrong.
-- nullable: deviceId
-- notnull: memberId, password, hasAuthenticator
select
  member.id as member_id,
  credential.password,
  device.device_id,
  authenticator.confirmed_at is not null as has_authenticator
from members.member
join members.credential on credential.member_id = member.id
left join members.authenticator on authenticator.member_id = member.id
left join lateral (
  select known.device_id
  from members.device as known
  where known.member_id = member.id
    and known.secret_hash = any(:deviceHashes::bytea[])
    and known.ended_at is null
    and known.proven_at > :provenSince
  order by known.last_seen_at desc
  limit 1
) as device on true
where member.email = :email;

-- name: findMember
-- notnull: hasAuthenticator, memberId, email, emailTyped, name, locale, createdAt, passkeys
-- nullable: password
-- Whoever has a passkey may have no password.
select
  member.id as member_id,
  member.email,
  member.email_typed,
  member.name,
  member.locale,
  member.created_at,
  credential.password,
  authenticator.confirmed_at is not null as has_authenticator,
  (
    select count(*)::int
    from members.passkey
    where passkey.member_id = member.id
  ) as passkeys
from members.member
left join members.credential on credential.member_id = member.id
left join members.authenticator on authenticator.member_id = member.id
where member.id = :memberId
  and member.is_active;

-- name: changeLocale
-- In which language we write from now on.
update members.member
set locale = :locale, updated_at = :at
where id = :memberId;

-- name: findMemberId
select id as member_id
from members.member
where email = :email;

-- name: insertMember
-- Nobody becomes a member twice: the second one is told so.
insert into members.member (id, email, email_typed, name, locale, created_at, updated_at)
values (:memberId, :email, :emailTyped, :name, :locale, :at, :at)
on conflict (email) do nothing;

-- name: insertCredential
insert into members.credential (member_id, password, changed_at)
values (:memberId, :password, :at);

-- name: changeCredential
-- Also the first one, of somebody who came with a passkey.
insert into members.credential (member_id, password, changed_at)
values (:memberId, :password, :at)
on conflict (member_id) do update
set password = excluded.password, changed_at = excluded.changed_at;

-- name: keepAuthenticator
-- One that was begun before and never confirmed makes room; a confirmed one stays.
insert into members.authenticator (member_id, secret_sealed, begun_at)
values (:memberId, :secretSealed, :at)
on conflict (member_id) do update
set secret_sealed = excluded.secret_sealed, begun_at = excluded.begun_at, last_step = 0
where authenticator.confirmed_at is null;

-- name: findAuthenticator
-- nullable: confirmedAt
select secret_sealed, confirmed_at, last_step
from members.authenticator
where member_id = :memberId;

-- name: takeAuthenticatorStep
-- A code is good once: of two that come at one moment, one takes it.
update members.authenticator
set last_step = :step, confirmed_at = coalesce(confirmed_at, :at)
where member_id = :memberId
  and last_step < :step;

-- name: removeAuthenticator
delete from members.authenticator
where member_id = :memberId;

-- name: findMemberByEmail
select id as member_id, email_typed, name, locale
from members.member
where email = :email
  and is_active;

-- name: findBarredByEmail
-- Somebody who has died: barred, and kept with its address for those who ask after it.
select id as member_id, email_typed, name, locale
from members.member
where email = :email
  and not is_active;

-- name: findBarredMember
-- The same by its id, for whoever decides that it was told of somebody who lives.
select id as member_id, email_typed, name, locale
from members.member
where id = :memberId
  and not is_active;

-- name: listFormerAddresses
-- One that is another member's by now is nobody's to read.
select former.email
from members.former_address as former
where former.member_id = :memberId
  and not exists (
    select
    from members.member as other
    where other.email = former.email
  )
group by former.email
order by max(former.until) desc
limit 10;

-- name: listHeldAddresses
-- Each from when until when it was the member's; the present one first.
-- notnull: email, since
-- nullable: until
select
  held.email,
  coalesce(lag(held.until) over (order by held.until), held.created_at) as since,
  held.until
from (
  select former.email, former.until, member.created_at
  from members.former_address as former
  join members.member on member.id = former.member_id
  where former.member_id = :memberId
  union all
  select member.email_typed, null, member.created_at
  from members.member
  where member.id = :memberId
) as held
order by held.until desc
limit 20;
