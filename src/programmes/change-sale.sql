-- name: endRevisions
-- What is recorded now counts from its instant on: what was scheduled for then or later never comes
-- into force, and what was in force until further notice is so until then.
update programmes.revision
set valid_until = greatest(revision.valid_from, wanted.valid_from)
from (
  select
    unnest(:kinds::text[]) as kind,
    unnest(:thingIds::int[]) as thing_id,
    unnest(:validFroms::timestamptz[]) as valid_from
) as wanted
where revision.kind = wanted.kind
  and revision.thing_id = wanted.thing_id
  and (revision.valid_until is null or revision.valid_until > wanted.valid_from);

-- name: insertRevisions
insert into programmes.revision (
  version, issuer_id, kind, thing_id, valid_from, recorded_at, actor, content
)
select
  :version,
  wanted.issuer_id,
  wanted.kind,
  wanted.thing_id,
  wanted.valid_from,
  :recordedAt,
  :actor,
  wanted.content
from (
  select
    generate_subscripts(:issuerIds::int[], 1) as place,
    unnest(:issuerIds::int[]) as issuer_id,
    unnest(:kinds::text[]) as kind,
    unnest(:thingIds::int[]) as thing_id,
    unnest(:validFroms::timestamptz[]) as valid_from,
    unnest(:contents::jsonb[]) as content
) as wanted
order by wanted.place;

-- name: insertAggregators
insert into programmes.aggregator (issuer_id, key)
select :issuerId, unnest(:keys::text[])
returning aggregator_id, key;

-- name: insertChains
insert into programmes.chain (issuer_id, key)
select :issuerId, unnest(:keys::text[])
returning chain_id, key;

-- name: insertTenders
insert into programmes.tender (issuer_id, key, kind)
select :issuerId, wanted.key, wanted.kind
from (select unnest(:keys::text[]) as key, unnest(:kinds::text[]) as kind) as wanted
returning tender_id, key;

-- name: insertShops
insert into programmes.shop (issuer_id, seller_id, key)
select :issuerId, wanted.seller_id, wanted.key
from (select unnest(:sellerIds::int[]) as seller_id, unnest(:keys::text[]) as key) as wanted
returning shop_id, seller_id, key;

-- name: findShop
select shop_id
from programmes.shop
where seller_id = :sellerId
  and key = :key;

-- name: findContent
-- As a thing is in force at the instant; one that begins later as it was last written.
select
  revision.valid_from,
  revision.content
from programmes.revision
where revision.kind = :kind
  and revision.thing_id = :thingId
order by revision.valid_from <= :at desc, revision.revision_id desc
limit 1;

-- name: insertOffers
insert into programmes.offer (issuer_id, seller_id, product_id, tender_id)
select :issuerId, wanted.seller_id, wanted.product_id, wanted.tender_id
from (
  select
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:productIds::int[]) as product_id,
    unnest(:tenderIds::int[]) as tender_id
) as wanted
returning offer_id, seller_id, product_id, tender_id;

-- name: findOffers
-- As each is in force at the instant; one that begins later as it was last written.
select
  offer.offer_id,
  offer.seller_id,
  offer.product_id,
  offer.tender_id,
  newest.valid_from,
  newest.content
from (
  select
    unnest(:sellerIds::int[]) as seller_id,
    unnest(:productIds::int[]) as product_id,
    unnest(:tenderIds::int[]) as tender_id
) as wanted
join programmes.offer using (seller_id, product_id, tender_id)
cross join lateral (
  select revision.valid_from, revision.content
  from programmes.revision
  where revision.kind = 'offer'
    and revision.thing_id = offer.offer_id
  order by revision.valid_from <= :at desc, revision.revision_id desc
  limit 1
) as newest;

-- name: listRevisions
-- Newest first, for people. What is another issuer's is not there.
select
  revision.revision_id,
  revision.valid_from,
  revision.valid_until,
  revision.recorded_at,
  revision.actor,
  revision.content
from programmes.revision
where revision.issuer_id = :issuerId
  and revision.kind = :kind
  and revision.thing_id = :thingId
  and revision.revision_id < :before
order by revision.revision_id desc
limit :size;
