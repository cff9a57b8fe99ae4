-- name: findCaseWith
-- notnull: isThere
-- Whether an issuer's desk has, or had, to do with a member.
select exists (
  select
  from cases.record
  where member_id = :memberId
    and :issuerId::int = any(issuer_ids)
) as is_there;
