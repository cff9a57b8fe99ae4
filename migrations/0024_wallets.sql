-- breaking: no
-- Wallets: what members hold, what was done with it, what is shown at a till, who helps, and how an account ends.

create schema wallets;

create table wallets.holding (
  holding_id    bigint generated always as identity,
  member_id     text   collate "C" not null,
  issuer_id     int    not null,
  instrument_id bigint not null,
  how           text   collate "C" not null,
  since         timestamptz not null,
  ended_at      timestamptz, -- null: held now
  kept_for      bytea, -- keyed hash of the mail address of a closed account: it may come back to it
  constraint holding_pkey primary key (holding_id),
  constraint holding_how_known check (how in ('gift', 'added', 'moved', 'returned')),
  constraint holding_kept_is_ended check (kept_for is null or ended_at is not null)
);
-- An instrument has one holder at a time.
create unique index holding_one_holder on wallets.holding (instrument_id) where ended_at is null;
create index holding_member on wallets.holding (member_id) where ended_at is null;
create index holding_kept_for on wallets.holding (kept_for) where kept_for is not null;

create table wallets.stop (
  member_id   text collate "C" not null,
  case_number text collate "C" not null,
  stopped_at  timestamptz not null,
  lifted_at   timestamptz,
  constraint stop_pkey primary key (member_id, case_number)
);
comment on table wallets.stop is 'A case that stops a wallet. What several cases stop stays stopped until the last is lifted.';

create table wallets.barcode (
  digits_hash     bytea  not null, -- keyed
  digits_sealed   bytea  not null, -- shown again while it is fresh
  member_id       text   collate "C" not null, -- whose value it is
  shown_to        text   collate "C" not null, -- the member or a helper
  helper_id       text   collate "C", -- as whose help it was shown
  issuer_id       int    not null,
  instrument_id   bigint not null,
  max_minor       bigint not null, -- what it can take at most
  made_at         timestamptz not null,
  expires_at      timestamptz not null,
  used_at         timestamptz,
  used_client_id  int,
  used_request_id text   collate "C",
  used_minor      bigint, -- what was counted against the limits of the day; null: nothing was taken
  constraint barcode_pkey primary key (digits_hash),
  constraint barcode_hash_has_32_bytes check (length(digits_hash) = 32),
  constraint barcode_used_by_a_request check (
    num_nulls(used_at, used_client_id, used_request_id) in (0, 3)
  )
);
create index barcode_fresh on wallets.barcode (instrument_id, shown_to, expires_at);
create index barcode_age on wallets.barcode (expires_at);
comment on table wallets.barcode is 'What a wallet shows at a till: good once, and for a minute.';

create table wallets.helper (
  helper_id      text   collate "C" not null,
  member_id      text   collate "C" not null, -- who is helped
  helper_member  text   collate "C", -- who helps; null: has not accepted yet
  email_hash     bytea  not null, -- keyed: whoever proved this address may accept
  email_sealed   bytea, -- as it was typed; null: erased
  may_pay        boolean not null, -- shows barcodes; seeing is in every help
  day_max_minor  bigint not null,
  unit           text   collate "C" not null,
  invited_at     timestamptz not null,
  invited_until  timestamptz not null,
  accepted_at    timestamptz,
  ended_at       timestamptz,
  constraint helper_pkey primary key (helper_id),
  constraint helper_accepted_by_somebody check ((accepted_at is null) = (helper_member is null)),
  constraint helper_is_another check (helper_member <> member_id),
  constraint helper_day_max_not_negative check (day_max_minor >= 0)
);
create index helper_member_of on wallets.helper (member_id) where ended_at is null;
create index helper_invited on wallets.helper (email_hash) where accepted_at is null and ended_at is null;
create index helper_of on wallets.helper (helper_member) where ended_at is null;

create table wallets.helper_day (
  helper_id  text   collate "C" not null references wallets.helper,
  day        date   not null,
  used_minor bigint not null,
  constraint helper_day_pkey primary key (helper_id, day),
  constraint helper_day_not_negative check (used_minor >= 0)
);

create table wallets.entry (
  entry_id      bigint generated always as identity,
  member_id     text   collate "C" not null, -- whose history it stands in
  at            timestamptz not null,
  kind          text   collate "C" not null,
  helper_id     text   collate "C", -- done by a helper
  instrument_id bigint,
  amount_minor  bigint,
  unit          text   collate "C",
  constraint entry_pkey primary key (entry_id),
  constraint entry_kind_known check (kind in (
    'added', 'moved', 'gift', 'returned', 'barcode',
    'stopped', 'lifted',
    'helper_invited', 'helper_accepted', 'helper_ended', 'helping_began', 'helping_ended',
    'copy_made', 'closing_asked', 'closing_cancelled', 'died'
  ))
);
create index entry_member on wallets.entry (member_id, entry_id desc);
comment on table wallets.entry is 'What was done in a wallet and by whom; what the value did stands in the journals.';

create table wallets.closing (
  member_id    text collate "C" not null,
  asked_at     timestamptz not null,
  due_at       timestamptz not null,
  cancelled_at timestamptz,
  closed_at    timestamptz,
  constraint closing_pkey primary key (member_id, asked_at)
);
create unique index closing_one_at_a_time on wallets.closing (member_id)
  where cancelled_at is null and closed_at is null;
create index closing_due on wallets.closing (due_at) where cancelled_at is null and closed_at is null;

create table wallets.death (
  member_id   text  collate "C" not null,
  told_at     timestamptz not null,
  told_by     text  collate "C" not null, -- the operator who asked for it
  note_sealed bytea not null, -- who told us, and where the heirs are reached
  frozen_at   timestamptz, -- null: all value is still to be frozen
  constraint death_pkey primary key (member_id)
);
comment on table wallets.death is 'A member who has died: the value is frozen and stays for the heirs.';
