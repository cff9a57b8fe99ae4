-- name: keepKeyCheck
-- The first server writes it; every other one finds it there.
insert into ledger.key_check (check_hash)
values (:checkHash)
on conflict on constraint key_check_pkey do nothing;

-- name: readKeyCheck
select key_check.check_hash
from ledger.key_check;
