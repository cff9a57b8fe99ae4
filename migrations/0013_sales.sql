-- breaking: no
-- What was sold, where and by which tender, counted by hour. Read out of the journals, so it may be emptied and
-- is then read again.

create schema sales;

create table sales.position (
  lane     int    not null,
  batch_id bigint not null, -- the last batch of the lane that is counted
  constraint position_pkey primary key (lane)
);
comment on table sales.position is 'How far the journals are counted: moved in the transaction that counts.';

create table sales.hour (
  at           timestamptz not null, -- the hour's first instant, of the arrivals in it
  issuer_id    int    not null,
  product_id   int    not null, -- 0 in this and the next three: the operation had none
  seller_id    int    not null,
  tender_id    int    not null,
  merchant_id  int    not null,
  kind         text   collate "C" not null, -- of the request: issue, activate, redeem ...
  outcome      text   collate "C" not null, -- accepted, reversed, or the refusal
  count        bigint not null,
  amount_minor bigint not null,
  constraint hour_pkey primary key (issuer_id, at, kind, outcome, product_id, seller_id, tender_id, merchant_id),
  constraint hour_counts_something check (count > 0 and amount_minor >= 0)
);
comment on table sales.hour is 'Operations by hour, product, place and tender, and what they came to.';

create table sales.minute (
  at           timestamptz not null, -- the minute's first instant
  issuer_id    int    not null,
  kind         text   collate "C" not null,
  outcome      text   collate "C" not null,
  unit         text   collate "C" not null, -- of the product; empty: no product was found
  count        bigint not null,
  amount_minor bigint not null,
  constraint minute_pkey primary key (issuer_id, at, kind, outcome, unit),
  constraint minute_counts_something check (count > 0 and amount_minor >= 0)
);
comment on table sales.minute is 'The same by minute and without places, for a day: what people watch.';

create table sales.purchase (
  sequence     bigint not null, -- of the request; unique over all lanes
  issuer_id    int    not null,
  contract     bigint not null, -- keyed hash of the phone contract or card, never what it was called
  at           timestamptz not null,
  product_id   int    not null,
  seller_id    int    not null,
  tender_id    int    not null,
  amount_minor bigint not null,
  constraint purchase_pkey primary key (sequence)
);
create index purchase_at on sales.purchase (issuer_id, at);
create index purchase_contract on sales.purchase (issuer_id, contract, at);
comment on table sales.purchase is 'Sales whose buyer can be told from another, kept for some days: who goes to the next route.';
