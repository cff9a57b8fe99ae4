-- name: readDesks
-- nullable: productId, chainId, sellerId, phone, mail, url, repliesJa, repliesEn
select
  desk_id, issuer_id, key, product_id, chain_id, seller_id,
  name_ja, name_en, hours_ja, hours_en, phone, mail, url, replies_ja, replies_en
from questions.desk
order by desk_id
limit :most::int;

-- name: readUsages
select product_id, countries, where_ja, where_en
from questions.usage;

-- name: saveDesk
-- nullable: productId, chainId, sellerId, phone, mail, url, repliesJa, repliesEn
insert into questions.desk (
  issuer_id, key, product_id, chain_id, seller_id,
  name_ja, name_en, hours_ja, hours_en, phone, mail, url, replies_ja, replies_en
)
values (
  :issuerId, :key, :productId, :chainId, :sellerId,
  :nameJa, :nameEn, :hoursJa, :hoursEn, :phone, :mail, :url, :repliesJa, :repliesEn
)
on conflict on constraint desk_key_once do update
set
  product_id = excluded.product_id,
  chain_id = excluded.chain_id,
  seller_id = excluded.seller_id,
  name_ja = excluded.name_ja,
  name_en = excluded.name_en,
  hours_ja = excluded.hours_ja,
  hours_en = excluded.hours_en,
  phone = excluded.phone,
  mail = excluded.mail,
  url = excluded.url,
  replies_ja = excluded.replies_ja,
  replies_en = excluded.replies_en;

-- name: saveUsage
insert into questions.usage (product_id, countries, where_ja, where_en)
values (:productId, :countries::text[], :whereJa, :whereEn)
on conflict on constraint usage_pkey do update
set countries = excluded.countries, where_ja = excluded.where_ja, where_en = excluded.where_en;
