-- name: sumHours
-- By hour and outcome, of the kinds and places asked for.
-- notnull: count, amountMinor
select
  hour.at,
  hour.kind,
  hour.outcome,
  sum(hour.count)::bigint as count,
  sum(hour.amount_minor)::bigint as amount_minor
from sales.hour
where hour.issuer_id = :issuerId::int
  and hour.at >= :from
  and hour.at < :until
  and hour.kind = any(:kinds::text[])
  and (:isAnyProduct::boolean or hour.product_id = any(:productIds::int[]))
  and (:isAnySeller::boolean or hour.seller_id = any(:sellerIds::int[]))
  and (:isAnyTender::boolean or hour.tender_id = any(:tenderIds::int[]))
  and (:isAnyMerchant::boolean or hour.merchant_id = any(:merchantIds::int[]))
group by hour.at, hour.kind, hour.outcome
order by hour.at, hour.kind, hour.outcome;

-- name: sumMinutes
-- notnull: count, amountMinor
select
  minute.at,
  minute.kind,
  minute.outcome,
  minute.unit,
  sum(minute.count)::bigint as count,
  sum(minute.amount_minor)::bigint as amount_minor
from sales.minute
where minute.issuer_id = any(:issuerIds::int[])
  and minute.at >= :from
  and minute.at < :until
group by minute.at, minute.kind, minute.outcome, minute.unit
order by minute.at, minute.kind, minute.outcome, minute.unit;

-- name: sumRefusals
-- notnull: count
select
  hour.kind,
  hour.outcome as refusal,
  hour.product_id,
  hour.seller_id,
  sum(hour.count)::bigint as count
from sales.hour
where hour.issuer_id = :issuerId::int
  and hour.at >= :from
  and hour.at < :until
  and hour.outcome not in ('accepted', 'reversed', 'reversed_unseen')
group by hour.kind, hour.outcome, hour.product_id, hour.seller_id
order by sum(hour.count) desc, hour.kind, hour.outcome, hour.product_id, hour.seller_id
limit :size::int;

-- name: listBuyers
-- notnull: contract, lastAt, purchases, amountMinor
select
  purchase.contract,
  max(purchase.at) as last_at,
  count(*)::bigint as purchases,
  sum(purchase.amount_minor)::bigint as amount_minor
from sales.purchase
where purchase.issuer_id = :issuerId::int
  and purchase.at >= :from
  and purchase.at < :until
  and (:isAnyProduct::boolean or purchase.product_id = any(:productIds::int[]))
  and (:isAnySeller::boolean or purchase.seller_id = any(:sellerIds::int[]))
  and (:isAnyTender::boolean or purchase.tender_id = any(:tenderIds::int[]))
group by purchase.contract
order by max(purchase.at) desc, purchase.contract
limit :size::int;

-- name: listRoutesAfter
-- notnull: buyers, purchases, amountMinor, firstAt
select
  purchase.product_id,
  purchase.seller_id,
  purchase.tender_id,
  count(distinct purchase.contract)::bigint as buyers,
  count(*)::bigint as purchases,
  sum(purchase.amount_minor)::bigint as amount_minor,
  min(purchase.at) as first_at
from sales.purchase
where purchase.issuer_id = :issuerId::int
  and purchase.contract = any(:contracts::bigint[])
  and purchase.at >= :from
  and purchase.at < :until
group by purchase.product_id, purchase.seller_id, purchase.tender_id
order by count(distinct purchase.contract) desc, purchase.product_id, purchase.seller_id, purchase.tender_id
limit :size::int;

-- name: sumUses
-- Accepted uses by their place, the most used first.
-- notnull: count, amountMinor
select
  hour.merchant_id,
  sum(hour.count)::bigint as count,
  sum(hour.amount_minor)::bigint as amount_minor
from sales.hour
where hour.issuer_id = :issuerId::int
  and hour.at >= :from
  and hour.at < :until
  and hour.outcome = 'accepted'
  and hour.kind = any(:kinds::text[])
  and (:isAnyProduct::boolean or hour.product_id = any(:productIds::int[]))
  and hour.merchant_id = any(:merchantIds::int[])
group by hour.merchant_id
order by sum(hour.count) desc, hour.merchant_id
limit :size::int;
