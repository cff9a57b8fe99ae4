-- breaking: no
-- Of a case each issuer's desk has its own part; a stop by a message's number is accepted before it is looked at;
-- what a case stops asks for nothing by mail alone; value that comes when an account has closed is kept for its
-- address; and of a card that was removed nothing is kept that no call needs.

create table cases.part (
  case_id      bigint not null references cases.record,
  issuer_id    int    not null,
  has_stopped  boolean not null default false, -- its desk has said it, or said it again
  look_at      timestamptz, -- when its desk looks again; null: as the case says
  lifted_at    timestamptz,
  lifted_by    text,
  closed_at    timestamptz,
  closed_by    text,
  closing_note text,
  constraint part_pkey primary key (case_id, issuer_id),
  constraint part_lifted_whole check (num_nulls(lifted_at, lifted_by) in (0, 2)),
  constraint part_closed_whole check (num_nulls(closed_at, closed_by, closing_note) in (0, 3))
);
comment on table cases.part is 'What the desk of one issuer has said in a case: it speaks for what is its own.';

alter table cases.gift add column issuer_id int; -- null: written by a server of the version before
update cases.gift set issuer_id = sent.issuer_id from gifts.gift as sent where sent.gift_id = gift.gift_id;

alter table cases.event drop constraint event_kind_known;
alter table cases.event add constraint event_kind_known check (kind in (
  'opened', 'said_again', 'stopped', 'part_lifted', 'lifted', 'released', 'refund_asked', 'taken_back', 'note',
  'closed'
));

create table cases.said (
  said_id       bigint generated always as identity,
  notice_number text collate "C" not null, -- as it was typed: nobody has looked yet whose it is
  said_at       timestamptz not null,
  next_at       timestamptz not null,
  constraint said_pkey primary key (said_id),
  constraint said_number_bounded check (length(notice_number) <= 40)
);
create index said_due on cases.said (next_at, said_id);
comment on table cases.said is
  '"That was not me" by the number of a message: kept before the answer, looked at behind it, and then gone.';

create table members.hold (
  member_id text collate "C" not null references members.member,
  held_at   timestamptz not null,
  constraint hold_pkey primary key (member_id)
);
comment on table members.hold is 'A case stops this member: no change of the account begins without a fresh strong factor.';
insert into members.hold (member_id, held_at)
select record.member_id, record.opened_at
from cases.record
join members.member on member.id = record.member_id
where record.lifted_at is null;

alter table wallets.closing add column kept_for bytea; -- keyed hash of the address that the account had
update wallets.closing
set kept_for = kept.kept_for
from wallets.holding as kept
where kept.member_id = closing.member_id
  and kept.ended_at = closing.closed_at
  and kept.kept_for is not null;

alter table payments.method alter column token_sealed drop not null;
alter table payments.method alter column last_digits drop not null;
alter table payments.method add constraint method_forgotten_was_removed check (
  num_nulls(token_sealed, last_digits) = 0 or removed_at is not null
);
create index method_to_forget on payments.method (method_id) where removed_at is not null and token_sealed is not null;
create index payment_begun on payments.payment (method_id)
  where state in ('prepared', 'authorised') or doing is not null;
