-- breaking: no
-- Machines that call us.

create schema clients;

create table clients.client (
  client_id   int  generated always as identity,
  issuer_id   int  not null references programmes.issuer,
  key         text collate "C" not null,
  name        text not null,
  seller_id   int references programmes.seller, -- sells as
  merchant_id int references programmes.merchant, -- takes payment as
  funding     text collate "C" not null default 'seller', -- seller: its receivable; funds: paid in beforehand
  is_active   boolean not null default true,
  constraint client_pkey primary key (client_id),
  constraint client_key_once unique (issuer_id, key),
  constraint client_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  constraint client_funding_known check (funding in ('seller', 'funds'))
);
comment on table clients.client is 'The party (a company), not its key or terminal (R1).';

create table clients.api_key (
  api_key_id int  generated always as identity,
  client_id  int  not null references clients.client,
  key_hash   bytea not null, -- SHA-256 of a 256-bit random secret
  last_four  text not null,
  scopes     text[] not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  constraint api_key_pkey primary key (api_key_id),
  constraint api_key_hash_once unique (key_hash)
);

create table clients.partner (
  partner_id        text collate "C" not null, -- five characters (AGCOD)
  client_id         int  not null references clients.client,
  product_id        int  not null references programmes.product, -- what CreateGiftCard issues
  is_sandbox        boolean not null default false,
  calls_per_second  int  not null default 10,
  constraint partner_pkey primary key (partner_id),
  constraint partner_id_shape check (partner_id ~ '^[A-Za-z0-9]{5}$'),
  constraint partner_calls_bounded check (calls_per_second between 1 and 1000)
);

create table clients.signing_key (
  access_key_id text collate "C" not null,
  partner_id    text collate "C" not null references clients.partner,
  secret_sealed bytea not null, -- a signature needs the secret itself: sealed with AES-256-GCM
  created_at    timestamptz not null,
  revoked_at    timestamptz,
  constraint signing_key_pkey primary key (access_key_id)
);

create table clients.terminal (
  terminal_id             int  generated always as identity,
  client_id               int  not null references clients.client,
  merchant_id             int  not null references programmes.merchant,
  seller_id               int  not null references programmes.seller,
  merchant_code           text collate "C" not null, -- DE42
  terminal_code           text collate "C" not null, -- DE41
  dialect                 text collate "C" not null default 'iso87',
  addresses               text[] not null default '{}', -- addresses or CIDR; empty: loopback only (R30)
  certificate_fingerprint text,
  value_max_minor         bigint, -- of one message
  misses_max              int  not null default 100, -- unknown cards an hour
  is_active               boolean not null default true,
  constraint terminal_pkey primary key (terminal_id),
  constraint terminal_code_once unique (merchant_code, terminal_code)
);

create table clients.webhook (
  webhook_id    int  generated always as identity,
  client_id     int  not null references clients.client,
  url           text not null,
  secret_sealed bytea not null, -- signs deliveries; sealed with AES-256-GCM
  kinds         text[] not null default '{}', -- empty: every kind of event
  cursor        text not null, -- the feed position delivered so far
  attempts      int  not null default 0, -- failures since the last success
  next_at       timestamptz not null,
  last_error    text,
  is_active     boolean not null default true,
  constraint webhook_pkey primary key (webhook_id)
);

create table clients.guess (
  asker        bytea not null, -- keyed hash of client, address and device (R32)
  misses       int   not null,
  last_miss_at timestamptz not null,
  stopped_until timestamptz,
  constraint guess_pkey primary key (asker)
);
create index guess_age on clients.guess (last_miss_at);

create table clients.audit (
  audit_id  bigint generated always as identity,
  at        timestamptz not null,
  actor     text not null, -- client:<key> or operator at the command line
  act       text not null,
  subject   text not null,
  detail    jsonb,
  constraint audit_pkey primary key (audit_id)
);
comment on table clients.audit is 'Every use of a named permission by a machine or at the command line.';
