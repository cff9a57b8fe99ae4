-- name: readHouseAccounts
select
  house_account.account_id,
  house_account.issuer_id,
  house_account.kind,
  house_account.party_id,
  house_account.unit,
  house_account.floor_minor
from ledger.house_account;

-- name: ensureHouseAccounts
-- nullable: floorMinors
-- Names accounts; the balances of the lanes are opened by their first transfer.
insert into ledger.house_account (issuer_id, kind, party_id, unit, floor_minor)
select issuer_id, kind, party_id, unit, floor_minor
from (
  select
    unnest(:issuerIds::int[]) as issuer_id,
    unnest(:kinds::text[]) as kind,
    unnest(:partyIds::int[]) as party_id,
    unnest(:units::text[]) as unit,
    unnest(:floorMinors::bigint[]) as floor_minor
) as new
on conflict on constraint house_account_once do nothing;

-- name: countLanes
-- notnull: lanes
select count(*) as lanes
from ledger.lane;

-- name: makeLanes
-- Once, when a database is made: their number is fixed for good.
insert into ledger.lane (lane)
select generate_series(0, :count::int - 1)
where not exists (select from ledger.lane);
