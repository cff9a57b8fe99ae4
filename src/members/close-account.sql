-- name: endMember
-- The address is free again; the row stays, because movements of value and cases are kept by its id.
update members.member
set
  is_active = false,
  email = 'closed-' || encode(sha256(convert_to(id, 'UTF8')), 'hex') || '@closed.invalid',
  email_typed = 'closed-' || encode(sha256(convert_to(id, 'UTF8')), 'hex') || '@closed.invalid',
  name = '-',
  updated_at = :at
where id = :memberId
  and is_active;

-- name: barMember
-- Nobody signs in any more; nothing is erased.
update members.member
set is_active = false, updated_at = :at
where id = :memberId
  and is_active;

-- name: unbarMember
-- What was closed is erased, and nobody's to open again.
update members.member
set is_active = true, updated_at = :at
where id = :memberId
  and not is_active
  and email not like '%@closed.invalid';

-- name: eraseSignIns
delete from members.sign_in
where member_id = :memberId;

-- name: eraseProofs
delete from members.proof
where member_id = :memberId;

-- name: eraseSessions
delete from members.session
where member_id = :memberId;

-- name: eraseDevices
delete from members.device
where member_id = :memberId;

-- name: eraseFactors
with passkeys as (
  delete from members.passkey
  where member_id = :memberId
),
authenticators as (
  delete from members.authenticator
  where member_id = :memberId
),
changes as (
  delete from members.delayed_change
  where member_id = :memberId
),
addresses as (
  delete from members.former_address
  where member_id = :memberId
),
phones as (
  delete from members.phone
  where member_id = :memberId
),
limits as (
  delete from members.day_limit
  where member_id = :memberId
)
delete from members.credential
where member_id = :memberId;
