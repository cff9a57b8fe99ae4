-- breaking: no
-- Components, incidents, maintenance, and who wants to be told of them.

create schema incidents;

create table incidents.version (
  only_row boolean not null default true,
  version  bigint  not null default 1,
  constraint version_pkey primary key (only_row),
  constraint version_is_one_row check (only_row)
);
insert into incidents.version default values;
comment on table incidents.version is 'Moves with every change of what the public is told, in its transaction.';

create table incidents.system (
  system_id   int  generated always as identity,
  issuer_id   int  not null references programmes.issuer,
  key         text collate "C" not null,
  kind        text collate "C" not null,
  party_id    int, -- the aggregator, chain, seller or merchant; null: a system of the issuer itself
  name_ja     text not null,
  name_en     text not null,
  product_ids int[] not null default '{}', -- of a system of the issuer: what it serves; empty: all its products
  phases      text[] not null, -- what can be done there, and can fail
  position    int  not null default 0,
  is_shown    boolean not null default true,
  constraint system_pkey primary key (system_id),
  constraint system_key_once unique (issuer_id, key),
  constraint system_of_a_party_once unique (kind, party_id),
  constraint system_key_shape check (key ~ '^[a-z0-9][a-z0-9-]{0,59}$'),
  constraint system_kind_known check (kind in ('issuer', 'aggregator', 'chain', 'seller', 'merchant')),
  constraint system_of_issuer_has_no_party check ((kind = 'issuer') = (party_id is null)),
  constraint system_phases_known check (phases <@ array['buy', 'activate', 'redeem'] and cardinality(phases) > 0)
);
comment on table incidents.system is 'A system and its phases: the components of the public page.';

create table incidents.incident (
  incident_id   int  generated always as identity,
  issuer_id     int  not null references programmes.issuer,
  kind          text collate "C" not null,
  title_ja      text not null,
  title_en      text not null,
  impact        text collate "C" not null,
  state         text collate "C" not null, -- of the newest update
  started_at    timestamptz not null, -- maintenance: when it is to begin
  planned_until timestamptz, -- of maintenance
  next_look_at  timestamptz, -- when the public is told again
  opened_at     timestamptz not null,
  opened_by     text not null,
  resolved_at   timestamptz,
  constraint incident_pkey primary key (incident_id),
  constraint incident_kind_known check (kind in ('incident', 'maintenance')),
  constraint incident_impact_known check (impact in ('none', 'minor', 'major', 'critical')),
  constraint incident_state_of_its_kind check (
    state = any (case kind
      when 'incident' then array['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']
      else array['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'] end)
  ),
  constraint incident_over_when_resolved check (
    (resolved_at is not null) = (state in ('resolved', 'postmortem', 'completed', 'cancelled'))
  ),
  constraint maintenance_has_an_end check ((kind = 'maintenance') = (planned_until is not null)),
  constraint maintenance_ends_later check (planned_until > started_at)
);
create index incident_newest on incidents.incident (started_at desc);

create table incidents.affected (
  incident_id  int  not null references incidents.incident,
  system_id    int  not null references incidents.system,
  phase        text collate "C" not null,
  status       text collate "C" not null,
  started_at   timestamptz not null,
  recovered_at timestamptz, -- null: not yet
  constraint affected_pkey primary key (incident_id, system_id, phase),
  constraint affected_status_known check (
    status in ('degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance')
  ),
  constraint affected_recovers_later check (recovered_at >= started_at)
);
comment on table incidents.affected is 'A component inside an incident, with its own start and recovery.';

create table incidents.update (
  update_id   int  generated always as identity,
  incident_id int  not null references incidents.incident,
  state       text collate "C" not null,
  body_ja     text not null,
  body_en     text not null,
  changed     jsonb not null default '[]', -- components and their status before and after
  shown_at    timestamptz not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  corrects_id int references incidents.update, -- the update that this one puts right; both stay visible
  constraint update_pkey primary key (update_id),
  constraint update_corrected_once unique (corrects_id)
);
create index update_of_incident on incidents.update (incident_id, update_id);

create table incidents.seen_minute (
  issuer_id int  not null,
  chain_id  int  not null, -- 0: the seller has no chain
  seller_id int  not null, -- 0: counted with its chain
  phase     text collate "C" not null,
  kind      text collate "C" not null,
  cause     text collate "C" not null, -- of a refusal, else empty
  minute    timestamptz not null,
  seen      int  not null,
  constraint seen_minute_pkey primary key (minute, issuer_id, chain_id, seller_id, phase, kind, cause),
  constraint seen_minute_kind_known check (kind in ('approved', 'refused', 'timed_out', 'signed_off', 'signed_on'))
);
comment on table incidents.seen_minute is 'What was seen in a minute, of some hours: a jump is found here.';

create table incidents.seen_hour (
  issuer_id  int  not null,
  chain_id   int  not null,
  seller_id  int  not null,
  phase      text collate "C" not null,
  hour       timestamptz not null,
  approved   int  not null default 0,
  failed     int  not null default 0, -- refused and timed out
  signed_off int  not null default 0,
  constraint seen_hour_pkey primary key (hour, issuer_id, chain_id, seller_id, phase)
);
comment on table incidents.seen_hour is 'The same by the hour, of five weeks: what is usual at this hour of this day.';

create table incidents.proposal (
  proposal_id int  generated always as identity,
  issuer_id   int  not null references programmes.issuer,
  sign        text collate "C" not null,
  phase       text collate "C" not null,
  system_ids  int[] not null, -- the smallest part of the dependency chain that covers what is seen
  since       timestamptz not null,
  found_at    timestamptz not null,
  figures     jsonb not null, -- what was seen beside what is usual, by place
  state       text collate "C" not null default 'open',
  decided_by  text,
  note        text, -- why it was dismissed
  decided_at  timestamptz,
  incident_id int references incidents.incident,
  constraint proposal_pkey primary key (proposal_id),
  constraint proposal_sign_known check (sign in ('failures', 'sign_offs', 'silence')),
  constraint proposal_state_known check (state in ('open', 'confirmed', 'dismissed')),
  constraint proposal_decided_by_somebody check (
    (state = 'open') = (decided_at is null) and num_nulls(decided_by, decided_at) in (0, 2)
  ),
  constraint proposal_confirmed_as_incident check ((state = 'confirmed') = (incident_id is not null))
);
create unique index proposal_open_once on incidents.proposal (issuer_id, sign, phase) where state = 'open';

create table incidents.subscription (
  subscription_id bigint generated always as identity,
  channel         text collate "C" not null,
  address_hash    bytea not null, -- keyed hash of the address as one inbox
  address_sealed  bytea, -- null: erased, nobody wants to be told any more
  secret_sealed   bytea, -- signs what a webhook is sent
  locale          text collate "C" not null,
  state           text collate "C" not null,
  number_hash     bytea, -- keyed hash of the number that confirms
  number_sealed   bytea, -- the number itself, until a webhook has been sent it
  confirm_at      timestamptz, -- when a webhook is sent it (again); null: not, or not any more
  confirm_attempts int not null default 0,
  asked_at        timestamptz not null,
  confirmed_at    timestamptz,
  ended_at        timestamptz,
  constraint subscription_pkey primary key (subscription_id),
  constraint subscription_channel_known check (channel in ('mail', 'webhook')),
  constraint subscription_state_known check (state in ('asked', 'active', 'ended')),
  constraint subscription_ended_is_erased check (
    (state = 'ended') = (address_sealed is null)
    and (state <> 'ended' or num_nonnulls(secret_sealed, number_sealed, confirm_at) = 0)
  ),
  constraint subscription_confirm_has_its_number check (confirm_at is null or number_sealed is not null)
);
create index subscription_of_address on incidents.subscription (address_hash);
create index subscription_to_confirm on incidents.subscription (confirm_at) where confirm_at is not null;
create unique index subscription_by_number on incidents.subscription (number_hash) where state = 'asked';

create table incidents.subscribed (
  subscription_id bigint not null references incidents.subscription on delete cascade,
  system_id       int    not null references incidents.system,
  phase           text collate "C" not null,
  constraint subscribed_pkey primary key (subscription_id, system_id, phase)
);
comment on table incidents.subscribed is 'The components that a subscriber is told of; none: all of them.';

create table incidents.asked_address (
  address_hash bytea not null,
  asked_at     timestamptz not null, -- when a confirmation was last sent
  is_confirmed boolean not null default false,
  constraint asked_address_pkey primary key (address_hash)
);
comment on table incidents.asked_address is 'Who was asked to confirm: nobody is asked again while he can answer.';

create table incidents.asked_host (
  host_hash bytea not null, -- keyed hash of a mail domain or of the origin of a webhook
  asked     int   not null,
  since     timestamptz not null, -- the first of them; an hour later they count anew
  constraint asked_host_pkey primary key (host_hash)
);
create index asked_host_oldest on incidents.asked_host (since);
comment on table incidents.asked_host is 'How many messages to confirm one mail domain or origin was sent in an hour.';

create table incidents.telling (
  telling_id bigint generated always as identity,
  issuer_id  int  not null references programmes.issuer,
  subject    text collate "C" not null, -- an update of an incident, or a phase of a suspension
  components text[] not null, -- system id, a full stop, phase
  content    jsonb not null,
  made_at    timestamptz not null,
  cursor     bigint not null default 0, -- the last subscription that was told
  done_at    timestamptz,
  constraint telling_pkey primary key (telling_id),
  constraint telling_subject_once unique (subject)
);
create index telling_under_way on incidents.telling (telling_id) where done_at is null;

create table incidents.delivery (
  telling_id      bigint not null references incidents.telling,
  subscription_id bigint not null references incidents.subscription on delete cascade,
  attempts        int  not null default 0,
  next_at         timestamptz, -- null: delivered, or given up
  delivered_at    timestamptz,
  last_error      text,
  constraint delivery_pkey primary key (subscription_id, telling_id)
);
create index delivery_due on incidents.delivery (next_at) where next_at is not null;
comment on table incidents.delivery is 'One message to one webhook; mail is sent as notices.';
