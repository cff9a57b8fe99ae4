-- breaking: no
-- Who sent a gift from the account of whoever is helped: where that account is stopped, what it sent for others stops too.

alter table gifts.gift add column helper_member text collate "C"; -- null: sent by its sender
create index gift_by_helper on gifts.gift (helper_member, gift_id) where helper_member is not null;
update gifts.gift
set helper_member = helper.helper_member
from gifts.event, wallets.helper
where event.gift_id = gift.gift_id
  and event.kind = 'made'
  and event.actor = 'helper'
  and helper.helper_id = event.facts ->> 'helper';
