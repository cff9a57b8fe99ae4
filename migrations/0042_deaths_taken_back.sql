-- breaking: no
-- A death that was told of somebody who lives is taken back by two of the staff: what it stopped is given back, and the record stays.

alter table wallets.death
  add column estate        text collate "C", -- the number under which the wallet is stopped; null: by the member's id alone
  add column taken_back_at timestamptz,      -- the owner lives
  add column given_back_at timestamptz,      -- everything is unfrozen
  add constraint death_given_back_when_taken_back check (given_back_at is null or taken_back_at is not null);

alter table wallets.entry
  drop constraint entry_kind_known,
  add constraint entry_kind_known check (
    kind in (
      'added', 'moved', 'gift', 'returned', 'barcode', 'stopped', 'lifted', 'helper_invited', 'helper_accepted',
      'helper_ended', 'helping_began', 'helping_ended', 'copy_made', 'closing_asked', 'closing_cancelled', 'died',
      'helper_gave', 'helping_gave', 'death_taken_back'
    )
  );
