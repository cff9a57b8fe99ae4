-- name: readDirectoryVersion
-- notnull: version
-- Every change of this module writes an audit row behind the table's lock, so their order is that of the commits.
select coalesce(max(audit_id), 0) as version
from clients.audit;

-- name: readClients
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
order by client_id;

-- name: readApiKeys
select
  api_key.api_key_id,
  api_key.client_id,
  api_key.key_hash,
  api_key.scopes
from clients.api_key
join clients.client using (client_id)
where api_key.revoked_at is null
  and client.is_active;

-- name: readTerminals
-- notnull: isActive
select
  terminal.terminal_id,
  terminal.client_id,
  client.issuer_id,
  terminal.merchant_id,
  terminal.seller_id,
  terminal.merchant_code,
  terminal.terminal_code,
  terminal.dialect,
  terminal.addresses,
  terminal.certificate_fingerprint,
  terminal.value_max_minor,
  terminal.misses_max,
  terminal.is_active and client.is_active as is_active -- a disabled company has no tills
from clients.terminal
join clients.client using (client_id)
order by terminal.terminal_id;

-- name: readSigningKeys
select
  signing_key.access_key_id,
  signing_key.secret_sealed,
  partner.partner_id,
  partner.client_id,
  partner.product_id,
  partner.is_sandbox,
  partner.calls_per_second
from clients.signing_key
join clients.partner using (partner_id)
join clients.client using (client_id)
where signing_key.revoked_at is null
  and client.is_active;
