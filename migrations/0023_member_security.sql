-- breaking: no
-- Members: passkeys, what was shown freshly in a session, limits of a day, and changes that wait for their owner's word.

create table members.passkey (
  credential_id  text collate "C" not null, -- base64url, as browsers say it
  member_id      text collate "C" not null references members.member,
  public_key     bytea  not null, -- COSE
  sign_count     bigint not null, -- 0 for ever: it does not count
  transports     text[] not null,
  is_synced      boolean not null, -- kept by a provider, so that losing a device does not lose it
  name           text   not null, -- as the member calls it
  made_at        timestamptz not null,
  last_used_at   timestamptz,
  constraint passkey_pkey primary key (credential_id),
  constraint passkey_id_bounded check (length(credential_id) between 16 and 1400),
  constraint passkey_key_bounded check (length(public_key) between 32 and 2048),
  constraint passkey_count_not_negative check (sign_count >= 0),
  constraint passkey_name_bounded check (length(name) between 1 and 60)
);
create index passkey_member on members.passkey (member_id, made_at);
comment on table members.passkey is 'The public half of a passkey: worth nothing to who reads it.';

create table members.challenge (
  challenge_hash bytea not null,
  answered_at    timestamptz not null,
  constraint challenge_pkey primary key (challenge_hash),
  constraint challenge_hash_has_32_bytes check (length(challenge_hash) = 32)
);
create index challenge_age on members.challenge (answered_at);
comment on table members.challenge is 'Challenges that a passkey has answered: each is good once. One that nobody answered leaves no row.';

create table members.fresh_factor (
  session_id text collate "C" not null references members.session on delete cascade,
  factor     text collate "C" not null,
  shown_at   timestamptz not null,
  constraint fresh_factor_pkey primary key (session_id, factor),
  constraint fresh_factor_known check (factor in ('passkey', 'authenticator', 'mail'))
);
comment on table members.fresh_factor is 'When a session last showed a strong factor, of each kind.';

create table members.day_limit (
  member_id   text collate "C" not null references members.member,
  limit_minor bigint not null,
  day         date   not null, -- in Japan
  spent_minor bigint not null,
  constraint day_limit_pkey primary key (member_id),
  constraint day_limit_not_negative check (limit_minor >= 0),
  constraint day_limit_spent_not_negative check (spent_minor >= 0)
);
comment on table members.day_limit is 'What a member may spend on a day, and has. Its row is locked by who spends, so that it is exact.';

create table members.delayed_change (
  change_id    text collate "C" not null,
  member_id    text collate "C" not null references members.member,
  kind         text collate "C" not null,
  state        text collate "C" not null default 'waiting',
  secret_hash  bytea, -- of the cookie of the browser that goes on with a recovery; null: no browser does
  content_sealed bytea not null, -- the new address, the new limit
  asked_at     timestamptz not null,
  ready_at     timestamptz not null, -- not before then, whatever anybody types
  ends_at      timestamptz not null,
  settled_at   timestamptz,
  settled_by   text collate "C",
  user_agent   text not null,
  country      text collate "C",
  network      text collate "C" not null,
  constraint delayed_change_pkey primary key (change_id),
  constraint delayed_change_secret_once unique (secret_hash),
  constraint delayed_change_kind_known check (kind in ('recovery', 'support_recovery', 'mail_address', 'day_limit')),
  constraint delayed_change_state_known check (state in ('waiting', 'done', 'cancelled', 'over')),
  constraint delayed_change_waits check (ready_at > asked_at and ends_at > ready_at),
  constraint delayed_change_settled check ((state = 'waiting') = (settled_at is null))
);
create unique index delayed_change_one_waits on members.delayed_change (member_id, kind) where state = 'waiting';
create index delayed_change_ready on members.delayed_change (ready_at) where state = 'waiting';
create index delayed_change_member on members.delayed_change (member_id, asked_at);
comment on table members.delayed_change is
  'A change that could take an account over: its owner is told at once and can cancel it until it is ready.';

create table members.delayed_change_notice (
  number_hash bytea not null, -- keyed
  change_id   text collate "C" not null references members.delayed_change on delete cascade,
  constraint delayed_change_notice_pkey primary key (number_hash)
);
create index delayed_change_notice_change on members.delayed_change_notice (change_id);
comment on table members.delayed_change_notice is 'The notices that told of a change: whoever holds the number of one can cancel it.';

create table members.former_address (
  member_id text collate "C" not null references members.member,
  email     text collate "C" not null,
  until     timestamptz not null,
  constraint former_address_pkey primary key (member_id, email)
);

alter table members.proof drop constraint proof_purpose_known;
alter table members.proof add constraint proof_purpose_known check (purpose in (
  'sign_up', 'sign_in', 'mail_first', 'step_up', 'recovery', 'recovery_end', 'new_address'
));
alter table members.proof drop constraint proof_of_a_sign_in_has_a_member;
alter table members.proof add constraint proof_of_a_sign_in_has_a_member check (
  purpose not in ('sign_in', 'step_up', 'recovery_end', 'new_address') or member_id is not null
);

alter table members.sign_in add column factor text collate "C"; -- what opened the door, beside a known device
alter table members.sign_in add constraint sign_in_factor_known check (factor in ('passkey', 'authenticator', 'mail'));
alter table members.sign_in drop constraint sign_in_outcome_known;
alter table members.sign_in add constraint sign_in_outcome_known check (outcome in (
  'signed_in', 'password_wrong', 'code_asked', 'code_wrong',
  'device_ended', 'others_ended', 'all_ended', 'password_changed', 'authenticator_set', 'authenticator_removed',
  'passkey_added', 'passkey_removed', 'passkey_refused', 'factor_shown',
  'recovery_asked', 'recovery_done', 'mail_change_asked', 'mail_changed', 'limit_lowered', 'limit_raise_asked',
  'limit_raised', 'change_cancelled'
));
