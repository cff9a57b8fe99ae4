-- breaking: no
-- Of an address its member keeps each time that it was the member's: what is written to it later is another's.
-- A server of the version before leaves a change of address waiting; the next one makes it.

alter table members.former_address drop constraint former_address_pkey;
update members.former_address set until = until - interval '17520 hours'; -- it was: until when it is kept
alter table members.former_address add constraint former_address_pkey primary key (member_id, until);
comment on column members.former_address.until is
  'When it stopped being the member''s. It was the member''s since the one before it, or since the sign-up.';
