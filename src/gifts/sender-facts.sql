-- name: keepSenderFacts
-- nullable: changedAt, deviceAt
-- What is known of the sender's account now that it did something with a gift that was sent before.
update gifts.gift
set
  sender_changed_at = :changedAt::timestamptz,
  sender_device_at = :deviceAt::timestamptz,
  sender_travelled = :hasTravelled
where gift_id = :giftId;

-- name: findSender
-- nullable: stoppedAt
-- Without a lock: what it says may be over in the next moment.
select stopped_at
from gifts.sender
where member_id = :memberId;
