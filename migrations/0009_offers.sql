-- breaking: no
-- Chains, aggregators, tenders, offers and their history.

-- Who a thing is stands in its table and never changes; what it is like stands in its revisions.

create table programmes.aggregator (
  aggregator_id int  generated always as identity,
  issuer_id     int  not null references programmes.issuer,
  key           text collate "C" not null,
  constraint aggregator_pkey primary key (aggregator_id),
  constraint aggregator_key_once unique (issuer_id, key),
  constraint aggregator_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$')
);

create table programmes.chain (
  chain_id  int  generated always as identity,
  issuer_id int  not null references programmes.issuer,
  key       text collate "C" not null,
  constraint chain_pkey primary key (chain_id),
  constraint chain_key_once unique (issuer_id, key),
  constraint chain_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$')
);

create table programmes.tender (
  tender_id int  generated always as identity,
  issuer_id int  not null references programmes.issuer,
  key       text collate "C" not null,
  kind      text collate "C" not null,
  constraint tender_pkey primary key (tender_id),
  constraint tender_key_once unique (issuer_id, key),
  constraint tender_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  constraint tender_kind_known check (kind in ('cash', 'carrier', 'card', 'points'))
);

create table programmes.shop (
  shop_id   int  generated always as identity,
  issuer_id int  not null references programmes.issuer,
  seller_id int  not null references programmes.seller,
  key       text collate "C" not null,
  constraint shop_pkey primary key (shop_id),
  constraint shop_key_once unique (seller_id, key),
  constraint shop_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$')
);

create table programmes.offer (
  offer_id   int generated always as identity,
  issuer_id  int not null references programmes.issuer,
  seller_id  int not null references programmes.seller,
  product_id int not null references programmes.product,
  tender_id  int not null references programmes.tender,
  constraint offer_pkey primary key (offer_id),
  constraint offer_route_once unique (seller_id, product_id, tender_id)
);

create table programmes.revision (
  revision_id bigint      generated always as identity,
  version     bigint      not null, -- of the catalogue: what a process does not know yet has a later one
  issuer_id   int         not null references programmes.issuer,
  kind        text        collate "C" not null,
  thing_id    int         not null, -- in the table that the kind names
  valid_from  timestamptz not null,
  valid_until timestamptz, -- null: until further notice; at or before valid_from: it never came into force
  recorded_at timestamptz not null,
  actor       text        not null,
  content     jsonb       not null, -- all of the thing, not the difference
  constraint revision_pkey primary key (revision_id),
  constraint revision_kind_known check (kind in ('aggregator', 'chain', 'tender', 'shop', 'offer', 'seller', 'product')),
  constraint revision_content_is_object check (jsonb_typeof(content) = 'object')
);
create index revision_by_version on programmes.revision (version);
create index revision_of_thing on programmes.revision (kind, thing_id, revision_id);
comment on table programmes.revision is
  'Append-only: of a thing its newest revision whose valid_from has come is in force. Only valid_until is ever written later.';

-- Null until the first change. A process that starts reads what was in force for a while before it.
alter table programmes.version add column moved_at timestamptz;

alter table programmes.product add column is_sold_by_offer_only boolean not null default false;

alter table programmes.seller add column chain_id int references programmes.chain;
comment on column programmes.seller.chain is 'Read by the version before only: chain_id says it since.';

insert into programmes.chain (issuer_id, key)
select distinct issuer_id, chain
from programmes.seller
where chain is not null;

insert into programmes.revision (version, issuer_id, kind, thing_id, valid_from, recorded_at, actor, content)
select
  1,
  issuer_id,
  'chain',
  chain_id,
  timestamptz 'epoch',
  timestamptz 'epoch',
  'migration',
  jsonb_build_object('key', key, 'nameJa', key, 'nameEn', key, 'aggregatorId', null)
from programmes.chain;

update programmes.seller
set chain_id = chain.chain_id
from programmes.chain
where chain.issuer_id = seller.issuer_id
  and chain.key = seller.chain;
