-- name: findSealedCard
select
  instrument.number,
  instrument.code_sealed
from instruments.instrument
where instrument.lane = :lane
  and instrument.instrument_id = :instrumentId;

-- name: readLaneInstants
select
  lane.lane,
  lane.last_at
from ledger.lane
where lane.lane = any(:lanes::int[]);

-- name: findRequestInLane
-- nullable: homeKey
-- The first of this id; under one home key there is one.
select
  request.lane,
  request.client_id,
  request.request_id,
  request.home_key,
  request.sequence,
  request.kind,
  request.content,
  request.arrived_at,
  request.decided_at,
  request.outcome,
  request.instrument_id,
  request.product_id,
  request.seller_id,
  request.merchant_id,
  request.hold_id,
  request.amount_minor,
  request.balance_minor,
  request.state,
  request.first_transfer_id,
  request.transfer_count,
  request.undone_minor,
  request.is_reversed,
  request.facts
from instruments.request
where request.lane = any(:lanes::int[])
  and request.client_id = :clientId
  and request.request_id = :requestId
  and (:homeKey::text is null or request.home_key = :homeKey::text)
  and request.kind <> 'counterpart'
  and request.kind <> 'rebalance'
order by request.decided_at, request.lane, request.sequence
limit 1;

-- name: readHeldBalance
-- What open holds that are not over yet hold of a card.
select
  hold.hold_id,
  hold.lot_ids,
  hold.lot_minors,
  hold.expires_at
from instruments.hold
where hold.lane = :lane
  and hold.instrument_id = :instrumentId
  and hold.state = 'open';

-- name: listCardTransfers
-- Newest first. A card's requests lead to its transfers; the requests of a card with a signpost stand in
-- two lanes, so all are asked. What went past a voided card into suspense is not the card's. Behind the
-- fence, because the planner was seen to read the lane's transfers from the newest on instead.
select
  transfer.transfer_id,
  transfer.debit_account_id,
  transfer.credit_account_id,
  transfer.amount_minor,
  transfer.lot_id,
  request.kind,
  request.request_id,
  request.decided_at,
  request.facts
from instruments.request
cross join lateral (
  select *
  from ledger.transfer
  where transfer.lane = :lane
    and transfer.transfer_id between request.first_transfer_id
      and request.first_transfer_id + 256 * (request.transfer_count - 1)
  offset 0
) as transfer
where request.lane in (select lane.lane from ledger.lane)
  and request.instrument_id = :instrumentId
  and request.transfer_count > 0
  and transfer.transfer_id < :before
  and (transfer.debit_account_id = :instrumentId or transfer.credit_account_id = :instrumentId)
order by transfer.transfer_id desc
limit :size;

-- name: sumFunds
-- notnull: available_minor
select coalesce(sum(account.posted_minor - account.held_minor), 0)::bigint as available_minor
from ledger.lane
cross join lateral (
  select *
  from ledger.account
  where account.lane = lane.lane
    and account.account_id = :accountId
  offset 0
) as account;

