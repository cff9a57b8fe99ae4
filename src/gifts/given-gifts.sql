-- name: listOpenGiven
-- notnull: giftId
-- The same of what a member has sent for others, as a helper.
select gift_id
from gifts.gift
where helper_member = :helperMember
  and ended_at is null
union
(
  select over.gift_id
  from gifts.gift as over
  where over.helper_member = :helperMember
    and over.ended_at is not null
    and over.made_at > :since
  order by over.gift_id desc
  limit :size::int
);

-- name: listGiven
-- What a member has sent for others.
select gift_id
from gifts.gift
where helper_member = :helperMember
  and gift_id = any(:giftIds::bigint[])
order by gift_id;
