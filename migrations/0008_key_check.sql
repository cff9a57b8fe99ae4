-- breaking: no
-- What only the right master key makes: a server with another key must not start, or it would look for
-- codes where they are not and refuse repeats as new.

create table ledger.key_check (
  only_row   boolean not null default true,
  check_hash bytea   not null, -- HMAC under a derived key; says nothing about any key
  constraint key_check_pkey primary key (only_row),
  constraint key_check_is_one_row check (only_row)
);
comment on table ledger.key_check is 'The master key that this database was made with, as far as may be said.';
