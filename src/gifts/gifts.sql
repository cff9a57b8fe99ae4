-- name: readGate
-- What a sending is judged by, in its transaction: like an operation in its batch (R18, R19).
select version.version, epoch.epoch
from programmes.version
cross join suspensions.epoch;

-- name: readShops
select issuer_id, seller_id
from gifts.shop
order by issuer_id;

-- name: keepShop
insert into gifts.shop (issuer_id, seller_id)
values (:issuerId, :sellerId)
on conflict (issuer_id) do update
set seller_id = excluded.seller_id;

-- name: addSender
insert into gifts.sender (member_id)
values (:memberId)
on conflict do nothing;

-- name: lockSender
-- Sending and stopping all that was sent, one behind the other; every read follows in a new snapshot.
select stopped_at
from gifts.sender
where member_id = :memberId
for update;

-- name: stopSender
-- nullable: at
update gifts.sender
set stopped_at = :at
where member_id = :memberId;

-- name: findGiftByRequest
select gift_id, content
from gifts.gift
where sender_id = :senderId
  and request_id = :requestId;

-- name: countGiftsOfDay
-- notnull: gifts
select count(*) as gifts
from gifts.gift
where sender_id = :senderId
  and made_at > :since;

-- name: isReachable
-- notnull: isBlocked, isBounced
select
  exists (
    select 1
    from gifts.block
    where block.recipient_hash = :recipientHash
      and block.sender_id = :senderId
  ) as is_blocked,
  exists (
    select 1
    from gifts.gift
    where gift.recipient_hash = :recipientHash
      and gift.bounced_at > :bouncedSince
  ) as is_bounced;

-- name: insertGift
-- nullable: recipientHash, recipientSealed, motif, senderChangedAt, senderDeviceAt, senderNetwork, helperMember
insert into gifts.gift (
  issuer_id, sender_id, request_id, content, product_id, seller_id, tender_id, method_id, contract, plan,
  amount_minor, unit, channel, locale, recipient_hash, recipient_sealed, words_sealed, motif, has_picture,
  state, made_at, send_at, open_ms, expires_at, sender_changed_at, sender_device_at, sender_travelled,
  sender_network, helper_member, signs, is_in_wallet, resends, corrections
)
values (
  :issuerId, :senderId, :requestId, :content, :productId, :sellerId, :tenderId, :methodId, :contract, :plan,
  :amountMinor, :unit, :channel, :locale, :recipientHash, :recipientSealed, :wordsSealed, :motif, :hasPicture,
  'scheduled', :madeAt, :sendAt, :openMs, :expiresAt, :senderChangedAt, :senderDeviceAt, :senderTravelled,
  :senderNetwork, :helperMember, '', false, 0, 0
)
returning gift_id;

-- name: insertPicture
insert into gifts.picture (gift_id, media_type, bytes)
values (:giftId, :mediaType, :bytes);

-- name: findPicture
select media_type, bytes
from gifts.picture
where gift_id = :giftId;

-- name: lockGifts
-- In ascending order, in a statement of its own; payments are locked behind their gifts, never before.
select gift_id
from gifts.gift
where gift_id = any(:giftIds::bigint[])
order by gift_id
for update;

-- name: readGifts
select
  gift_id, issuer_id, sender_id, product_id, seller_id, tender_id, method_id, payment_id, contract, plan,
  amount_minor, unit, channel, locale, recipient_hash, recipient_sealed, words_sealed, motif, has_picture,
  state, made_at, send_at, open_ms, begun_at, sold_at, sent_at, opened_at, expires_at, code_name, code_sealed,
  sender_changed_at, sender_device_at, sender_travelled, sender_network, helper_member, claimed_at,
  claimant_id, claimant_network, receipt_hash, signs, waits_until, asks_until, charged_at, instrument_id, is_in_wallet,
  refusal, declined, repair_until, case_number, bounced_at, resends, corrections, ended_at
from gifts.gift
where gift_id = any(:giftIds::bigint[])
order by gift_id;

-- name: saveGifts
-- nullable: paymentIds, recipientHashes, recipientsSealed, begunAts, soldAts, sentAts, openedAts, codeNames, codesSealed
-- nullable: claimedAts, claimantIds, claimantNetworks, receiptHashes, waitsUntils, asksUntils, chargedAts, instrumentIds
-- nullable: refusals, declineds, repairUntils, caseNumbers, bouncedAts, endedAts
-- All that can change of a gift; its row is locked.
update gifts.gift
set
  tender_id = new.tender_id,
  method_id = new.method_id,
  payment_id = new.payment_id,
  contract = new.contract,
  plan = new.plan,
  recipient_hash = new.recipient_hash,
  recipient_sealed = new.recipient_sealed,
  state = new.state,
  begun_at = new.begun_at,
  sold_at = new.sold_at,
  sent_at = new.sent_at,
  opened_at = new.opened_at,
  expires_at = new.expires_at,
  code_name = new.code_name,
  code_sealed = new.code_sealed,
  claimed_at = new.claimed_at,
  claimant_id = new.claimant_id,
  claimant_network = new.claimant_network,
  receipt_hash = new.receipt_hash,
  signs = new.signs,
  waits_until = new.waits_until,
  asks_until = new.asks_until,
  charged_at = new.charged_at,
  instrument_id = new.instrument_id,
  is_in_wallet = new.is_in_wallet,
  refusal = new.refusal,
  declined = new.declined,
  repair_until = new.repair_until,
  case_number = new.case_number,
  bounced_at = new.bounced_at,
  resends = new.resends,
  corrections = new.corrections,
  ended_at = new.ended_at
from (
  select
    unnest(:giftIds::bigint[]) as gift_id,
    unnest(:tenderIds::int[]) as tender_id,
    unnest(:methodIds::bigint[]) as method_id,
    unnest(:paymentIds::bigint[]) as payment_id,
    unnest(:contracts::text[]) as contract,
    unnest(:plans::text[]) as plan,
    unnest(:recipientHashes::bytea[]) as recipient_hash,
    unnest(:recipientsSealed::bytea[]) as recipient_sealed,
    unnest(:states::text[]) as state,
    unnest(:begunAts::timestamptz[]) as begun_at,
    unnest(:soldAts::timestamptz[]) as sold_at,
    unnest(:sentAts::timestamptz[]) as sent_at,
    unnest(:openedAts::timestamptz[]) as opened_at,
    unnest(:expiresAts::timestamptz[]) as expires_at,
    unnest(:codeNames::text[]) as code_name,
    unnest(:codesSealed::bytea[]) as code_sealed,
    unnest(:claimedAts::timestamptz[]) as claimed_at,
    unnest(:claimantIds::text[]) as claimant_id,
    unnest(:claimantNetworks::bytea[]) as claimant_network,
    unnest(:receiptHashes::bytea[]) as receipt_hash,
    unnest(:signs::text[]) as signs,
    unnest(:waitsUntils::timestamptz[]) as waits_until,
    unnest(:asksUntils::timestamptz[]) as asks_until,
    unnest(:chargedAts::timestamptz[]) as charged_at,
    unnest(:instrumentIds::bigint[]) as instrument_id,
    unnest(:areInWallets::boolean[]) as is_in_wallet,
    unnest(:refusals::text[]) as refusal,
    unnest(:declineds::text[]) as declined,
    unnest(:repairUntils::timestamptz[]) as repair_until,
    unnest(:caseNumbers::text[]) as case_number,
    unnest(:bouncedAts::timestamptz[]) as bounced_at,
    unnest(:resends::int[]) as resends,
    unnest(:corrections::int[]) as corrections,
    unnest(:endedAts::timestamptz[]) as ended_at
) as new
where gift.gift_id = new.gift_id;

-- name: insertEvents
-- nullable: noticeNumbers
insert into gifts.event (gift_id, at, kind, actor, amount_minor, notice_number, facts)
select gift_id, at, kind, actor, amount_minor, notice_number, facts
from (
  select
    generate_subscripts(:giftIds::bigint[], 1) as place,
    unnest(:giftIds::bigint[]) as gift_id,
    unnest(:ats::timestamptz[]) as at,
    unnest(:kinds::text[]) as kind,
    unnest(:actors::text[]) as actor,
    unnest(:amountMinors::bigint[]) as amount_minor,
    unnest(:noticeNumbers::text[]) as notice_number,
    unnest(:facts::jsonb[]) as facts
) as new
order by new.place;

-- name: listEvents
-- nullable: ofGiftId, before
select
  event.event_id, event.gift_id, event.at, event.kind, event.actor, event.amount_minor, gift.unit,
  event.notice_number, event.facts
from gifts.event
join gifts.gift using (gift_id)
where gift.sender_id = :senderId
  and (:ofGiftId::bigint is null or event.gift_id = :ofGiftId::bigint)
  and (:before::bigint is null or event.event_id < :before::bigint)
order by event.event_id desc
limit :size::int;

-- name: findByCodes
select gift_id, code_name
from gifts.gift
where code_name = any(:codeNames::text[]);

-- name: listSent
-- nullable: before
select gift_id
from gifts.gift
where sender_id = :senderId
  and (:before::bigint is null or gift_id < :before::bigint)
order by gift_id desc
limit :size::int;

-- name: listReceived
-- What came to an address of this member, or was claimed by this member.
select gift_id
from (
  (
    select mailed.gift_id
    from gifts.gift as mailed
    where mailed.recipient_hash = :recipientHash
      and mailed.sent_at is not null
    order by mailed.gift_id desc
    limit :size::int
  )
  union
  (
    select claimed.gift_id
    from gifts.gift as claimed
    where claimed.claimant_id = :memberId
    order by claimed.claimed_at desc
    limit :size::int
  )
) as found
order by gift_id desc
limit :size::int;

-- name: listOpenOf
-- notnull: giftId
-- Of a sender: everything that is not over, however much it is, and the newest of what is.
select gift_id
from gifts.gift
where sender_id = :senderId
  and ended_at is null
union
(
  select over.gift_id
  from gifts.gift as over
  where over.sender_id = :senderId
    and over.ended_at is not null
    and over.made_at > :since
  order by over.gift_id desc
  limit :size::int
);

-- name: listToSend
select gift_id
from gifts.gift
where state = 'scheduled'
  and begun_at is null
  and send_at <= :at
order by send_at, gift_id
limit :size::int;

-- name: listToExpire
select gift_id
from gifts.gift
where state in ('sent', 'opened')
  and expires_at <= :at
order by expires_at, gift_id
limit :size::int;

-- name: listWaitsOver
select gift_id
from gifts.gift
where state = 'claimed'
  and coalesce(waits_until, asks_until) <= :at
order by coalesce(waits_until, asks_until), gift_id
limit :size::int;

-- name: listRepairsOver
select gift_id
from gifts.gift
where state = 'refused'
  and repair_until <= :at
order by repair_until, gift_id
limit :size::int;

-- name: listToIssue
-- Left by who has charged them: that process issues them itself, and at once.
select gift_id
from gifts.gift
where state = 'charged'
  and instrument_id is null
  and charged_at <= :before
order by charged_at, gift_id
limit :size::int;

-- name: readPastClaims
-- notnull: senderId, claimedAt, amountMinor
-- What the claimants of a batch have claimed lately, by member or, who is not signed in, by network; the newest.
select
  asked.place,
  claimed.sender_id,
  claimed.claimed_at,
  claimed.amount_minor
from (
  select
    unnest(:places::int[]) as place,
    unnest(:claimantIds::text[]) as claimant_id,
    unnest(:claimantNetworks::bytea[]) as claimant_network
) as asked
cross join lateral (
  (
    select gift.sender_id, gift.claimed_at, gift.amount_minor
    from gifts.gift
    where gift.claimant_id = asked.claimant_id
      and gift.claimed_at > :since
    order by gift.claimed_at desc
    limit 50
  )
  union all
  (
    select gift.sender_id, gift.claimed_at, gift.amount_minor
    from gifts.gift
    where gift.claimant_network = asked.claimant_network
      and asked.claimant_id = ''
      and gift.claimant_id is null
      and gift.claimed_at > :since
    order by gift.claimed_at desc
    limit 50
  )
) as claimed;

-- name: keepBlock
insert into gifts.block (recipient_hash, sender_id, at)
values (:recipientHash, :senderId, :at)
on conflict do nothing;

-- name: findByNotice
-- The newest mail of a gift to its recipient: an older one that comes back says nothing of the address now.
select event.gift_id
from gifts.event
where event.notice_number = :noticeNumber
  and event.facts ->> 'to' = 'recipient'
  and not exists (
    select 1
    from gifts.event as later
    where later.gift_id = event.gift_id
      and later.event_id > event.event_id
      and later.kind = 'address_corrected'
  );

-- name: forgetWords
-- What people wrote and to whom, when it is long over; the keyed hash of the address stays.
update gifts.gift
set words_sealed = null,
  recipient_sealed = null,
  code_sealed = null,
  code_name = null
from (
  select chosen.gift_id
  from gifts.gift as chosen
  where chosen.words_sealed is not null
    and chosen.ended_at < :before
  order by chosen.ended_at
  limit 500
) as old
where gift.gift_id = old.gift_id
  and gift.ended_at < :before;

-- name: forgetPictures
delete from gifts.picture
using gifts.gift
where gift.gift_id = picture.gift_id
  and gift.words_sealed is null
  and gift.ended_at < :before;
