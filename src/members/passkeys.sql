-- name: insertPasskey
-- A credential is of one member, and is kept once.
insert into members.passkey (
  credential_id, member_id, public_key, sign_count, transports, is_synced, name, made_at
)
values (
  :credentialId, :memberId, :publicKey, :signCount, :transports, :isSynced, :name, :at
)
on conflict (credential_id) do nothing;

-- name: listPasskeys
-- nullable: lastUsedAt
select credential_id, name, is_synced, transports, made_at, last_used_at
from members.passkey
where member_id = :memberId
order by made_at, credential_id
limit 100;

-- name: findPasskey
select
  passkey.credential_id,
  passkey.member_id,
  passkey.public_key,
  passkey.sign_count,
  passkey.transports,
  passkey.made_at
from members.passkey
join members.member on member.id = passkey.member_id
where passkey.credential_id = :credentialId
  and member.is_active;

-- name: usePasskey
-- One that counts goes on from where it was: of two answers with the same count, one is taken.
update members.passkey
set sign_count = :signCount, last_used_at = :at, is_synced = :isSynced
where credential_id = :credentialId
  and (sign_count = 0 or sign_count < :signCount);

-- name: removePasskey
delete from members.passkey
where credential_id = :credentialId
  and member_id = :memberId;

-- name: removeEveryPasskey
delete from members.passkey
where member_id = :memberId;

-- name: countPasskeys
-- notnull: passkeys
select count(*)::int as passkeys
from members.passkey
where member_id = :memberId;

-- name: takeChallenge
-- A challenge is answered once.
insert into members.challenge (challenge_hash, answered_at)
values (:challengeHash, :at)
on conflict (challenge_hash) do nothing;

-- name: forgetChallenges
delete from members.challenge
where answered_at < :before;

-- name: findDeviceOf
-- A device that has shown a second factor for this member, by what its cookie holds.
select device_id
from members.device
where member_id = :memberId
  and secret_hash = any(:deviceHashes::bytea[])
  and ended_at is null
order by last_seen_at desc
limit 1;
