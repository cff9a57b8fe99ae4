-- breaking: no
-- Limits per contract in the engine's counters, and orders: a sale that was asked for and is not paid yet.

alter table instruments.counter
  drop constraint counter_measure_known,
  add constraint counter_measure_known check (measure in ('load', 'redeem', 'spend'));
comment on column instruments.counter.subject is 'The instrument; for spend, the keyed hash of a contract, which carries its lane.';
comment on column instruments.counter.starts_on is 'First day of the month, for spend of the tender''s period, in its zone.';

create schema orders;

create table orders.sale_order (
  order_id        bigint generated always as identity,
  issuer_id       int    not null references programmes.issuer,
  client_id       int    not null references clients.client,
  request_id      text   collate "C" not null, -- as the client called the order (R1)
  content         bytea  not null, -- keyed hash of what was asked for (R3)
  kind            text   collate "C" not null, -- of the operation that completes it
  product_id      int    not null,
  seller_id       int,
  funds_client_id int, -- whose paid-in funds pay; null: the seller's receivable
  tender_id       int,
  shop_id         int,
  amount_minor    bigint not null,
  unit            text   collate "C" not null,
  sealed_contract bytea, -- what pays; erased when the order is over
  contract_kind   text,
  age             int,
  line            text   collate "C",
  device          text   collate "C",
  arrived_at      timestamptz not null, -- what it was judged by, and what completes it (R24)
  expires_at      timestamptz not null,
  state           text   collate "C" not null,
  card            text   collate "C", -- the home key of the card that it was completed with
  sealed_card     bytea, -- the card as it was named: what completes it, and what takes it back
  completing_at   timestamptz,
  ended_at        timestamptz,
  refusal         text   collate "C", -- of the operation
  instrument_id   bigint,
  cancel_tries    int    not null default 0, -- each taking back is a request of its own (R12)
  constraint sale_order_pkey primary key (order_id),
  constraint sale_order_once unique (client_id, request_id),
  constraint sale_order_kind_known check (kind in ('issue', 'activate', 'load')),
  constraint sale_order_state_known check (
    state in ('open', 'completing', 'completed', 'refused', 'cancelling', 'cancelled', 'expired')
  ),
  constraint sale_order_paid_by_one check (seller_id is not null or funds_client_id is not null),
  constraint sale_order_amount_positive check (amount_minor > 0),
  constraint sale_order_ends_after_it_began check (expires_at > arrived_at),
  constraint sale_order_forgets_who_paid check (ended_at is null or sealed_contract is null),
  constraint sale_order_is_over_when_it_ended check (
    (ended_at is not null) = (state in ('completed', 'refused', 'cancelled', 'expired'))
  )
);
create index sale_order_unfinished on orders.sale_order (expires_at, order_id) where ended_at is null;
create index sale_order_unfinished_of_issuer on orders.sale_order (issuer_id, order_id) where ended_at is null;
create index sale_order_unfinished_of_client on orders.sale_order (client_id) where ended_at is null;
create index sale_order_card_kept on orders.sale_order (ended_at, order_id) where sealed_card is not null;
comment on table orders.sale_order is
  'A sale between the asking and the paying: finished within its session, or cancelled, never left half.';
