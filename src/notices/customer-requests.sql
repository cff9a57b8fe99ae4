-- name: insertCustomerRequests
insert into notices.customer_request (issuer_id, number)
select :issuerId, number
from unnest(:numbers::text[]) as number
returning request_id, number;

-- name: findCustomerRequests
-- nullable: answer, answeredAt
select number, issuer_id, answer, answered_at
from notices.customer_request
where number = any(:numbers::text[]);

-- name: answerCustomerRequests
-- The last answer counts; the same again changes nothing. What was answered before this was asked, or to another
-- issuer, stays as it was given.
update notices.customer_request as request
set
  answer = :answer,
  answered_at = :at
from notices.customer_request as answered
where answered.number = :number
  and request.number = any(:numbers::text[])
  and request.issuer_id = answered.issuer_id
  and (request.answer is null or request.answered_at = answered.answered_at)
  and request.answer is distinct from :answer
returning request.request_id;

-- name: listCustomerRequests
-- nullable: answer, answeredAt
select request_id, answer, answered_at
from notices.customer_request
where issuer_id = :issuerId
  and request_id > :after
order by request_id
limit :size::int;
