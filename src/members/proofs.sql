-- name: insertProof
-- nullable: memberId, contentSealed
insert into members.proof (
  secret_hash, purpose, kind, email, email_typed, member_id, content_sealed, code_hash, made_at, expires_at
)
values (
  :secretHash, :purpose, :kind, :email, :emailTyped, :memberId::text, :contentSealed::bytea, :codeHash, :at,
  :expiresAt
);

-- name: lockProof
-- Locked: of many codes that are tried at one moment each counts.
-- nullable: memberId, contentSealed
select purpose, kind, email, email_typed, member_id, content_sealed, code_hash, misses
from members.proof
where secret_hash = :secretHash
  and purpose = :purpose
  and expires_at > :now
for update;

-- name: countProofMiss
update members.proof
set misses = misses + 1
where secret_hash = :secretHash;

-- name: endProof
delete from members.proof
where secret_hash = :secretHash;

-- name: forgetProofs
delete from members.proof
where expires_at < :before;
