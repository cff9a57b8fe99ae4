-- breaking: no
-- What the sweep of expired value looks through, and whose work an item is.

-- The index names only what an ordinary redemption leaves as it is. With `where remaining_minor > 0` it
-- would be smaller, but every redemption would then write a new version of the lot into each index: an
-- update stays on its page (HOT) only while no column of any index, nor of its condition, changes.
create index lot_by_expiry on instruments.lot (lane, expires_at, lot_id) where expires_at is not null;

-- Holds whose time has come. An update of a hold that leaves it open changes no column of it.
create index hold_open_by_expiry on instruments.hold (lane, expires_at, hold_id) where state = 'open';

alter table instruments.item add column issuer_id int not null; -- whose person settles it

create index item_of_request on instruments.item (lane, client_id, request_id); -- an advice comes more than once
