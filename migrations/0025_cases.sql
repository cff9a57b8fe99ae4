-- breaking: no
-- Cases: "that was not me", with what was stopped, what was seen, and what became of it.

create schema cases;

create table cases.record (
  case_id       bigint generated always as identity,
  number        text collate "C" not null, -- KC-XXXX-XXXX: what the member notes down
  member_id     text collate "C" not null,
  issuer_ids    int[] not null, -- whose value it touches: their staff sees it
  opened_by     text collate "C" not null, -- which way it came
  actor         text not null, -- who: the member, a notice, an operator
  notice_number text collate "C", -- by which notice
  words_sealed  bytea, -- in the member's words; null: none, or erased
  opened_at     timestamptz not null,
  stopped_at    timestamptz, -- the member's value is frozen, all of it
  look_at       timestamptz not null, -- when somebody looks at it next
  lifted_at     timestamptz, -- the member has the value again
  lifted_by     text,
  closed_at     timestamptz,
  closed_by     text,
  closing_note  text,
  constraint record_pkey primary key (case_id),
  constraint record_number_once unique (number),
  constraint record_way_known check (opened_by in ('account', 'notice', 'support', 'password_change')),
  constraint record_by_notice_names_it check (opened_by <> 'notice' or notice_number is not null),
  constraint record_has_an_issuer check (cardinality(issuer_ids) between 1 and 1000),
  constraint record_lifted_whole check (num_nulls(lifted_at, lifted_by) in (0, 2)),
  constraint record_closed_whole check (num_nulls(closed_at, closed_by, closing_note) in (0, 3)),
  constraint record_closed_holds_nothing check (closed_at is null or lifted_at is not null)
);
create unique index record_in_force_once on cases.record (member_id) where lifted_at is null;
create index record_of_member on cases.record (member_id, case_id);
create index record_open on cases.record (look_at) where closed_at is null;
create index record_of_notice on cases.record (notice_number) where notice_number is not null;
comment on table cases.record is 'A member has said: that was not me. One in force a member.';

create table cases.step (
  case_id  bigint not null references cases.record,
  kind     text collate "C" not null,
  asks     int not null default 1, -- how often it was asked for
  next_at  timestamptz, -- when it is tried; null: done
  tries    int not null default 0,
  done_at  timestamptz,
  constraint step_pkey primary key (case_id, kind),
  constraint step_kind_known check (kind in ('freeze', 'unfreeze', 'take_back')),
  constraint step_due_or_done check (num_nonnulls(next_at, done_at) = 1)
);
create index step_due on cases.step (next_at) where next_at is not null;
comment on table cases.step is 'What a case still has to do where the value is: found by looking, tried until it is done.';

create table cases.event (
  case_id  bigint not null references cases.record,
  event_no int    not null,
  at       timestamptz not null,
  kind     text collate "C" not null,
  actor    text not null,
  detail   jsonb not null,
  constraint event_pkey primary key (case_id, event_no),
  constraint event_kind_known check (kind in (
    'opened', 'said_again', 'stopped', 'lifted', 'released', 'refund_asked', 'taken_back', 'note', 'closed'
  ))
);
comment on table cases.event is 'What happened in a case, in its order; rows are only added.';

create table cases.evidence (
  case_id        bigint not null references cases.record,
  evidence_no    int    not null,
  kind           text collate "C" not null,
  at             timestamptz not null, -- when it happened
  content_sealed bytea, -- null: erased
  constraint evidence_pkey primary key (case_id, evidence_no),
  constraint evidence_kind_known check (kind in ('sign_in', 'device', 'notice', 'request'))
);
comment on table cases.evidence is 'What was seen when the case was opened: copied, so that it stays when the original goes.';

create table cases.gift (
  case_id      bigint not null references cases.record,
  gift_id      bigint not null,
  unit         text collate "C" not null,
  amount_minor bigint not null,
  state_before text collate "C" not null,
  state_after  text collate "C" not null,
  is_refund_wanted boolean not null, -- it was being charged, or was paid for at sending: what was taken is given back
  refund       text collate "C", -- since the desk has decided it: what became of the value that somebody had by it
  constraint case_gift_pkey primary key (case_id, gift_id),
  constraint case_gift_refund_known check (refund in ('asked', 'taken_back', 'spent', 'nothing')),
  constraint case_gift_amount_positive check (amount_minor > 0)
);
comment on table cases.gift is 'Every gift of the member at the instant of the case: what it was, and what it became by it.';

create table cases.holding (
  case_id         bigint not null references cases.record,
  instrument_id   bigint not null,
  issuer_id       int    not null,
  product_id      int    not null,
  masked_number   text,
  unit            text collate "C" not null,
  spendable_minor bigint not null, -- right before it was frozen
  held_minor      bigint not null,
  is_frozen       boolean not null, -- false: it was voided, and there was nothing to freeze
  stopped_at      timestamptz not null,
  released_at     timestamptz,
  constraint case_holding_pkey primary key (case_id, instrument_id),
  constraint case_holding_not_negative check (spendable_minor >= 0 and held_minor >= 0)
);
comment on table cases.holding is 'The value that a case has frozen, each with what was on it.';
