-- name: lockAudit
-- Changes wait for one another here: each sees what the one before it left, and audit ids are in commit order.
lock table clients.audit in share row exclusive mode;

-- name: insertAudit
-- Moves the directory; what was done stands in the staff's trail.
insert into clients.audit (at, actor, act, subject)
values (:at, :actor, :act, :subject);

-- name: insertClient
-- nullable: sellerId, merchantId
insert into clients.client (issuer_id, key, name, seller_id, merchant_id, funding)
values (:issuerId, :key, :name, :sellerId, :merchantId, :funding)
returning client_id;

-- name: findClientByKey
select
  client_id,
  issuer_id,
  key,
  name,
  seller_id,
  merchant_id,
  funding,
  is_active
from clients.client
where issuer_id = :issuerId
  and key = :key;

-- name: updateClientActive
update clients.client
set is_active = :isActive
where client_id = :clientId;

-- name: listClientsOfIssuer
select
  client_id,
  issuer_id,
  key,
  name,
  seller_id,
  merchant_id,
  funding,
  is_active
from clients.client
where issuer_id = :issuerId
order by key
limit 1000;

-- name: insertApiKey
insert into clients.api_key (client_id, key_hash, last_four, scopes, created_at)
values (:clientId, :keyHash, :lastFour, :scopes, :createdAt)
returning api_key_id;

-- name: listApiKeysOfClient
select
  api_key_id,
  last_four,
  scopes,
  created_at,
  revoked_at
from clients.api_key
where client_id = :clientId
order by api_key_id
limit 1000;

-- name: revokeApiKeyOfIssuer
update clients.api_key
set revoked_at = :revokedAt
from clients.client
where client.client_id = api_key.client_id
  and client.issuer_id = :issuerId
  and api_key.api_key_id = :apiKeyId
  and api_key.revoked_at is null;

-- name: findPartner
select
  partner.partner_id,
  partner.client_id,
  client.issuer_id
from clients.partner
join clients.client using (client_id)
where partner.partner_id = :partnerId;

-- name: insertPartner
insert into clients.partner (partner_id, client_id, product_id, is_sandbox, calls_per_second)
values (:partnerId, :clientId, :productId, :isSandbox, :callsPerSecond);

-- name: listPartnersOfIssuer
select
  partner.partner_id,
  client.key as client_key,
  partner.product_id,
  partner.is_sandbox,
  partner.calls_per_second
from clients.partner
join clients.client using (client_id)
where client.issuer_id = :issuerId
order by partner.partner_id
limit 1000;

-- name: insertSigningKey
insert into clients.signing_key (access_key_id, partner_id, secret_sealed, created_at)
values (:accessKeyId, :partnerId, :secretSealed, :createdAt);

-- name: revokeSigningKeyOfIssuer
update clients.signing_key
set revoked_at = :revokedAt
from clients.partner
join clients.client using (client_id)
where partner.partner_id = signing_key.partner_id
  and client.issuer_id = :issuerId
  and signing_key.access_key_id = :accessKeyId
  and signing_key.revoked_at is null;

-- name: findTerminalByCodes
select terminal_id
from clients.terminal
where merchant_code = :merchantCode
  and terminal_code = :terminalCode;

-- name: insertTerminal
-- nullable: certificateFingerprint, valueMaxMinor
insert into clients.terminal (
  client_id, merchant_id, seller_id, merchant_code, terminal_code, dialect, addresses,
  certificate_fingerprint, value_max_minor, misses_max
)
values (
  :clientId, :merchantId, :sellerId, :merchantCode, :terminalCode, :dialect, :addresses,
  :certificateFingerprint, :valueMaxMinor, :missesMax
)
returning terminal_id;

-- name: listTerminalsOfIssuer
select
  terminal.terminal_id,
  client.key as client_key,
  terminal.merchant_code,
  terminal.terminal_code,
  terminal.dialect,
  terminal.addresses,
  terminal.is_active
from clients.terminal
join clients.client using (client_id)
where client.issuer_id = :issuerId
  and terminal.terminal_id > :after
order by terminal.terminal_id
limit :size::int;

-- name: updateTerminalActive
update clients.terminal
set is_active = :isActive
from clients.client
where client.client_id = terminal.client_id
  and client.issuer_id = :issuerId
  and terminal.terminal_id = :terminalId;

-- name: insertWebhook
insert into clients.webhook (client_id, url, secret_sealed, kinds, cursor, next_at)
values (:clientId, :url, :secretSealed, :kinds, :cursor, :nextAt)
returning webhook_id;

-- name: listWebhooksOfIssuer
select
  webhook.webhook_id,
  client.key as client_key,
  webhook.url,
  webhook.kinds,
  webhook.attempts,
  webhook.next_at,
  webhook.last_error,
  webhook.is_active
from clients.webhook
join clients.client using (client_id)
where client.issuer_id = :issuerId
order by webhook.webhook_id
limit 1000;

-- name: updateWebhookActive
-- A webhook that is switched on again is tried at once, from where it stopped.
update clients.webhook
set
  is_active = :isActive,
  attempts = 0,
  next_at = :nextAt
from clients.client
where client.client_id = webhook.client_id
  and client.issuer_id = :issuerId
  and webhook.webhook_id = :webhookId;
