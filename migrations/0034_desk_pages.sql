-- breaking: no
-- A picture with a report of phishing, drawn anew and sealed; and where a list of phishing hosts came from.

alter table checks.report add column picture_sealed bytea;
alter table checks.report add constraint phishing_picture_bounded
  check (octet_length(picture_sealed) <= 1400000);
comment on column checks.report.picture_sealed is
  'What the reporter saw, drawn anew by us and sealed: shown to the desk alone, erased with the rest.';

create table checks.host_list (
  list_id bigint not null generated always as identity,
  issuer_id integer not null references programmes.issuer (issuer_id),
  source text not null,
  hosts integer not null,
  urls integer not null,
  refused integer not null,
  first_on date not null,
  last_on date not null,
  imported_at timestamptz not null,
  imported_by text not null,
  constraint host_list_pkey primary key (list_id),
  constraint host_list_source_bounded check (length(source) between 1 and 200),
  constraint host_list_counted check (hosts > 0 and urls >= hosts and refused >= 0),
  constraint host_list_in_order check (first_on <= last_on)
);
comment on table checks.host_list is
  'Each list of phishing hosts that a person has brought in: what it was called, and when.';
create index host_list_of_issuer on checks.host_list (issuer_id, list_id);
