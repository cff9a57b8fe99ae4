-- name: claimDueWebhooks
-- Takes what is due for a while: another process, or this one after a crash, comes again when it is over.
-- A client that is switched off is told nothing, as it may do nothing.
with due as (
  select webhook.webhook_id
  from clients.webhook
  join clients.client using (client_id)
  where webhook.is_active
    and client.is_active
    and webhook.next_at <= :now
  order by webhook.next_at
  limit :size::int
  for update of webhook skip locked
)
update clients.webhook
set next_at = :leasedUntil
from due, clients.client
where webhook.webhook_id = due.webhook_id
  and client.client_id = webhook.client_id
returning
  webhook.webhook_id,
  webhook.client_id,
  client.issuer_id,
  webhook.url,
  webhook.secret_sealed,
  webhook.kinds,
  webhook.sees,
  webhook.cursor,
  webhook.attempts,
  webhook.failing_since;

-- name: recordDelivery
-- Only from the cursor that was delivered: whoever took longer than the lease changes nothing.
update clients.webhook
set
  cursor = :cursor,
  attempts = 0,
  failing_since = null,
  last_error = null,
  next_at = :nextAt
where webhook.webhook_id = :webhookId
  and webhook.cursor = :deliveredFrom;

-- name: recordFailure
-- nullable: failingSince
update clients.webhook
set
  attempts = webhook.attempts + 1,
  failing_since = :failingSince,
  last_error = :lastError,
  next_at = :nextAt,
  is_active = :isActive
where webhook.webhook_id = :webhookId
  and webhook.cursor = :failedFrom;

-- name: noteWebhookGivenUp
-- Moves the directory of clients.
insert into clients.audit (at, actor, act, subject)
values (:at, 'server', :act, :subject);
