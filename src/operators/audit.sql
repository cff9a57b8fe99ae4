-- name: takeAuditTurn
-- The turn of the trail: its one row locked, and where the chain stands. A statement of its own, and the
-- last lock that a transaction takes, so that it is held for the shortest time.
select
  audit_head.audit_id,
  audit_head.hash
from operators.audit_head
for update;

-- name: insertAuditRow
-- nullable: issuerId
insert into operators.audit (
  audit_id, at, issuer_id, actor, kind, act, subject, detail, previous_hash, hash
)
values (
  :auditId, :at, :issuerId, :actor, :kind, :act, :subject, :detail, :previousHash, :hash
);

-- name: moveAuditHead
update operators.audit_head
set
  audit_id = :auditId,
  hash = :hash;

-- name: listAuditPage
-- nullable: onlyIssuerId, onlyActor, onlySubject, onlyKind
select
  audit.audit_id,
  audit.at,
  audit.issuer_id,
  audit.actor,
  audit.kind,
  audit.act,
  audit.subject,
  audit.detail,
  operator.name as actor_name
from operators.audit
left join operators.operator on audit.actor = 'operator:' || operator.id
where audit.audit_id < :before
  and (:onlyIssuerId::int is null or audit.issuer_id = :onlyIssuerId::int)
  and (:onlyActor::text is null or audit.actor = :onlyActor::text)
  and (:onlySubject::text is null or audit.subject = :onlySubject::text)
  and (:onlyKind::text is null or audit.kind = :onlyKind::text)
order by audit.audit_id desc
limit :size::int;

-- name: readAuditChain
select
  audit_id,
  at,
  issuer_id,
  actor,
  kind,
  act,
  subject,
  detail,
  previous_hash,
  hash
from operators.audit
where audit_id > :after
order by audit_id
limit :size::int;

-- name: readAuditHead
select
  audit_id,
  hash
from operators.audit_head;

-- name: findFirstAuditAt
select at
from operators.audit
where audit_id = 1;

-- name: findAuditRowBefore
select
  audit_id,
  hash
from operators.audit
where at < :instant
order by audit_id desc
limit 1;

-- name: readAuditHashes
select
  audit_id,
  hash
from operators.audit
where audit_id = any(:ids::bigint[]);
