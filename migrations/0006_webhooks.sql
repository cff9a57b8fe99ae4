-- breaking: no
-- What a webhook may see, and since when it has been failing.

alter table clients.webhook
  add column sees          text collate "C" not null default 'own',
  add column failing_since timestamptz, -- null: the last delivery succeeded
  add constraint webhook_sees_known check (sees in ('own', 'issuer'));
comment on column clients.webhook.sees is 'own: events of this client''s requests; issuer: of all clients of its issuer.';
create index webhook_due on clients.webhook (next_at) where is_active;
