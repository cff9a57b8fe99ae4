-- name: readVersion
select version, moved_at
from programmes.version;

-- name: readIssuers
select issuer_id, key, name_ja, name_en
from programmes.issuer;

-- name: readProgrammes
select programme_id, issuer_id, key, name_ja, name_en, unit, zone, grace_days
from programmes.programme;

-- name: readProducts
select
  product.product_id,
  product.programme_id,
  product.key,
  product.kind,
  product.name_ja,
  product.name_en,
  product.faces_minor,
  product.face_min_minor,
  product.face_max_minor,
  product.code_alphabet,
  product.code_length,
  product.code_prefix,
  product.code_groups,
  product.code_folds_kana,
  product.number_prefix,
  product.number_digits,
  product.validity_days,
  product.redeems_by,
  product.is_reactivatable,
  product.is_sold_by_offer_only,
  product.balance_max_minor,
  product.load_min_minor,
  product.load_max_minor,
  product.load_day_max_minor,
  product.load_month_max_minor,
  product.redeem_day_max_minor,
  product.redeem_month_max_minor
from programmes.product;

-- name: readSellers
select seller_id, issuer_id, key, name_ja, name_en, chain_id
from programmes.seller;

-- name: readMerchants
select merchant_id, issuer_id, key, name_ja, name_en
from programmes.merchant;

-- name: readRevisions
-- In the order in which they were recorded. What had ended long before the last change is history. Both
-- bounds are given so that few rows are expected without statistics, and the index is taken.
select
  revision.kind,
  revision.thing_id,
  revision.issuer_id,
  revision.valid_from,
  revision.recorded_at,
  revision.content,
  revision.kind not in ('tender', 'offer') and not exists (
    select
    from programmes.revision as earlier
    where earlier.kind = revision.kind
      and earlier.thing_id = revision.thing_id
      and earlier.revision_id < revision.revision_id
  ) as is_first_of_place
from programmes.revision
where revision.version > :knownVersion
  and revision.version <= :version
  and revision.kind = any(:kinds::text[])
  and (revision.valid_until is null or revision.valid_until > greatest(:keptFrom, revision.valid_from))
order by revision.revision_id;
