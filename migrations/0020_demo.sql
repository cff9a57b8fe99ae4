-- breaking: no
-- What the making of the demo leaves behind. An issuer may be called "demo" by anybody; this is written by
-- nothing else, and decides whether second factors are asked for and where the server listens.

create schema demo;

create table demo.mark (
  only_row boolean     not null default true,
  made_at  timestamptz not null,
  constraint mark_pkey primary key (only_row),
  constraint mark_is_one_row check (only_row)
);
comment on table demo.mark is 'This database holds the demo.';
