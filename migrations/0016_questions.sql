-- breaking: no
-- What customers ask of codes that do not work: whom they turn to, where a product can be used, what they report.

create schema questions;

create table questions.desk (
  desk_id    int  generated always as identity,
  issuer_id  int  not null references programmes.issuer,
  key        text collate "C" not null,
  product_id int  references programmes.product, -- all three null: the issuer's desk for everything else
  chain_id   int, -- of a chain's shops
  seller_id  int  references programmes.seller,
  name_ja    text not null,
  name_en    text not null,
  hours_ja   text not null,
  hours_en   text not null,
  phone      text,
  mail       text,
  url        text,
  replies_ja text, -- how soon an answer comes
  replies_en text,
  constraint desk_pkey primary key (desk_id),
  constraint desk_key_once unique (issuer_id, key),
  constraint desk_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  constraint desk_of_one_thing check (num_nonnulls(product_id, chain_id, seller_id) <= 1),
  constraint desk_can_be_reached check (num_nonnulls(phone, mail, url) > 0)
);
comment on table questions.desk is 'Who answers for a product, or for what a seller or a chain sold; the most specific one does.';

create table questions.usage (
  product_id int  not null references programmes.product,
  countries  text[] not null default '{}', -- ISO 3166-1, two letters; empty: everywhere
  where_ja   text not null,
  where_en   text not null,
  constraint usage_pkey primary key (product_id),
  constraint usage_countries_bounded check (cardinality(countries) <= 250)
);
comment on table questions.usage is 'Where a product can be used, as its holder is told.';

create table questions.tried_proof (
  number_hash bytea not null, -- keyed hash of a card's number as somebody typed it: there may be no such card
  tries       int   not null,
  since       timestamptz not null, -- the first of them; a day later they count anew
  constraint tried_proof_pkey primary key (number_hash),
  constraint tried_proof_not_negative check (tries >= 0)
);
create index tried_proof_oldest on questions.tried_proof (since);
comment on table questions.tried_proof is 'How often the purchase of a number was to be proved in a day, whoever tried.';

create table questions.report (
  report_id      bigint generated always as identity,
  number         text   collate "C" not null, -- RP-XXXX-XXXX: what the customer notes down
  issuer_id      int    not null,
  product_id     int    not null,
  instrument_id  bigint not null,
  reported_at    timestamptz not null,
  words_sealed   bytea, -- in the customer's words; null: none, or erased
  contact_sealed bytea, -- how to reach the customer
  is_stopped     boolean not null default false, -- what was left on the card was frozen
  desk_notice    text   collate "C", -- the notice that told the desk
  closed_at      timestamptz,
  closed_by      text,
  closing_note   text,
  constraint report_pkey primary key (report_id),
  constraint report_number_once unique (number),
  constraint report_closed_whole check (num_nulls(closed_at, closed_by, closing_note) in (0, 3))
);
create unique index report_open_once on questions.report (instrument_id) where closed_at is null;
create index report_of_issuer on questions.report (issuer_id, report_id);
comment on table questions.report is '"That was not me": somebody else used the code. One open report a card.';
