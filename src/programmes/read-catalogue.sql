-- name: readVersion
select version
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
  product.balance_max_minor,
  product.load_min_minor,
  product.load_max_minor,
  product.load_day_max_minor,
  product.load_month_max_minor,
  product.redeem_day_max_minor,
  product.redeem_month_max_minor
from programmes.product;

-- name: readSellers
select seller_id, issuer_id, key, name_ja, name_en, chain
from programmes.seller;

-- name: readMerchants
select merchant_id, issuer_id, key, name_ja, name_en
from programmes.merchant;
