-- breaking: no
-- The value engine. Every table leads with its lane; whoever has a lane's turn needs no other lock.

create schema instruments;

create table instruments.instrument (
  lane          int    not null,
  instrument_id bigint not null,
  product_id    int    not null,
  state         text   collate "C" not null,
  cause         text   collate "C", -- why it is in this state where that is not plain: deactivated, reversed
  number        text   collate "C", -- printed, not secret; masked outside the database
  code_last4    text,
  code_sealed   bytea, -- key id, nonce, AES-256-GCM of the code; null where it is never shown again
  face_minor    bigint, -- null: variable
  seller_id     int, -- who sold it, when it was activated or issued
  open_freezes  int    not null, -- rows of freeze that are open; frozen while above zero
  activated_at  timestamptz,
  constraint instrument_pkey primary key (lane, instrument_id),
  constraint instrument_state_known check (state in ('blank', 'active', 'used', 'expired', 'voided')),
  constraint instrument_open_freezes_not_negative check (open_freezes >= 0)
) with (fillfactor = 85);

create table instruments.card_name (
  lane            int    not null,
  name            text   collate "C" not null, -- n:<number>, or c<look-up key id>:<keyed hash of the code>
  instrument_lane int    not null, -- another lane: a signpost
  instrument_id   bigint not null,
  constraint card_name_pkey primary key (lane, name)
);
comment on table instruments.card_name is 'What a card is called. The lane follows from the name, so uniqueness in the lane is uniqueness.';

create table instruments.lot (
  lane            int    not null,
  instrument_id   bigint not null,
  lot_id          bigint not null,
  class           text   collate "C" not null,
  loaded_minor    bigint not null,
  remaining_minor bigint not null,
  held_minor      bigint not null,
  expires_at      timestamptz, -- null: never
  is_frozen       boolean not null, -- its load was reversed after a part was spent (R12)
  source_account_id bigint not null, -- the house account it was paid from, where an undone load goes back to
  constraint lot_pkey primary key (lane, instrument_id, lot_id),
  constraint lot_class_known check (class in ('paid', 'free', 'limited')),
  constraint lot_remaining_in_range check (remaining_minor >= 0),
  constraint lot_remaining_in_loaded check (remaining_minor <= loaded_minor),
  constraint lot_held_in_remaining check (held_minor between 0 and remaining_minor)
) with (fillfactor = 70);

create table instruments.hold (
  lane           int    not null,
  hold_id        bigint not null,
  instrument_id  bigint not null,
  client_id      int    not null,
  merchant_id    int    not null,
  state          text   collate "C" not null,
  amount_minor   bigint not null, -- as asked for
  captured_minor bigint not null,
  lot_ids        bigint[] not null, -- what it holds of which lot, in the order it takes
  lot_minors     bigint[] not null,
  opened_at      timestamptz not null,
  expires_at     timestamptz not null,
  constraint hold_pkey primary key (lane, hold_id),
  constraint hold_state_known check (state in ('open', 'captured', 'released', 'expired')),
  constraint hold_captured_in_amount check (captured_minor between 0 and amount_minor),
  constraint hold_lots_paired check (cardinality(lot_ids) = cardinality(lot_minors))
);
create index hold_open_of_instrument on instruments.hold (lane, instrument_id) where state = 'open';

create table instruments.freeze (
  lane          int    not null,
  instrument_id bigint not null,
  freeze_id     bigint not null,
  owner         text   collate "C" not null,
  reason        text   not null,
  opened_at     timestamptz not null,
  lifted_at     timestamptz,
  constraint freeze_pkey primary key (lane, instrument_id, freeze_id),
  constraint freeze_owner_known check (owner in ('member', 'support', 'fraud', 'case', 'item'))
);

create table instruments.counter (
  lane           int    not null,
  subject        bigint not null, -- the instrument
  measure        text   collate "C" not null,
  starts_on      date   not null, -- first day of the month, in the programme's zone
  used_minor     bigint not null, -- in the month
  day            date   not null, -- the newest day of the month on which something was counted
  day_used_minor bigint not null, -- on that day; no earlier day is asked about again (R24)
  constraint counter_pkey primary key (lane, subject, measure, starts_on),
  constraint counter_measure_known check (measure in ('load', 'redeem')),
  constraint counter_used_not_negative check (used_minor >= 0 and day_used_minor >= 0)
) with (fillfactor = 70);
comment on table instruments.counter is 'What a limit has used in its period (R21).';

create table instruments.request (
  lane              int    not null,
  client_id         int    not null,
  request_id        text   collate "C" not null,
  home_key          text   collate "C" not null, -- the card as named, else the hold, else empty (R2)
  sequence          bigint not null, -- the order of decision in the lane
  kind              text   collate "C" not null,
  content           bytea  not null, -- keyed hash of the canonical operation (R3)
  arrived_at        timestamptz not null,
  decided_at        timestamptz not null,
  outcome           text   collate "C" not null, -- accepted, a refusal, or reversed_unseen
  instrument_id     bigint,
  product_id        int,
  seller_id         int,
  merchant_id       int,
  hold_id           bigint,
  amount_minor      bigint,
  balance_minor     bigint, -- what could be spent right after
  state             text   collate "C", -- of the instrument, right after
  first_transfer_id bigint, -- its transfers have consecutive ids
  transfer_count    int    not null,
  undone_minor      bigint not null, -- returned or reversed since
  is_reversed       boolean not null,
  facts             jsonb, -- what only some answers and reversals need: expiresAt, heldMinor, undone ...
  constraint request_pkey primary key (lane, client_id, request_id, home_key),
  constraint request_undone_not_negative check (undone_minor >= 0)
);
-- The id carries the lane. A lane in front would tempt the planner to look requests up by it on young tables.
create index request_of_instrument on instruments.request (instrument_id, sequence);
comment on table instruments.request is 'One attempt of one client, remembered with its outcome for ten years.';

create table instruments.exclusive_id (
  lane       int  not null, -- the id's lane, not the card's
  client_id  int  not null,
  request_id text collate "C" not null,
  home_key   text collate "C" not null,
  constraint exclusive_id_pkey primary key (lane, client_id, request_id)
);
comment on table instruments.exclusive_id is 'Ids of doors whose protocol forbids the same id with another card (R2).';

create table instruments.item (
  lane          int    not null,
  item_id       bigint not null,
  cause         text   collate "C" not null,
  client_id     int    not null,
  request_id    text   collate "C" not null,
  instrument_id bigint,
  amount_minor  bigint,
  opened_at     timestamptz not null,
  closed_at     timestamptz,
  closing_note  text,
  constraint item_pkey primary key (lane, item_id)
);
create index item_open on instruments.item (lane, item_id) where closed_at is null;
comment on table instruments.item is 'Work for a person: what the engine could not settle by itself.';
