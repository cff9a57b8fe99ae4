-- breaking: no
-- Double entry by lane. The ledger knows no product: an account belongs to an instrument because it
-- carries the instrument's id, and to the house because house_account lists it.

create schema ledger;

create table ledger.lane (
  lane            int         not null, -- 0 .. n-1, fixed when the database is made
  last_id         bigint      not null default 0, -- counter of this lane; a public id is counter * 256 + lane
  last_batch_id   bigint      not null default 0,
  last_hash       bytea       not null default '\x0000000000000000000000000000000000000000000000000000000000000000',
  last_at         timestamptz not null default '1970-01-01T00:00:00Z', -- a lane's time never goes back (R24)
  constraint lane_pkey primary key (lane),
  constraint lane_fits_in_ids check (lane between 0 and 255)
) with (fillfactor = 20);
comment on table ledger.lane is 'The row whose lock is the turn of a lane.';

create table ledger.house_account (
  account_id  bigint generated always as identity (start with -1 increment by -1), -- below those of instruments
  issuer_id   int  not null,
  kind        text collate "C" not null,
  party_id    int  not null, -- seller, merchant or client; 0 where the kind has none
  unit        text collate "C" not null,
  floor_minor bigint, -- null: no floor
  constraint house_account_pkey primary key (account_id),
  constraint house_account_once unique (issuer_id, kind, party_id, unit),
  constraint house_account_below_instruments check (account_id < 0),
  constraint house_account_kind_known check (kind in (
    'seller_receivable', 'merchant_payable', 'partner_funds', 'funds_source',
    'breakage', 'goodwill', 'suspense', 'interlane', 'opening'))
);
comment on table ledger.house_account is 'Accounts of an issuer itself; each lane keeps its own copy of the balance.';

create table ledger.account (
  lane         int    not null,
  account_id   bigint not null, -- an instrument's id, or a house account's
  unit         text   collate "C" not null,
  posted_minor bigint not null, -- credits less debits
  held_minor   bigint not null, -- promised to open holds
  floor_minor  bigint, -- null: no floor
  constraint account_pkey primary key (lane, account_id),
  constraint account_held_not_negative check (held_minor >= 0),
  constraint account_at_or_above_floor check (floor_minor is null or posted_minor - held_minor >= floor_minor)
) with (fillfactor = 70);
comment on table ledger.account is 'Balances. The sum over a lane and unit is zero, always.';

create table ledger.transfer (
  lane              int    not null,
  transfer_id       bigint not null,
  debit_account_id  bigint not null,
  credit_account_id bigint not null,
  amount_minor      bigint not null,
  lot_id            bigint, -- whose value moved, in the words of the caller; null where no lot is concerned
  batch_id          bigint not null,
  constraint transfer_pkey primary key (lane, transfer_id),
  constraint transfer_amount_positive check (amount_minor > 0),
  constraint transfer_between_two_accounts check (debit_account_id <> credit_account_id)
);
comment on table ledger.transfer is 'Value moved, never changed afterwards.';

create table ledger.batch (
  lane            int         not null,
  batch_id        bigint      not null, -- 1, 2, 3 ... in its lane
  at              timestamptz not null,
  operation_count int         not null,
  last_id         bigint      not null, -- the lane's counter after this batch
  previous_hash   bytea       not null,
  hash            bytea       not null, -- SHA-256, see docs/protocols/chain.md
  content         bytea       not null, -- every row the batch changed, canonical, compressed with zstd
  constraint batch_pkey primary key (lane, batch_id),
  constraint batch_hash_is_sha256 check (octet_length(hash) = 32 and octet_length(previous_hash) = 32)
);
alter table ledger.batch alter column content set storage external;
comment on table ledger.batch is 'The chain: one row a lane and batch. Feed, settlement and verify read it.';

create table ledger.root (
  day        date        not null, -- the UTC day that this root closes
  at         timestamptz not null,
  content    text        not null, -- canonical text that is signed: every lane with its head
  signature  bytea       not null, -- Ed25519
  public_key bytea       not null,
  constraint root_pkey primary key (day)
);
comment on table ledger.root is 'Daily signed root over the heads of all lanes (R28).';
