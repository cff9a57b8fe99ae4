-- breaking: no
-- Official messages by SMS and in the inbox alone, what came back undelivered, and addresses that take nothing.

alter table notices.notice drop constraint notice_channel_known;
alter table notices.notice add constraint notice_channel_known check (channel in ('mail', 'sms', 'inbox'));
alter table notices.notice drop constraint notice_state_known;
alter table notices.notice add constraint notice_state_known check (
  state in ('waiting', 'sent', 'failed', 'undelivered')
);
alter table notices.notice drop constraint notice_sent_at_an_instant;
alter table notices.notice add constraint notice_sent_at_an_instant check (
  (state in ('sent', 'undelivered')) = (sent_at is not null)
);
alter table notices.notice add column came_back_at timestamptz; -- it did not reach its recipient, and that is known
alter table notices.notice add constraint notice_undelivered_came_back check (
  case when came_back_at is null then state <> 'undelivered' else state in ('undelivered', 'failed') end
);
create index notice_came_back on notices.notice (came_back_at) where came_back_at is not null;

create table notices.unreached (
  recipient_hash bytea not null, -- as in the register
  times          int   not null, -- since its owner last said that it is right
  last_at        timestamptz not null,
  stopped_at     timestamptz, -- since then nothing is sent to it
  constraint unreached_pkey primary key (recipient_hash),
  constraint unreached_counted check (times > 0)
);
comment on table notices.unreached is 'Addresses whose messages come back: after a few nothing more is sent until the owner confirms.';
