-- breaking: no
-- Telephone numbers of members, for notices that matter. No number opens an account.
-- A server of the version before leaves a change of number waiting; the next one makes it.

create table members.phone (
  phone_id      bigint generated always as identity,
  member_id     text collate "C" not null references members.member,
  number_hash   bytea not null, -- keyed
  number_sealed bytea not null, -- E.164
  typed_sealed  bytea not null, -- as the member typed it
  since         timestamptz not null, -- when it was proved, or its change came true
  until         timestamptz, -- null: it still is the member's
  constraint phone_pkey primary key (phone_id),
  constraint phone_until_is_later check (until >= since)
);
create unique index phone_one_of_a_member on members.phone (member_id) where until is null;
create unique index phone_of_one_member on members.phone (number_hash) where until is null;
create index phone_held on members.phone (number_hash, since);
create index phone_member on members.phone (member_id, since);
create index phone_over on members.phone (until) where until is not null;
comment on table members.phone is 'Each time that a number was a member''s: what was written to it then is that member''s to read.';

alter table members.delayed_change drop constraint delayed_change_kind_known;
alter table members.delayed_change add constraint delayed_change_kind_known check (kind in (
  'recovery', 'support_recovery', 'mail_address', 'day_limit', 'phone_number'
));

alter table members.proof add column content_sealed bytea; -- the number whose code is waited for
alter table members.proof drop constraint proof_kind_known;
alter table members.proof add constraint proof_kind_known check (kind in ('mail', 'authenticator', 'sms'));
alter table members.proof drop constraint proof_purpose_known;
alter table members.proof add constraint proof_purpose_known check (purpose in (
  'sign_up', 'sign_in', 'mail_first', 'step_up', 'recovery', 'recovery_end', 'new_address', 'new_phone'
));
alter table members.proof add constraint proof_by_sms_is_of_a_number check (
  (kind = 'sms') = (purpose = 'new_phone') and (kind = 'sms') = (content_sealed is not null)
);

alter table members.sign_in drop constraint sign_in_outcome_known;
alter table members.sign_in add constraint sign_in_outcome_known check (outcome in (
  'signed_in', 'password_wrong', 'code_asked', 'code_wrong',
  'device_ended', 'others_ended', 'all_ended', 'password_changed', 'authenticator_set', 'authenticator_removed',
  'passkey_added', 'passkey_removed', 'passkey_refused', 'factor_shown',
  'recovery_asked', 'recovery_done', 'mail_change_asked', 'mail_changed', 'limit_lowered', 'limit_raise_asked',
  'limit_raised', 'change_cancelled', 'phone_set', 'phone_change_asked', 'phone_changed', 'phone_removed'
));
