-- breaking: no
-- Gifts: value on its way from a sender to a recipient, and everything that happened to it.

create schema gifts;

create table gifts.shop (
  issuer_id int not null references programmes.issuer,
  seller_id int not null references programmes.seller,
  constraint shop_pkey primary key (issuer_id)
);
comment on table gifts.shop is 'The issuer''s own shop: what it offers can be sent as a gift.';

create table gifts.sender (
  member_id  text collate "C" not null,
  stopped_at timestamptz, -- a case of this member is open: nothing is sent
  constraint sender_pkey primary key (member_id)
);
comment on table gifts.sender is 'Locked by whoever sends in a member''s name, and by what stops all of it.';

create table gifts.gift (
  gift_id           bigint generated always as identity,
  issuer_id         int    not null references programmes.issuer,
  sender_id         text   collate "C" not null,
  request_id        text   collate "C" not null, -- of the form: the same again is the same gift
  content           bytea  not null, -- keyed hash of what was asked for (R3)
  product_id        int    not null,
  seller_id         int    not null,
  tender_id         int    not null,
  method_id         bigint not null,
  payment_id        bigint,
  contract          text   collate "C" not null, -- what pays, as the limits know it: a keyed name, not a number
  plan              text   collate "C" not null,
  amount_minor      bigint not null,
  unit              text   collate "C" not null,
  channel           text   collate "C" not null,
  locale            text   collate "C" not null, -- of the recipient
  recipient_hash    bytea, -- keyed; null: not by mail
  recipient_sealed  bytea, -- null: not by mail, or forgotten
  words_sealed      bytea, -- names and message; null: forgotten
  motif             text   collate "C",
  has_picture       boolean not null,
  state             text   collate "C" not null,
  made_at           timestamptz not null,
  send_at           timestamptz not null,
  open_ms           bigint not null, -- so long it can be claimed
  begun_at          timestamptz, -- its payment was asked for, for sending
  sold_at           timestamptz, -- what it is judged by (R24): when its sending began
  sent_at           timestamptz,
  opened_at         timestamptz,
  expires_at        timestamptz not null,
  code_name         text   collate "C", -- keyed hash of the claim code; null: there is none, or it is dead
  code_sealed       bytea,
  sender_changed_at timestamptz, -- of the account, when it was made
  sender_device_at  timestamptz, -- when its device was new
  sender_travelled  boolean not null,
  sender_network    bytea, -- keyed hash
  claimed_at        timestamptz,
  claimant_id       text   collate "C", -- null: not signed in
  claimant_network  bytea, -- keyed hash
  receipt_hash      bytea, -- of the secret of the claimant's browser
  signs             text   collate "C" not null, -- what spoke against paying it at once
  waits_until       timestamptz,
  asks_until        timestamptz,
  charged_at        timestamptz,
  instrument_id     bigint,
  is_in_wallet      boolean not null,
  refusal           text   collate "C",
  declined          text   collate "C",
  repair_until      timestamptz,
  case_number       text   collate "C",
  bounced_at        timestamptz,
  resends           int    not null,
  corrections       int    not null,
  ended_at          timestamptz,
  constraint gift_pkey primary key (gift_id),
  constraint gift_once unique (sender_id, request_id),
  constraint gift_code_once unique (code_name),
  constraint gift_amount_positive check (amount_minor > 0),
  constraint gift_channel_known check (channel in ('mail', 'link', 'print')),
  constraint gift_mail_has_a_recipient check (channel <> 'mail' or recipient_hash is not null),
  constraint gift_locale_known check (locale in ('ja', 'en')),
  constraint gift_plan_known check (
    plan in ('authorise_then_capture', 'authorise_at_claim', 'charge_at_sending')
  ),
  constraint gift_state_known check (state in (
    'scheduled', 'sent', 'opened', 'claimed', 'charging', 'charged', 'cancelled', 'expired', 'refused'
  )),
  constraint gift_open_for_some_time check (open_ms > 0 and expires_at > send_at),
  constraint gift_out_was_sent check (state not in ('sent', 'opened') or sent_at is not null),
  constraint gift_paid_was_claimed check (
    state not in ('claimed', 'charging', 'charged') or num_nulls(claimed_at, receipt_hash) = 0
  ),
  constraint gift_waits_for_an_instant check (
    state <> 'claimed' or num_nonnulls(waits_until, asks_until) = 1
  ),
  constraint gift_charged_at_an_instant check (state <> 'charged' or charged_at is not null),
  constraint gift_issued_was_charged check (instrument_id is null or charged_at is not null),
  constraint gift_code_only_when_it_was_out check (code_name is null or sent_at is not null),
  constraint gift_code_is_whole check (num_nulls(code_name, code_sealed) in (0, 2)),
  constraint gift_refused_says_why check ((state = 'refused') = (refusal is not null)),
  constraint gift_over_at_an_instant check (
    (ended_at is not null) = (state in ('charged', 'cancelled', 'expired', 'refused'))
  ),
  constraint gift_resends_bounded check (resends between 0 and 5),
  constraint gift_corrections_bounded check (corrections between 0 and 3)
);
create index gift_of_sender on gifts.gift (sender_id, gift_id);
create index gift_of_recipient on gifts.gift (recipient_hash, gift_id) where recipient_hash is not null;
create index gift_of_claimant on gifts.gift (claimant_id, claimed_at) where claimant_id is not null;
create index gift_of_network on gifts.gift (claimant_network, claimed_at) where claimant_network is not null;
create index gift_to_send on gifts.gift (send_at, gift_id) where state = 'scheduled' and begun_at is null;
create index gift_to_expire on gifts.gift (expires_at, gift_id) where state in ('sent', 'opened');
create index gift_waiting on gifts.gift ((coalesce(waits_until, asks_until)), gift_id) where state = 'claimed';
create index gift_to_issue on gifts.gift (charged_at, gift_id) where state = 'charged' and instrument_id is null;
create index gift_to_forget on gifts.gift (ended_at) where words_sealed is not null and ended_at is not null;
comment on table gifts.gift is 'Value on its way from a sender to a recipient, and how far it has come.';

create table gifts.picture (
  gift_id    bigint not null references gifts.gift,
  media_type text   collate "C" not null,
  bytes      bytea  not null,
  constraint picture_pkey primary key (gift_id),
  constraint picture_type_known check (media_type in ('image/png', 'image/jpeg', 'image/webp')),
  constraint picture_bounded check (length(bytes) between 1 and 1048576)
);

create table gifts.event (
  event_id      bigint generated always as identity,
  gift_id       bigint not null references gifts.gift,
  at            timestamptz not null,
  kind          text   collate "C" not null,
  actor         text   collate "C" not null,
  amount_minor  bigint not null,
  notice_number text   collate "C",
  facts         jsonb  not null,
  constraint event_pkey primary key (event_id),
  constraint event_actor_known check (actor in ('sender', 'recipient', 'case', 'provider', 'server')),
  constraint event_told_by_a_notice check (kind <> 'told' or notice_number is not null)
);
create index event_of_gift on gifts.event (gift_id, event_id);
create index event_of_notice on gifts.event (notice_number) where notice_number is not null;
comment on table gifts.event is 'What happened to a gift, in its order: rows are only added, from the first minute on.';

create table gifts.block (
  recipient_hash bytea not null, -- keyed
  sender_id      text  collate "C" not null,
  at             timestamptz not null,
  constraint block_pkey primary key (recipient_hash, sender_id)
);
comment on table gifts.block is 'Who does not want gifts of whom.';
