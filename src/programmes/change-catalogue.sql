-- name: lockVersion
-- Changes of the catalogue wait for one another here, so each judges by what the one before it left.
select version
from programmes.version
for update;

-- name: moveVersion
update programmes.version
set
  version = version + 1,
  moved_at = :at;

-- name: insertIssuer
insert into programmes.issuer (key, name_ja, name_en)
values (:key, :nameJa, :nameEn)
returning issuer_id;

-- name: updateIssuer
update programmes.issuer
set
  name_ja = :nameJa,
  name_en = :nameEn
where issuer_id = :issuerId;

-- name: insertProgramme
insert into programmes.programme (issuer_id, key, name_ja, name_en, unit, zone, grace_days)
values (:issuerId, :key, :nameJa, :nameEn, :unit, :zone, :graceDays)
returning programme_id;

-- name: updateProgramme
-- Unit and zone stay: balances and limits were counted in them.
update programmes.programme
set
  name_ja = :nameJa,
  name_en = :nameEn,
  grace_days = :graceDays
where programme_id = :programmeId;

-- name: insertProduct
-- nullable: codeAlphabet, codeLength, codePrefix, codeGroups, numberPrefix, numberDigits, validityDays
-- nullable: balanceMaxMinor, loadMinMinor, loadMaxMinor, loadDayMaxMinor, loadMonthMaxMinor
-- nullable: redeemDayMaxMinor, redeemMonthMaxMinor
insert into programmes.product (
  programme_id, key, kind, name_ja, name_en, faces_minor, face_min_minor, face_max_minor,
  code_alphabet, code_length, code_prefix, code_groups, code_folds_kana, number_prefix,
  number_digits, validity_days, redeems_by, is_reactivatable, balance_max_minor, load_min_minor,
  load_max_minor, load_day_max_minor, load_month_max_minor, redeem_day_max_minor,
  redeem_month_max_minor, is_sold_by_offer_only
)
values (
  :programmeId, :key, :kind, :nameJa, :nameEn, :facesMinor, :faceMinMinor, :faceMaxMinor,
  :codeAlphabet, :codeLength, :codePrefix, :codeGroups, :codeFoldsKana, :numberPrefix,
  :numberDigits, :validityDays, :redeemsBy, :isReactivatable, :balanceMaxMinor, :loadMinMinor,
  :loadMaxMinor, :loadDayMaxMinor, :loadMonthMaxMinor, :redeemDayMaxMinor, :redeemMonthMaxMinor,
  :isSoldByOfferOnly
)
returning product_id;

-- name: updateProduct
-- nullable: codeAlphabet, codeLength, codePrefix, codeGroups, numberPrefix, numberDigits, validityDays
-- nullable: balanceMaxMinor, loadMinMinor, loadMaxMinor, loadDayMaxMinor, loadMonthMaxMinor
-- nullable: redeemDayMaxMinor, redeemMonthMaxMinor
-- Programme, key and kind stay: cards were sold under them.
update programmes.product
set
  name_ja = :nameJa,
  name_en = :nameEn,
  faces_minor = :facesMinor,
  face_min_minor = :faceMinMinor,
  face_max_minor = :faceMaxMinor,
  code_alphabet = :codeAlphabet,
  code_length = :codeLength,
  code_prefix = :codePrefix,
  code_groups = :codeGroups,
  code_folds_kana = :codeFoldsKana,
  number_prefix = :numberPrefix,
  number_digits = :numberDigits,
  validity_days = :validityDays,
  redeems_by = :redeemsBy,
  is_reactivatable = :isReactivatable,
  balance_max_minor = :balanceMaxMinor,
  load_min_minor = :loadMinMinor,
  load_max_minor = :loadMaxMinor,
  load_day_max_minor = :loadDayMaxMinor,
  load_month_max_minor = :loadMonthMaxMinor,
  redeem_day_max_minor = :redeemDayMaxMinor,
  redeem_month_max_minor = :redeemMonthMaxMinor,
  is_sold_by_offer_only = :isSoldByOfferOnly
where product_id = :productId;

-- name: insertSeller
-- nullable: chainId
insert into programmes.seller (issuer_id, key, name_ja, name_en, chain_id)
values (:issuerId, :key, :nameJa, :nameEn, :chainId)
returning seller_id;

-- name: updateSeller
-- nullable: chainId
update programmes.seller
set
  name_ja = :nameJa,
  name_en = :nameEn,
  chain_id = :chainId
where seller_id = :sellerId;

-- name: insertMerchant
insert into programmes.merchant (issuer_id, key, name_ja, name_en)
values (:issuerId, :key, :nameJa, :nameEn)
returning merchant_id;

-- name: updateMerchant
update programmes.merchant
set
  name_ja = :nameJa,
  name_en = :nameEn
where merchant_id = :merchantId;

-- name: insertSellers
-- nullable: chainIds[]
insert into programmes.seller (issuer_id, key, name_ja, name_en, chain_id)
select :issuerId, wanted.key, wanted.name_ja, wanted.name_en, wanted.chain_id
from (
  select
    unnest(:keys::text[]) as key,
    unnest(:namesJa::text[]) as name_ja,
    unnest(:namesEn::text[]) as name_en,
    unnest(:chainIds::int[]) as chain_id
) as wanted
returning seller_id, key;
