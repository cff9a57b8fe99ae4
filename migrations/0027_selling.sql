-- breaking: no
-- What selling and stopping still lacked.

-- A suspension that is over counts for nothing any more, and a process need not know it for ever.
alter table suspensions.suspension add column over_from timestamptz;
comment on column suspensions.suspension.over_from is
  'From when its newest phase lifts it; null: nothing does.';
update suspensions.suspension
set over_from = newest.starts_at
from suspensions.phase as newest
where newest.suspension_id = suspension.suspension_id
  and newest.effect = 'lifted'
  and not exists (
    select
    from suspensions.phase as later
    where later.suspension_id = newest.suspension_id
      and later.phase_no > newest.phase_no
  );
create index suspension_over on suspensions.suspension (issuer_id, over_from, suspension_id);
