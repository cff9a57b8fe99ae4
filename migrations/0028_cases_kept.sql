-- breaking: no
-- Cases: what was seen is collected behind the stop, and is erased in every case that is long over, once each.
-- A member is also found by an address that was its own.

alter table cases.step drop constraint step_kind_known;
alter table cases.step add constraint step_kind_known check (kind in ('freeze', 'collect', 'unfreeze', 'take_back'));

alter table cases.record add column erased_at timestamptz; -- what was seen and said of people is forgotten
create index record_to_erase on cases.record (closed_at, case_id) where closed_at is not null and erased_at is null;

create index former_address_email on members.former_address (email);
