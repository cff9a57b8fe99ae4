-- breaking: no
-- A helper may send gifts from the account of the member who is helped, up to an amount a day, where that member allows it.

alter table wallets.helper
  add column give_day_max_minor bigint not null default 0, -- 0: may send none
  add constraint helper_give_max_not_negative check (give_day_max_minor >= 0);
alter table wallets.helper_day
  add column given_minor bigint not null default 0, -- also what was cancelled since
  add constraint helper_day_given_not_negative check (given_minor >= 0);
alter table wallets.entry drop constraint entry_kind_known;
alter table wallets.entry add constraint entry_kind_known check (kind in (
  'added', 'moved', 'gift', 'returned', 'barcode', 'stopped', 'lifted', 'helper_invited', 'helper_accepted',
  'helper_ended', 'helping_began', 'helping_ended', 'copy_made', 'closing_asked', 'closing_cancelled', 'died',
  'helper_gave', 'helping_gave'
));
alter table gifts.event drop constraint event_actor_known;
alter table gifts.event add constraint event_actor_known check (actor in (
  'sender', 'recipient', 'case', 'provider', 'server', 'helper'
));
