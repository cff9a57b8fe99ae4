-- breaking: no
-- What may be sold, where and how.

create schema programmes;

create table programmes.version (
  only_row boolean not null default true,
  version  bigint  not null default 1,
  constraint version_pkey primary key (only_row),
  constraint version_is_one_row check (only_row)
);
insert into programmes.version default values;
comment on table programmes.version is 'Moves with every change of the catalogue; every batch reads it (R18, R19).';

create table programmes.issuer (
  issuer_id int  generated always as identity,
  key       text collate "C" not null,
  name_ja   text not null,
  name_en   text not null,
  constraint issuer_pkey primary key (issuer_id),
  constraint issuer_key_once unique (key),
  constraint issuer_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$')
);

create table programmes.programme (
  programme_id int  generated always as identity,
  issuer_id    int  not null references programmes.issuer,
  key          text collate "C" not null,
  name_ja      text not null,
  name_en      text not null,
  unit         text collate "C" not null,
  zone         text not null default 'Asia/Tokyo',
  grace_days   int  not null default 14,
  constraint programme_pkey primary key (programme_id),
  constraint programme_key_once unique (issuer_id, key),
  constraint programme_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  constraint programme_unit_shape check (unit ~ '^([A-Z]{3}|PTS:[a-z0-9-]{1,40})$'),
  constraint programme_grace_bounded check (grace_days between 0 and 3650)
);

create table programmes.product (
  product_id            int  generated always as identity,
  programme_id          int  not null references programmes.programme,
  key                   text collate "C" not null,
  kind                  text collate "C" not null,
  name_ja               text not null,
  name_en               text not null,
  faces_minor           bigint[] not null default '{}',
  face_min_minor        bigint not null,
  face_max_minor        bigint not null,
  code_alphabet         text, -- null: the product has no code
  code_length           int,
  code_prefix           text,
  code_groups           int,
  code_folds_kana       boolean not null default false,
  number_prefix         text, -- null: the product has no number
  number_digits         int,
  validity_days         int,
  redeems_by            text[] not null,
  is_reactivatable      boolean not null default false,
  balance_max_minor     bigint,
  load_min_minor        bigint,
  load_max_minor        bigint,
  load_day_max_minor    bigint,
  load_month_max_minor  bigint,
  redeem_day_max_minor  bigint,
  redeem_month_max_minor bigint,
  constraint product_pkey primary key (product_id),
  constraint product_key_once unique (programme_id, key),
  constraint product_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  constraint product_kind_known check (kind in ('code', 'posa', 'prepaid')),
  constraint product_face_range check (0 < face_min_minor and face_min_minor <= face_max_minor),
  constraint product_redeems_somehow check (redeems_by <@ array['code', 'number', 'member'] and cardinality(redeems_by) > 0),
  constraint product_code_whole check (num_nulls(code_alphabet, code_length, code_prefix, code_groups) in (0, 4)),
  constraint product_number_whole check (num_nulls(number_prefix, number_digits) in (0, 2)),
  constraint product_number_fits check (number_digits between 8 and 19),
  constraint product_has_a_name check (code_alphabet is not null or number_prefix is not null)
);

create table programmes.seller (
  seller_id int  generated always as identity,
  issuer_id int  not null references programmes.issuer,
  key       text collate "C" not null,
  name_ja   text not null,
  name_en   text not null,
  chain     text collate "C",
  constraint seller_pkey primary key (seller_id),
  constraint seller_key_once unique (issuer_id, key),
  constraint seller_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$')
);

create table programmes.merchant (
  merchant_id int  generated always as identity,
  issuer_id   int  not null references programmes.issuer,
  key         text collate "C" not null,
  name_ja     text not null,
  name_en     text not null,
  constraint merchant_pkey primary key (merchant_id),
  constraint merchant_key_once unique (issuer_id, key),
  constraint merchant_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$')
);
