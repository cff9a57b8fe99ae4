-- name: readGate
-- What an order is judged by, in the transaction that keeps it: like an operation in its batch (R18, R19).
select version.version, epoch.epoch
from programmes.version
cross join suspensions.epoch;

-- name: findOrderByRequest
select
  sale_order.order_id,
  sale_order.issuer_id,
  sale_order.client_id,
  sale_order.request_id,
  sale_order.content,
  sale_order.kind,
  sale_order.product_id,
  sale_order.seller_id,
  sale_order.funds_client_id,
  sale_order.tender_id,
  sale_order.shop_id,
  sale_order.amount_minor,
  sale_order.unit,
  sale_order.sealed_contract,
  sale_order.contract_kind,
  sale_order.age,
  sale_order.line,
  sale_order.device,
  sale_order.arrived_at,
  sale_order.expires_at,
  sale_order.state,
  sale_order.card,
  sale_order.sealed_card,
  sale_order.completing_at,
  sale_order.ended_at,
  sale_order.refusal,
  sale_order.instrument_id
from orders.sale_order
where sale_order.client_id = :clientId
  and sale_order.request_id = :requestId;

-- name: findOrder
select
  sale_order.order_id,
  sale_order.issuer_id,
  sale_order.client_id,
  sale_order.request_id,
  sale_order.content,
  sale_order.kind,
  sale_order.product_id,
  sale_order.seller_id,
  sale_order.funds_client_id,
  sale_order.tender_id,
  sale_order.shop_id,
  sale_order.amount_minor,
  sale_order.unit,
  sale_order.sealed_contract,
  sale_order.contract_kind,
  sale_order.age,
  sale_order.line,
  sale_order.device,
  sale_order.arrived_at,
  sale_order.expires_at,
  sale_order.state,
  sale_order.card,
  sale_order.sealed_card,
  sale_order.completing_at,
  sale_order.ended_at,
  sale_order.refusal,
  sale_order.instrument_id
from orders.sale_order
where sale_order.order_id = :orderId
  and sale_order.client_id = :clientId;

-- name: insertOrder
-- nullable: sellerId, fundsClientId, tenderId, shopId, sealedContract, contractKind, age, line, device
insert into orders.sale_order (
  issuer_id, client_id, request_id, content, kind, product_id, seller_id, funds_client_id, tender_id, shop_id,
  amount_minor, unit, sealed_contract, contract_kind, age, line, device, arrived_at, expires_at, state
)
select
  :issuerId, :clientId, :requestId, :content, :kind, :productId, :sellerId, :fundsClientId, :tenderId, :shopId,
  :amountMinor, :unit, :sealedContract, :contractKind, :age, :line, :device, :arrivedAt, :expiresAt, 'open'
where (
  select count(*)
  from (
    select 1
    from orders.sale_order as open
    where open.client_id = :clientId
      and open.ended_at is null
    limit :openMax::int
  ) as counted
) < :openMax::int
on conflict do nothing
returning order_id;

-- name: beginCompletion
-- nullable: card, sealedCard
-- One wins, whoever else completes, cancels or lets it expire at the same moment.
update orders.sale_order
set state = 'completing',
  card = :card,
  sealed_card = :sealedCard,
  completing_at = :at
where order_id = :orderId
  and state = 'open'
  and expires_at > :at;

-- name: endOrder
-- nullable: refusal, instrumentId
update orders.sale_order
set state = :state,
  refusal = :refusal,
  instrument_id = :instrumentId,
  ended_at = :at,
  sealed_contract = null
where order_id = :orderId
  and state = any(:from::text[]);

-- name: beginCancellation
-- What may have been sold already is reversed before it is called cancelled; each time as a request of its own.
-- Completed with a card that is erased by now, it stays sold.
update orders.sale_order
set state = 'cancelling',
  ended_at = null,
  completing_at = :at,
  cancel_tries = cancel_tries + 1
where order_id = :orderId
  and state = any(:from::text[])
  and (kind = 'issue' or sealed_card is not null)
returning cancel_tries;

-- name: eraseCards
-- Of orders that ended before; some at a time. Its keyed hash stays: a repeat is known by it.
update orders.sale_order
set sealed_card = null
from (
  select chosen.order_id
  from orders.sale_order as chosen
  where chosen.sealed_card is not null
    and chosen.ended_at < :before
  order by chosen.ended_at, chosen.order_id
  limit 1000
) as old
where sale_order.order_id = old.order_id
  and sale_order.ended_at < :before;

-- name: listOpenIds
-- nullable: tenderId
-- Open orders of a part: what the desk cancels.
select sale_order.order_id
from orders.sale_order
where sale_order.issuer_id = :issuerId
  and sale_order.ended_at is null
  and sale_order.state = 'open'
  and sale_order.arrived_at < :before
  and sale_order.order_id > :afterId
  and (cardinality(:productIds::int[]) = 0 or sale_order.product_id = any(:productIds::int[]))
  and (cardinality(:sellerIds::int[]) = 0 or sale_order.seller_id = any(:sellerIds::int[]))
  and (cardinality(:kinds::text[]) = 0 or sale_order.kind = any(:kinds::text[]))
  and (:tenderId::int is null or sale_order.tender_id = :tenderId::int)
order by sale_order.order_id
limit :size::int;

-- name: expireOrders
update orders.sale_order
set state = 'expired',
  ended_at = :at,
  sealed_contract = null
where state = 'open'
  and expires_at <= :at;

-- name: listUnsettled
-- Completions and cancellations whose outcome nobody has fetched for some time.
select
  sale_order.order_id,
  sale_order.issuer_id,
  sale_order.client_id,
  sale_order.request_id,
  sale_order.content,
  sale_order.kind,
  sale_order.product_id,
  sale_order.seller_id,
  sale_order.funds_client_id,
  sale_order.tender_id,
  sale_order.shop_id,
  sale_order.amount_minor,
  sale_order.unit,
  sale_order.sealed_contract,
  sale_order.contract_kind,
  sale_order.age,
  sale_order.line,
  sale_order.device,
  sale_order.arrived_at,
  sale_order.expires_at,
  sale_order.state,
  sale_order.card,
  sale_order.sealed_card,
  sale_order.completing_at,
  sale_order.ended_at,
  sale_order.refusal,
  sale_order.instrument_id
from orders.sale_order
where sale_order.state in ('completing', 'cancelling')
  and sale_order.ended_at is null
  and sale_order.completing_at <= :before
  and sale_order.order_id > :afterId
order by sale_order.order_id
limit :size::int;

-- name: countUnfinished
-- nullable: tenderId
-- notnull: orders
select count(*) as orders
from orders.sale_order
where sale_order.issuer_id = :issuerId
  and sale_order.ended_at is null
  and sale_order.arrived_at < :before
  and (cardinality(:productIds::int[]) = 0 or sale_order.product_id = any(:productIds::int[]))
  and (cardinality(:sellerIds::int[]) = 0 or sale_order.seller_id = any(:sellerIds::int[]))
  and (cardinality(:kinds::text[]) = 0 or sale_order.kind = any(:kinds::text[]))
  and (:tenderId::int is null or sale_order.tender_id = :tenderId::int);

-- name: listUnfinished
-- nullable: ofClientId, tenderId
-- The oldest first: the first to run out of time.
select
  sale_order.order_id,
  sale_order.issuer_id,
  sale_order.client_id,
  sale_order.request_id,
  sale_order.content,
  sale_order.kind,
  sale_order.product_id,
  sale_order.seller_id,
  sale_order.funds_client_id,
  sale_order.tender_id,
  sale_order.shop_id,
  sale_order.amount_minor,
  sale_order.unit,
  sale_order.sealed_contract,
  sale_order.contract_kind,
  sale_order.age,
  sale_order.line,
  sale_order.device,
  sale_order.arrived_at,
  sale_order.expires_at,
  sale_order.state,
  sale_order.card,
  sale_order.sealed_card,
  sale_order.completing_at,
  sale_order.ended_at,
  sale_order.refusal,
  sale_order.instrument_id,
  client.key as client_key
from orders.sale_order
join clients.client using (client_id)
where sale_order.issuer_id = :issuerId
  and (:ofClientId::int is null or sale_order.client_id = :ofClientId::int)
  and sale_order.ended_at is null
  and sale_order.arrived_at < :before
  and sale_order.order_id > :afterId
  and (cardinality(:productIds::int[]) = 0 or sale_order.product_id = any(:productIds::int[]))
  and (cardinality(:sellerIds::int[]) = 0 or sale_order.seller_id = any(:sellerIds::int[]))
  and (cardinality(:kinds::text[]) = 0 or sale_order.kind = any(:kinds::text[]))
  and (:tenderId::int is null or sale_order.tender_id = :tenderId::int)
order by sale_order.order_id
limit :size::int;

-- name: listUnresolvedSales
-- nullable: tenderId
-- Sales that left something to a person: activations told by an advice that could not be applied, sales that were
-- to be undone and were spent. Read from the open items, of which there are few.
select
  item.item_id,
  client.key as client_key,
  item.request_id,
  item.cause,
  item.opened_at,
  item.amount_minor
from instruments.item
join clients.client on client.client_id = item.client_id
join instruments.request
  on request.lane = item.lane
  and request.client_id = item.client_id
  and request.request_id = item.request_id
where item.closed_at is null
  and item.issuer_id = :issuerId
  and item.opened_at < :before
  and request.kind in ('issue', 'activate', 'load')
  and (cardinality(:productIds::int[]) = 0 or request.product_id = any(:productIds::int[]))
  and (cardinality(:sellerIds::int[]) = 0 or request.seller_id = any(:sellerIds::int[]))
  and (cardinality(:kinds::text[]) = 0 or request.kind = any(:kinds::text[]))
  and (:tenderId::int is null or request.facts ->> 'tenderId' = :tenderId::int::text)
order by item.opened_at, item.item_id
limit :size::int;
