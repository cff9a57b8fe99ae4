-- name: findCaseWith
-- notnull: isThere
-- Whether value or a gift of an issuer is, or was, in a case of a member. A case alone says nothing: any desk opens one.
select exists (
  select
  from cases.record
  join cases.holding on holding.case_id = record.case_id
  where record.member_id = :memberId
    and holding.issuer_id = :issuerId::int
  union all
  select
  from cases.record
  join cases.gift on gift.case_id = record.case_id
  where record.member_id = :memberId
    and gift.issuer_id = :issuerId::int
) as is_there;
