-- breaking: no
-- Cards made or brought in by the thousand: journals of work that is done in pieces and goes on after
-- a restart. The cards themselves are made by the write path, a piece of one lane at a time.

create table instruments.run (
  run_id          int  generated always as identity,
  issuer_id       int  not null,
  client_id       int  not null, -- in whose name its pieces are requests
  product_id      int  not null,
  face_minor      bigint, -- null: variable
  card_count      int  not null, -- as asked for
  recipient       text collate "C", -- age key of the printer; null: nothing of it can be exported
  state           text collate "C" not null,
  export_hash     bytea, -- SHA-256 of the CSV that the printer decrypts
  created_at      timestamptz not null,
  made_at         timestamptz,
  acknowledged_at timestamptz,
  constraint run_pkey primary key (run_id),
  constraint run_state_known check (state in ('making', 'made', 'acknowledged')),
  constraint run_count_bounded check (card_count between 1 and 10000000)
);
comment on table instruments.run is 'Blank cards made at once, for one printer (R34).';

create table instruments.run_chunk (
  run_id     int     not null references instruments.run,
  chunk      int     not null, -- 1, 2, 3 ... in its run
  lane       int     not null,
  card_count int     not null,
  cards      jsonb, -- as minted, codes sealed; null once the printer has acknowledged
  is_done    boolean not null,
  skipped    int[]   not null default '{}', -- places of cards whose number or code was taken
  constraint run_chunk_pkey primary key (run_id, chunk),
  constraint run_chunk_bounded check (card_count between 1 and 1000)
);
comment on table instruments.run_chunk is 'One request of a run, written before it is sent, so that a restart sends the same.';

create table instruments.import (
  import_id     int   generated always as identity,
  issuer_id     int   not null,
  client_id     int   not null,
  file_hash     bytea not null, -- SHA-256: the same file goes on where it stopped
  started_at    timestamptz not null, -- the instant by which all its lines are judged
  finished_at   timestamptz,
  card_count    bigint not null default 0, -- made
  refused_count bigint not null default 0,
  constraint import_pkey primary key (import_id),
  constraint import_file_once unique (issuer_id, file_hash)
);
comment on table instruments.import is 'A card base brought in from a file.';

create table instruments.import_chunk (
  import_id  int   not null references instruments.import,
  product_id int   not null,
  lane       int   not null,
  chunk      int   not null, -- 1, 2, 3 ... of its product and lane, in the order of the file
  card_count int   not null, -- made
  skipped    int[] not null, -- places of cards whose number or code was taken
  constraint import_chunk_pkey primary key (import_id, product_id, lane, chunk)
);
comment on table instruments.import_chunk is 'Pieces of an import that are done, frozen and voided cards included.';
