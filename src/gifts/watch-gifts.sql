-- name: listMoved
-- Of those that somebody waits for: those for which neither the provider nor the engine is asked any more.
select gift_id
from gifts.gift
where gift_id = any(:giftIds::bigint[])
  and state <> 'charging'
  and (state <> 'charged' or instrument_id is not null)
  and (state <> 'scheduled' or begun_at is null);
