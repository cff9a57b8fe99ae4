-- breaking: no
-- "Is this from you?": the senders, hosts and numbers that are really used, hosts known for phishing, and what was reported.

create schema checks;

create table checks.owner (
  owner_id  int  generated always as identity,
  issuer_id int  not null references programmes.issuer,
  key       text collate "C" not null,
  name_ja   text not null,
  name_en   text not null,
  words     text[] not null default '{}', -- its brands, as they stand in the names of forged hosts
  constraint owner_pkey primary key (owner_id),
  constraint owner_key_once unique (issuer_id, key),
  constraint owner_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  constraint owner_words_bounded check (cardinality(words) <= 50)
);
comment on table checks.owner is 'Whose channels are registered: the issuer itself, and other companies that it vouches for.';

create table checks.channel (
  owner_id    int  not null references checks.owner,
  kind        text collate "C" not null,
  value       text not null, -- in its normal form
  is_numbered boolean not null default false, -- every message by it has a notice number
  constraint channel_pkey primary key (owner_id, kind, value),
  constraint channel_kind_known check (
    kind in ('mail_address', 'mail_domain', 'web_host', 'phone', 'short_code', 'sender_name')
  ),
  constraint channel_value_bounded check (length(value) between 1 and 254)
);
comment on table checks.channel is 'A sender, host or number that is really used.';

create table checks.known_host (
  issuer_id int  not null references programmes.issuer,
  host      text collate "C" not null,
  first_on  date not null,
  last_on   date not null,
  brand     text not null, -- whose name was taken, as the list says
  url_count int  not null,
  constraint known_host_pkey primary key (host, issuer_id),
  constraint known_host_in_order check (first_on <= last_on),
  constraint known_host_counted check (url_count > 0)
);
comment on table checks.known_host is 'Hosts of phishing, from lists that operators import: an opinion, never a proof.';

create table checks.report (
  report_id      bigint generated always as identity,
  number         text   collate "C" not null, -- PH-XXXX-XXXX: what the customer notes down
  issuer_id      int    not null,
  product_id     int, -- what the message names
  seller_id      int,
  reporter_hash  bytea  not null, -- keyed: tells many from one, not who
  verdict        text   collate "C" not null,
  reasons        text[] not null,
  hosts          text[] not null,
  seen_sealed    bytea, -- null: erased
  contact_sealed bytea,
  reported_at    timestamptz not null,
  closed_at      timestamptz,
  closed_by      text,
  closing_note   text,
  constraint phishing_report_pkey primary key (report_id),
  constraint phishing_report_number_once unique (number),
  constraint phishing_verdict_known check (verdict in ('ours', 'not_ours', 'cannot_tell')),
  constraint phishing_reasons_bounded check (cardinality(reasons) <= 50 and cardinality(hosts) <= 20),
  constraint phishing_report_closed_whole check (num_nulls(closed_at, closed_by, closing_note) in (0, 3))
);
create index phishing_report_of_issuer on checks.report (issuer_id, report_id);
create index phishing_report_of_reporter on checks.report (reporter_hash, reported_at);
create index phishing_report_of_product on checks.report (product_id, reported_at) where product_id is not null;
create index phishing_report_of_seller on checks.report (seller_id, reported_at) where seller_id is not null;
create index phishing_report_to_erase on checks.report (reported_at) where seen_sealed is not null;
comment on table checks.report is 'Messages that customers hold for forged, for the fraud desk.';

create table checks.proposal (
  proposal_id   int generated always as identity,
  issuer_id     int not null,
  product_id    int,
  seller_id     int,
  reporters     int not null, -- how many different ones there were when it was proposed
  proposed_at   timestamptz not null,
  decided_at    timestamptz,
  decided_by    text,
  suspension_id int, -- null: dismissed
  note          text,
  constraint proposal_pkey primary key (proposal_id),
  constraint proposal_names_one_thing check (num_nonnulls(product_id, seller_id) = 1),
  constraint proposal_decided_whole check (num_nulls(decided_at, decided_by, note) in (0, 3)),
  constraint proposal_suspends_when_decided check (suspension_id is null or decided_at is not null)
);
create unique index proposal_open_once on checks.proposal (issuer_id, coalesce(product_id, 0), coalesce(seller_id, 0))
where decided_at is null;
create index proposal_newest on checks.proposal (issuer_id, proposal_id);
comment on table checks.proposal is 'Many reports name one product or seller: a person decides whether the switch is thrown.';
