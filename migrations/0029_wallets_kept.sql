-- breaking: no
-- Wallets that are used for years: what is empty neither fills them nor is asked for at every look, and what comes
-- into a stopped wallet is frozen, too.

alter table wallets.holding
  add column emptied_at   timestamptz, -- null: in use. It is looked at again: a shop may give back
  add column is_to_freeze boolean not null default false; -- came while a case stopped the wallet
create index holding_in_use on wallets.holding (member_id, holding_id)
  where ended_at is null and emptied_at is null;
create index holding_emptied on wallets.holding (member_id, emptied_at)
  where ended_at is null and emptied_at is not null;
create index holding_to_freeze on wallets.holding (holding_id) where is_to_freeze and ended_at is null;

-- Attempts at addresses that nobody has are forgotten earlier than those of members.
create index sign_in_strangers on members.sign_in (at) where member_id is null;
