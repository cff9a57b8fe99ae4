-- breaking: no
-- Members: their sign-in, devices, sessions and the history of it. The tables of the sign-in library (member,
-- session) have the columns that it wants, `id` among them.

create schema members;

create table members.member (
  id             text collate "C" not null,
  email          text collate "C" not null, -- in lower case: found by it
  email_typed    text not null, -- as it was typed: written to
  name           text not null, -- as it was typed
  locale         text collate "C" not null,
  is_active      boolean not null default true,
  email_verified boolean not null default true, -- nobody is a member before a code came back
  image          text, -- of the sign-in library; unused
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  constraint member_pkey primary key (id),
  constraint member_email_once unique (email),
  constraint member_email_is_lower_case check (email = lower(email)),
  constraint member_email_is_as_typed check (email = lower(email_typed)),
  constraint member_name_bounded check (length(name) between 1 and 100),
  constraint member_locale_known check (locale in ('ja', 'en'))
);
comment on table members.member is 'A customer with a sign-in. The mail address was proved before the row was made.';

create table members.credential (
  member_id  text collate "C" not null references members.member,
  password   text not null, -- scrypt, salted
  changed_at timestamptz not null,
  constraint credential_pkey primary key (member_id)
);

create table members.authenticator (
  member_id     text collate "C" not null references members.member,
  secret_sealed bytea not null,
  begun_at      timestamptz not null,
  confirmed_at  timestamptz, -- null: no code of it was shown yet
  last_step     bigint not null default 0, -- the step of the last code that was taken: none is taken twice
  constraint authenticator_pkey primary key (member_id)
);

create table members.device (
  device_id     text collate "C" not null,
  member_id     text collate "C" not null references members.member,
  secret_hash   bytea not null, -- of what its cookie holds
  user_agent    text not null,
  country       text collate "C", -- null: the address is not in the data
  network       text collate "C" not null,
  first_seen_at timestamptz not null,
  last_seen_at  timestamptz not null,
  proven_at     timestamptz not null, -- when a second factor was last shown there
  ended_at      timestamptz, -- signed out from afar: it is a strange one again
  constraint device_pkey primary key (device_id),
  constraint device_secret_once unique (secret_hash),
  constraint device_secret_has_32_bytes check (length(secret_hash) = 32)
);
create index device_member on members.device (member_id, last_seen_at);

create table members.session (
  id         text collate "C" not null,
  token      text collate "C" not null, -- worthless without its signature, which only the cookie has
  member_id  text collate "C" not null references members.member,
  device_id  text collate "C" references members.device,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint session_pkey primary key (id),
  constraint session_token_once unique (token)
);
create index session_member on members.session (member_id);
create index session_device on members.session (device_id);
create index session_age on members.session (expires_at);

create table members.proof (
  secret_hash bytea not null, -- of what the cookie of the browser that waits holds
  purpose     text collate "C" not null,
  kind        text collate "C" not null,
  email       text collate "C" not null, -- in lower case
  email_typed text not null,
  member_id   text collate "C" references members.member, -- null: becomes one by it, or never
  code_hash   bytea not null, -- keyed; of an authenticator: of nothing that anybody could type
  misses      int not null default 0,
  made_at     timestamptz not null,
  expires_at  timestamptz not null,
  constraint proof_pkey primary key (secret_hash),
  constraint proof_purpose_known check (purpose in ('sign_up', 'sign_in')),
  constraint proof_kind_known check (kind in ('mail', 'authenticator')),
  constraint proof_of_a_sign_in_has_a_member check (purpose <> 'sign_in' or member_id is not null)
);
create index proof_age on members.proof (expires_at);
comment on table members.proof is 'What waits for a code: somebody who wants to become a member, a sign-in on a new device.';

create table members.sign_in (
  sign_in_id bigint generated always as identity,
  member_id  text collate "C" references members.member, -- null: nobody has that address
  at         timestamptz not null,
  outcome    text collate "C" not null,
  device_id  text collate "C" references members.device,
  user_agent text not null,
  country    text collate "C",
  network    text collate "C" not null,
  oddities   text[] not null,
  constraint sign_in_pkey primary key (sign_in_id),
  constraint sign_in_outcome_known check (outcome in (
    'signed_in', 'password_wrong', 'code_asked', 'code_wrong',
    'device_ended', 'others_ended', 'password_changed', 'authenticator_set', 'authenticator_removed'
  )),
  constraint sign_in_oddities_known check (oddities <@ '{new_device,new_network,impossible_travel}')
);
create index sign_in_member on members.sign_in (member_id, sign_in_id desc);
create index sign_in_age on members.sign_in (at);
comment on table members.sign_in is 'What happened at the door of an account, and what was odd about it: the member reads it.';

create table members.guess (
  asker        bytea not null, -- keyed hash of address, network, device or the whole site
  misses       int   not null,
  last_miss_at timestamptz not null,
  constraint guess_pkey primary key (asker)
);
create index guess_age on members.guess (last_miss_at);
comment on table members.guess is 'Who has guessed how often: kept for every process and over restarts.';
