-- name: insertCustomerRequests
insert into notices.customer_request (issuer_id, number)
select :issuerId, number
from unnest(:numbers::text[]) as number;

-- name: findCustomerRequest
-- nullable: answer, answeredAt
select answer, answered_at
from notices.customer_request
where number = :number;

-- name: answerCustomerRequests
-- The last answer counts; the same again changes nothing.
update notices.customer_request
set
  answer = :answer,
  answered_at = :at
where number = any(:numbers::text[])
  and answer is distinct from :answer
returning number;

-- name: listCustomerRequests
-- nullable: answer, answeredAt
select request_id, number, answer, answered_at
from notices.customer_request
where issuer_id = :issuerId
  and request_id > :after
order by request_id
limit :size::int;
