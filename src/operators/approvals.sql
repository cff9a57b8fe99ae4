-- name: insertApproval
-- nullable: issuerId
insert into operators.approval (
  issuer_id, kind, change, change_hash, summary_ja, summary_en, reason, asked_by, asked_at, expires_at
)
values (
  :issuerId, :kind, :change, :changeHash, :summaryJa, :summaryEn, :reason, :askedBy, :askedAt,
  :expiresAt
)
returning approval_id;

-- name: countOpenApprovals
-- notnull: open
select count(*)::int as open
from operators.approval
where asked_by = :askedBy
  and state = 'open'
  and expires_at > :now;

-- name: lockApproval
-- The row of one approval: whoever decides it second finds it decided.
select
  approval_id,
  issuer_id,
  kind,
  change,
  change_hash,
  summary_ja,
  summary_en,
  reason,
  asked_by,
  asked_at,
  expires_at,
  state,
  decided_by,
  decided_at,
  decided_note,
  result,
  reviewed_by,
  reviewed_at,
  review_note
from operators.approval
where approval_id = :approvalId
for update;

-- name: decideApproval
-- nullable: decidedNote, result
update operators.approval
set
  state = :state,
  decided_by = :decidedBy,
  decided_at = :decidedAt,
  decided_note = :decidedNote,
  result = :result
where approval_id = :approvalId
  and state = 'open';

-- name: reviewApproval
update operators.approval
set
  reviewed_by = :reviewedBy,
  reviewed_at = :reviewedAt,
  review_note = :reviewNote
where approval_id = :approvalId
  and state = 'broken_glass'
  and reviewed_by is null;

-- name: countMadeAlone
-- notnull: changes
-- How often one of these people has, alone, made, invited, enabled or re-roled an operator.
select count(*)::int as changes
from operators.approval
where kind like 'operator.%'
  and state = 'broken_glass'
  and decided_by = any(:byOperatorIds::text[])
  and result::jsonb ->> 'operatorId' = :operatorId::text;

-- name: listApprovals
-- nullable: onlyIssuerId, onlyApprovalId
-- notnull: asked_by_name
-- Newest first. What is open and not over, or every one; broken glass that nobody has reviewed.
select
  approval.approval_id,
  approval.issuer_id,
  approval.kind,
  approval.change,
  approval.change_hash,
  approval.summary_ja,
  approval.summary_en,
  approval.reason,
  approval.asked_by,
  asker.name as asked_by_name,
  approval.asked_at,
  approval.expires_at,
  approval.state,
  approval.decided_by,
  decider.name as decided_by_name,
  approval.decided_at,
  approval.decided_note,
  approval.result,
  approval.reviewed_by,
  reviewer.name as reviewed_by_name,
  approval.reviewed_at,
  approval.review_note
from operators.approval
join operators.operator as asker on asker.id = approval.asked_by
left join operators.operator as decider on decider.id = approval.decided_by
left join operators.operator as reviewer on reviewer.id = approval.reviewed_by
where approval.approval_id < :before
  and (:onlyApprovalId::bigint is null or approval.approval_id = :onlyApprovalId::bigint)
  and (:onlyIssuerId::int is null or approval.issuer_id = :onlyIssuerId::int)
  and (
    :which = 'all'
    or (:which = 'open' and approval.state = 'open' and approval.expires_at > :now)
    or (:which = 'unreviewed' and approval.state = 'broken_glass' and approval.reviewed_by is null)
  )
order by approval.approval_id desc
limit :size::int;
