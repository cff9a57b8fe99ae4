-- name: keepFreshFactor
-- The session may have ended meanwhile: then nothing was shown.
insert into members.fresh_factor (session_id, factor, shown_at)
select
  session.id,
  :factor,
  :at::timestamptz
from members.session
where session.id = :sessionId
on conflict (session_id, factor) do update
set shown_at = excluded.shown_at;

-- name: listFreshFactors
select factor, shown_at
from members.fresh_factor
where session_id = :sessionId;

-- name: readFactors
-- nullable: authenticatorSince, passkeySince, securityChangedAt
-- What a member can show, since when, and when what protects the account last changed.
select
  (
    select authenticator.confirmed_at
    from members.authenticator
    where authenticator.member_id = member.id
  ) as authenticator_since,
  (
    select min(passkey.made_at)
    from members.passkey
    where passkey.member_id = member.id
  ) as passkey_since,
  (
    select max(sign_in.at)
    from members.sign_in
    where sign_in.member_id = member.id
      and sign_in.outcome in (
        'password_changed', 'authenticator_set', 'authenticator_removed', 'passkey_added', 'passkey_removed',
        'recovery_done', 'mail_changed', 'limit_raised'
      )
  ) as security_changed_at
from members.member
where member.id = :memberId;

-- name: findOddities
-- Of the sign-in that a device stands on.
select oddities
from members.sign_in
where member_id = :memberId
  and device_id = :deviceId
  and outcome = 'signed_in'
order by sign_in_id desc
limit 1;
