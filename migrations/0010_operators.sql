-- breaking: no
-- Staff: sign-in, roles, approvals by a second person, the chained audit trail. Tables of the sign-in library
-- have the columns that it wants, `id` among them.

create schema operators;

create table operators.operator (
  id                 text collate "C" not null,
  email              text collate "C" not null, -- in lower case
  name               text not null,
  locale             text collate "C" not null default 'ja',
  roles              text[] not null default '{}', -- the sign-in library wants a default; the check below wants a role
  issuer_id          int references programmes.issuer, -- null: of every issuer
  is_active          boolean not null default true,
  disabled_at        timestamptz, -- who was put out lately is told of what is done alone
  disabled_by        text collate "C", -- actor who did it alone; null: two people, or the command line
  email_verified     boolean not null default true, -- no mail is sent to prove it: a colleague has made the operator
  image              text, -- of the sign-in library; unused
  two_factor_enabled boolean not null default false,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  constraint operator_pkey primary key (id),
  constraint operator_email_once unique (email),
  constraint operator_email_is_lower_case check (email = lower(email)),
  constraint operator_has_a_role check (cardinality(roles) > 0),
  constraint operator_locale_known check (locale in ('ja', 'en')),
  constraint operator_disabled_at_an_instant check (is_active = (disabled_at is null))
);
comment on table operators.operator is 'A person of the staff. Never deleted: the audit trail names it.';

create table operators.credential (
  id                       text collate "C" not null,
  account_id               text collate "C" not null, -- the operator again, as the library wants it
  provider_id              text collate "C" not null,
  operator_id              text collate "C" not null references operators.operator,
  password                 text, -- scrypt, salted
  access_token             text, -- these are for sign-in by other providers; unused
  refresh_token            text,
  id_token                 text,
  access_token_expires_at  timestamptz,
  refresh_token_expires_at timestamptz,
  scope                    text,
  created_at               timestamptz not null,
  updated_at               timestamptz not null,
  constraint credential_pkey primary key (id),
  constraint credential_once unique (provider_id, account_id)
);
create index credential_operator on operators.credential (operator_id);
comment on table operators.credential is 'How an operator proves who it is: the hash of a password.';

create table operators.session (
  id          text collate "C" not null,
  token       text collate "C" not null, -- worthless without its signature, which only the cookie has
  operator_id text collate "C" not null references operators.operator,
  expires_at  timestamptz not null,
  ip_address  text,
  user_agent  text,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  constraint session_pkey primary key (id),
  constraint session_token_once unique (token)
);
create index session_operator on operators.session (operator_id);
create index session_age on operators.session (expires_at);

create table operators.verification (
  id          text collate "C" not null,
  identifier  text collate "C" not null, -- hashed
  value       text not null,
  expires_at  timestamptz not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  constraint verification_pkey primary key (id)
);
create index verification_identifier on operators.verification (identifier);
create index verification_age on operators.verification (expires_at);
comment on table operators.verification is 'What waits for its proof: a sign-in for its second factor, an invitation for its password.';

create table operators.second_factor (
  id                        text collate "C" not null,
  operator_id               text collate "C" not null references operators.operator,
  secret                    text not null, -- encrypted by a key from the master key
  backup_codes              text not null, -- encrypted likewise
  verified                  boolean not null default true,
  failed_verification_count int not null default 0,
  locked_until              timestamptz,
  constraint second_factor_pkey primary key (id)
);
create index second_factor_operator on operators.second_factor (operator_id);

create table operators.sign_in_failure (
  asker        bytea not null, -- keyed hash of e-mail and network, each and both
  misses       int   not null,
  last_miss_at timestamptz not null,
  constraint sign_in_failure_pkey primary key (asker)
);
create index sign_in_failure_age on operators.sign_in_failure (last_miss_at);
comment on table operators.sign_in_failure is 'Who has given wrong passwords: kept for every process and over restarts.';

create table operators.sign_in_place (
  place         bytea not null, -- keyed hash of e-mail and network
  signed_in_at  timestamptz not null, -- the last time
  constraint sign_in_place_pkey primary key (place)
);
create index sign_in_place_age on operators.sign_in_place (signed_in_at);
comment on table operators.sign_in_place is 'Where an operator has signed in lately: guesses of strangers elsewhere do not slow it there.';

create table operators.approval (
  approval_id  bigint generated always as identity,
  issuer_id    int references programmes.issuer, -- null: of all issuers
  kind         text collate "C" not null, -- suspension.end
  change       text not null, -- canonical JSON of exactly what will be done
  change_hash  bytea not null, -- over kind, issuer, change and who asked
  summary_ja   text not null,
  summary_en   text not null,
  reason       text not null, -- of whoever asks
  asked_by     text collate "C" not null references operators.operator,
  asked_at     timestamptz not null,
  expires_at   timestamptz not null,
  state        text collate "C" not null default 'open',
  decided_by   text collate "C" references operators.operator,
  decided_at   timestamptz,
  decided_note text,
  result       text, -- JSON of what came of it
  reviewed_by  text collate "C" references operators.operator,
  reviewed_at  timestamptz,
  review_note  text,
  constraint approval_pkey primary key (approval_id),
  constraint approval_state_known
    check (state in ('open', 'approved', 'refused', 'withdrawn', 'broken_glass')),
  constraint approval_is_open_or_decided
    check ((state = 'open') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint approval_by_a_second_person
    check (state not in ('approved', 'refused') or decided_by <> asked_by),
  constraint approval_withdrawn_by_its_asker check (state <> 'withdrawn' or decided_by = asked_by),
  constraint approval_broken_glass_has_a_reason check (state <> 'broken_glass' or decided_note is not null),
  constraint approval_review_is_of_broken_glass
    check (reviewed_by is null or (state = 'broken_glass' and reviewed_by <> decided_by)),
  constraint approval_expires_after_it_is_asked check (expires_at > asked_at)
);
create index approval_open on operators.approval (approval_id) where state = 'open';
create index approval_unreviewed on operators.approval (approval_id)
  where state = 'broken_glass' and reviewed_by is null;
comment on table operators.approval is 'A change that needs a second person (R33), bound to the hash of its exact content.';

create table operators.audit (
  audit_id      bigint not null, -- without gaps
  at            timestamptz not null,
  issuer_id     int, -- null: concerns no issuer, or all
  actor         text collate "C" not null, -- operator:<id>, command line, server
  kind          text collate "C" not null, -- act, look
  act           text collate "C" not null,
  subject       text not null,
  detail        text not null, -- canonical JSON; never a secret
  previous_hash bytea not null,
  hash          bytea not null, -- SHA-256 over the line of this row, previous hash first
  constraint audit_pkey primary key (audit_id),
  constraint audit_kind_known check (kind in ('act', 'look')),
  constraint audit_hash_has_32_bytes check (length(hash) = 32 and length(previous_hash) = 32)
);
create index audit_actor on operators.audit (actor, audit_id desc);
create index audit_subject on operators.audit (subject, audit_id desc);
comment on table operators.audit is 'Every act of the staff and every look at a customer''s data, chained; only ever appended.';

create function operators.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is only ever appended';
end
$$;
create trigger audit_is_only_appended
  before update or delete on operators.audit
  for each statement execute function operators.refuse_change();

create table operators.audit_head (
  only_row boolean not null default true,
  audit_id bigint  not null, -- of the last row; its lock is the turn of the trail
  hash     bytea   not null,
  constraint audit_head_pkey primary key (only_row),
  constraint audit_head_is_one_row check (only_row)
);
insert into operators.audit_head (audit_id, hash)
values (0, decode(repeat('00', 32), 'hex'));

-- What a desk asks for when somebody reads the end of a card or a code to it: a card is written into these
-- when it is made and never again.
create index instrument_code_last4 on instruments.instrument (code_last4)
  where code_last4 is not null;
create index instrument_number_last4 on instruments.instrument (right(number, 4))
  where number is not null;
