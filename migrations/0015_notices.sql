-- breaking: no
-- Numbered messages that we have sent, and what is still to be sent.

create schema notices;

create table notices.template (
  template     text collate "C" not null,
  version      int  not null,
  content_hash bytea not null, -- SHA-256 over both languages
  texts        jsonb not null, -- {ja: {subject, body}, en: {subject, body}}, as it was used
  first_at     timestamptz not null,
  constraint template_pkey primary key (template, version),
  constraint template_content_once unique (template, content_hash)
);
comment on table notices.template is 'Every wording that was ever used: a text that changes gets the next version by itself.';

create table notices.notice (
  notice_id        bigint generated always as identity,
  number           text  collate "C" not null, -- KN-XXXX-XXXX-XXXX, random: stands in the message
  channel          text  collate "C" not null,
  template         text  collate "C" not null,
  template_version int   not null,
  locale           text  collate "C" not null,
  written_at       timestamptz not null, -- before it goes out
  recipient_hash   bytea not null, -- keyed: finds the messages of an address, also when it was erased
  recipient_sealed bytea, -- null: erased
  content_hash     bytea not null, -- keyed, over subject and text
  content_sealed   bytea, -- null: erased
  state            text  collate "C" not null default 'waiting',
  attempts         int   not null default 0,
  next_at          timestamptz, -- null: nothing more is tried
  sent_at          timestamptz, -- taken over by the next mail server
  last_error       text, -- codes only: what a mail server writes may name the recipient
  constraint notice_pkey primary key (notice_id),
  constraint notice_number_once unique (number),
  constraint notice_number_shape check (number ~ '^KN(-[2-9A-HJ-NP-Z]{4}){3}$'),
  constraint notice_of_a_known_wording foreign key (template, template_version) references notices.template,
  constraint notice_channel_known check (channel in ('mail')),
  constraint notice_locale_known check (locale in ('ja', 'en')),
  constraint notice_state_known check (state in ('waiting', 'sent', 'failed')),
  constraint notice_waits_for_an_instant check ((state = 'waiting') = (next_at is not null)),
  constraint notice_sent_at_an_instant check ((state = 'sent') = (sent_at is not null)),
  constraint notice_kept_until_sent check (state <> 'waiting' or num_nulls(recipient_sealed, content_sealed) = 0)
);
create index notice_due on notices.notice (next_at) where state = 'waiting';
create index notice_recipient on notices.notice (recipient_hash, written_at);
create index notice_to_erase on notices.notice (written_at) where content_sealed is not null;
comment on table notices.notice is 'The register of official messages: each stands here before it goes out.';
