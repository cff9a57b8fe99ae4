-- name: sumHistory
-- notnull: unit, chargedMinor, givenBackMinor
-- What a sender's history adds up to: each line that money has moved by, of every gift, also of those that are over.
select
  gift.unit,
  coalesce(sum(event.amount_minor) filter (where event.kind = 'charged'), 0)::bigint as charged_minor,
  coalesce(sum(event.amount_minor) filter (where event.kind = 'refunded'), 0)::bigint as given_back_minor
from gifts.gift
join gifts.event using (gift_id)
where gift.sender_id = :senderId
  and event.kind in ('charged', 'refunded')
group by gift.unit
order by gift.unit;
