-- breaking: no
-- Payments of members, the calls to providers, and the books of the sandbox's provider.

create schema payments;

create table payments.method (
  method_id    bigint generated always as identity,
  member_id    text collate "C" not null,
  tender_id    int  not null,
  provider     text collate "C" not null,
  kind         text collate "C" not null,
  token_sealed bytea not null, -- the provider's name for the card or contract
  last_digits  text collate "C" not null,
  added_at     timestamptz not null,
  removed_at   timestamptz, -- payments that were begun by it go on
  constraint method_pkey primary key (method_id),
  constraint method_kind_known check (kind in ('card', 'carrier')),
  constraint method_last_digits_only check (last_digits ~ '^[0-9]{2,4}$')
);
create index method_member on payments.method (member_id, method_id);
comment on table payments.method is 'How a member pays: a card or a phone contract, as a provider knows it.';

create table payments.payment (
  payment_id       bigint generated always as identity,
  member_id        text   collate "C" not null,
  method_id        bigint not null references payments.method,
  amount_minor     bigint not null,
  unit             text   collate "C" not null,
  plan             text   collate "C" not null,
  purpose          text   collate "C" not null, -- whose it is: `gift:12`
  state            text   collate "C" not null default 'prepared',
  goal             text   collate "C" not null default 'none',
  doing            text   collate "C", -- the call that is due or under way
  attempt_id       text   collate "C", -- under way: it may have reached the provider
  reference        text   collate "C", -- the provider's, of what is promised or taken
  authorised_until timestamptz,
  declined         text   collate "C", -- why the provider last said no
  tries            int    not null default 0, -- of what is wanted now, that came to nothing
  next_at          timestamptz, -- when somebody has to look at it; null: nothing is due
  wanted_at        timestamptz not null,
  changed_at       timestamptz not null,
  constraint payment_pkey primary key (payment_id),
  constraint payment_amount_positive check (amount_minor > 0),
  constraint payment_plan_known check (
    plan in ('authorise_then_capture', 'authorise_at_claim', 'charge_at_sending')
  ),
  constraint payment_state_known check (
    state in ('prepared', 'authorised', 'taken', 'declined', 'cancelled', 'refunded', 'not_refunded')
  ),
  constraint payment_goal_known check (goal in ('none', 'begun', 'taken', 'cancelled')),
  constraint payment_step_known check (doing in ('authorise', 'capture', 'charge', 'void', 'refund')),
  constraint payment_under_way_is_doing check (attempt_id is null or doing is not null),
  constraint payment_looked_at_while_doing check ((doing is null) = (next_at is null)),
  constraint payment_taken_by_a_reference check (
    state not in ('authorised', 'taken', 'refunded', 'not_refunded') or reference is not null
  ),
  constraint payment_cancelled_keeps_nothing check (
    goal <> 'cancelled' or doing is not null or state not in ('prepared', 'authorised', 'taken')
  )
);
create index payment_due on payments.payment (next_at) where next_at is not null;
create index payment_purpose on payments.payment (purpose);
create index payment_member on payments.payment (member_id, payment_id);
comment on table payments.payment is 'Money that a member owes for something, and how far it has come.';

create table payments.attempt (
  attempt_id text   collate "C" not null, -- by it the provider knows the call again
  payment_id bigint not null references payments.payment,
  step       text   collate "C" not null,
  begun_at   timestamptz not null, -- written before the call is made
  outcome    text   collate "C", -- null: not known yet
  reason     text   collate "C",
  reference  text   collate "C",
  inquiries  int    not null default 0,
  ended_at   timestamptz,
  constraint attempt_pkey primary key (attempt_id),
  constraint attempt_step_known check (step in ('authorise', 'capture', 'charge', 'void', 'refund')),
  constraint attempt_outcome_known check (outcome in ('done', 'declined', 'not_done')),
  constraint attempt_ended_with_an_outcome check ((outcome is null) = (ended_at is null))
);
create index attempt_payment on payments.attempt (payment_id);
create unique index attempt_open_once on payments.attempt (payment_id) where outcome is null;
comment on table payments.attempt is 'Every call to a provider: written before it is made, closed when its outcome is known.';

create table payments.sandbox_books (
  only_row boolean not null default true,
  constraint sandbox_books_pkey primary key (only_row),
  constraint sandbox_books_is_one_row check (only_row)
);
comment on table payments.sandbox_books is 'Locked by whoever writes in the books of the sandbox: its provider does one thing at a time.';
insert into payments.sandbox_books default values;

create table payments.sandbox_attempt (
  attempt_id text  collate "C" not null,
  step       text  collate "C" not null, -- `none`: it was asked about before it came, and is not done any more
  fate       text  collate "C" not null,
  reason     text  collate "C",
  reference  text  collate "C",
  live_until timestamptz,
  known_at   timestamptz not null, -- before it, whoever asks hears "unknown"
  constraint sandbox_attempt_pkey primary key (attempt_id),
  constraint sandbox_attempt_fate_known check (fate in ('done', 'declined', 'not_done'))
);

create table payments.sandbox_money (
  reference        text   collate "C" not null,
  token            text   collate "C" not null,
  unit             text   collate "C" not null,
  amount_minor     bigint not null,
  state            text   collate "C" not null,
  live_until       timestamptz,
  taken_minor      bigint not null,
  given_back_minor bigint not null,
  constraint sandbox_money_pkey primary key (reference),
  constraint sandbox_money_state_known check (state in ('authorised', 'taken', 'voided', 'refunded')),
  constraint sandbox_money_taken_once check (taken_minor in (0, amount_minor)),
  constraint sandbox_money_given_back_at_most_taken check (given_back_minor between 0 and taken_minor)
);
comment on table payments.sandbox_money is 'What the provider of the sandbox believes: ours must agree with it.';
