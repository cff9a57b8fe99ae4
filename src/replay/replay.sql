-- name: countCards
-- notnull: cards
select
  product.key as product,
  instrument.state,
  count(*)::int as cards
from instruments.instrument
join programmes.product using (product_id)
group by product.key, instrument.state
order by product.key, instrument.state;
