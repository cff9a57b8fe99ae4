-- breaking: no
-- The switch: what is stopped, since when, until when, and who was told.

create schema suspensions;

create table suspensions.epoch (
  only_row boolean not null default true,
  epoch    bigint  not null default 1,
  constraint epoch_pkey primary key (only_row),
  constraint epoch_is_one_row check (only_row)
);
insert into suspensions.epoch default values;
comment on table suspensions.epoch is 'Moves with every change of a suspension; every batch reads it (R18, R19).';

create table suspensions.suspension (
  suspension_id     int    generated always as identity,
  issuer_id         int    not null references programmes.issuer,
  programme_id      int, -- null: not named, whatever it is
  product_id        int,
  seller_id         int,
  chain_id          int,
  aggregator_id     int,
  tender_id         int,
  merchant_id       int,
  sold_by_seller_id int,
  operations        text[] not null, -- empty: every one
  announced_text    text, -- when, as it was announced (R25)
  announced_at      timestamptz, -- as that was read; null: nothing was announced, or not in a way that is read
  precision         text collate "C" not null, -- of what was announced
  internal_reason   text   not null,
  thrown_by         text   not null,
  thrown_at         timestamptz not null,
  epoch             bigint not null, -- of its last change: what a process has not read yet
  constraint suspension_pkey primary key (suspension_id),
  constraint suspension_precision_known check (precision in ('day', 'minute', 'second')),
  constraint suspension_operations_known
    check (operations <@ array['sell', 'activate', 'load', 'redeem', 'earn', 'use'])
);
create index suspension_scope on suspensions.suspension (issuer_id, product_id, seller_id);
create index suspension_changed on suspensions.suspension (epoch);
create index suspension_of_issuer on suspensions.suspension (issuer_id, suspension_id);
comment on table suspensions.suspension is 'What is stopped. Whether it is, says its last phase that has begun.';

create table suspensions.phase (
  suspension_id int  not null references suspensions.suspension,
  phase_no      int  not null, -- from 0
  effect        text collate "C" not null,
  conditions    jsonb, -- what a buyer must be and have, where the effect is conditions
  starts_at     timestamptz not null,
  expected_end  timestamptz, -- as told to the public; nothing happens by itself then
  text_ja       text not null,
  text_en       text not null,
  criteria      text not null, -- for resuming
  reason        text not null, -- of this phase, for staff
  actor         text not null,
  approved_by   text, -- the second person, where one is needed (R33)
  recorded_at   timestamptz not null,
  constraint phase_pkey primary key (suspension_id, phase_no),
  constraint phase_effect_known check (effect in ('stopped', 'conditions', 'ended', 'lifted')),
  constraint phase_conditions_where_they_belong check ((effect = 'conditions') = (conditions is not null))
);
comment on table suspensions.phase is
  'Appended only, and never with a beginning in the past: what an instant was judged by stays the same.';

create table suspensions.telling (
  suspension_id int  not null,
  phase_no      int  not null,
  client_id     int  not null references clients.client,
  state         text collate "C" not null default 'waiting',
  attempts      int  not null default 0,
  next_at       timestamptz not null,
  told_at       timestamptz,
  confirmed_at  timestamptz,
  last_error    text,
  told_webhook_ids int[] not null default '{}', -- those of its webhooks that have it already
  leased_until  timestamptz, -- somebody is telling it: what is newer waits until then at most
  constraint telling_pkey primary key (suspension_id, phase_no, client_id),
  constraint telling_of_a_phase foreign key (suspension_id, phase_no) references suspensions.phase,
  constraint telling_state_known check (state in ('waiting', 'told', 'failed', 'overtaken')),
  constraint telling_told_has_its_instant check ((state = 'told') = (told_at is not null))
);
create index telling_due on suspensions.telling (next_at) where state = 'waiting';
comment on table suspensions.telling is
  'Which sellers'' own systems are told of a phase, and which have said that they have done it.';
