-- name: readOwners
select owner_id, issuer_id, key, name_ja, name_en, words
from checks.owner
order by owner_id
limit :most::int;

-- name: readChannels
select owner_id, kind, value, is_numbered
from checks.channel
order by owner_id, kind, value
limit :most::int;

-- name: saveOwner
insert into checks.owner (issuer_id, key, name_ja, name_en, words)
values (:issuerId, :key, :nameJa, :nameEn, :words)
on conflict (issuer_id, key) do update
set name_ja = excluded.name_ja, name_en = excluded.name_en, words = excluded.words
returning owner_id;

-- name: removeChannels
delete from checks.channel
where owner_id = :ownerId;

-- name: insertChannels
insert into checks.channel (owner_id, kind, value, is_numbered)
select :ownerId, wanted.kind, wanted.value, wanted.is_numbered
from (
  select
    unnest(:kinds::text[]) as kind,
    unnest(:values::text[]) as value,
    unnest(:areNumbered::boolean[]) as is_numbered
) as wanted;

-- name: saveKnownHosts
-- The same list again changes nothing but the counts of what is new in it.
insert into checks.known_host (issuer_id, host, first_on, last_on, brand, url_count)
select :issuerId, wanted.host, wanted.first_on, wanted.last_on, wanted.brand, wanted.url_count
from (
  select
    unnest(:hosts::text[]) as host,
    unnest(:firstOns::date[]) as first_on,
    unnest(:lastOns::date[]) as last_on,
    unnest(:brands::text[]) as brand,
    unnest(:urlCounts::int[]) as url_count
) as wanted
on conflict (host, issuer_id) do update
set
  first_on = least(known_host.first_on, excluded.first_on),
  last_on = greatest(known_host.last_on, excluded.last_on),
  brand = excluded.brand,
  url_count = greatest(known_host.url_count, excluded.url_count);

-- name: insertHostList
insert into checks.host_list (
  issuer_id, source, hosts, urls, refused, first_on, last_on, imported_at, imported_by
)
values (
  :issuerId, :source, :hosts, :urls, :refused, :firstOn::text::date, :lastOn::text::date, :importedAt, :importedBy
);

-- name: listHostLists
-- notnull: firstOn, lastOn
select
  list_id, source, hosts, urls, refused, to_char(first_on, 'YYYY-MM-DD') as first_on,
  to_char(last_on, 'YYYY-MM-DD') as last_on, imported_at, imported_by
from checks.host_list
where issuer_id = :issuerId
order by list_id desc
limit :size::int;

-- name: countKnownHosts
-- notnull: hosts
select count(*)::int as hosts
from checks.known_host
where issuer_id = :issuerId;

-- name: findKnownHosts
-- notnull: firstOn
-- nullable: issuerId
select host, to_char(first_on, 'YYYY-MM-DD') as first_on, brand
from checks.known_host
where host = any(:hosts::text[])
  and (:issuerId::int is null or issuer_id = :issuerId::int)
order by host
limit 100;

-- name: insertReport
-- One asker may report so often a day and no more; nothing is written beyond that.
-- nullable: productId, sellerId, contactSealed, pictureSealed
insert into checks.report (
  number, issuer_id, product_id, seller_id, reporter_hash, verdict, reasons, hosts,
  seen_sealed, contact_sealed, picture_sealed, reported_at
)
select
  :number, :issuerId::int, :productId::int, :sellerId::int, :reporterHash, :verdict, :reasons::text[], :hosts::text[],
  :seenSealed, :contactSealed::bytea, :pictureSealed::bytea, :reportedAt
where (
  select count(*)
  from checks.report
  where reporter_hash = :reporterHash
    and reported_at > :since
) < :most::int
returning report_id;

-- name: countReporters
-- How many different ones named it since then.
-- notnull: ofProduct, ofSeller
-- nullable: productId, sellerId
select
  count(distinct reporter_hash) filter (where product_id = :productId::int)::int as of_product,
  count(distinct reporter_hash) filter (where seller_id = :sellerId::int)::int as of_seller
from checks.report
where issuer_id = :issuerId
  and reported_at > :since
  and (product_id = :productId::int or seller_id = :sellerId::int);

-- name: insertProposal
-- What is proposed and not decided, or was decided within the window, is not proposed again.
-- nullable: productId, sellerId
insert into checks.proposal (issuer_id, product_id, seller_id, reporters, proposed_at)
select :issuerId::int, :productId::int, :sellerId::int, :reporters::int, :proposedAt::timestamptz
where not exists (
  select 1
  from checks.proposal
  where issuer_id = :issuerId::int
    and product_id is not distinct from :productId::int
    and seller_id is not distinct from :sellerId::int
    and (decided_at is null or decided_at > :since)
)
on conflict do nothing
returning proposal_id;

-- name: listReports
-- notnull: hasPicture
-- nullable: productId, sellerId, seenSealed, contactSealed, closedAt, closedBy, closingNote
select
  report_id, number, product_id, seller_id, verdict, reasons, hosts, seen_sealed, contact_sealed,
  picture_sealed is not null as has_picture, reported_at, closed_at, closed_by, closing_note
from checks.report
where issuer_id = :issuerId
  and report_id < :before
  and (not :isOpenOnly::boolean or closed_at is null)
order by report_id desc
limit :size::int;

-- name: readReportPicture
-- notnull: pictureSealed
select picture_sealed
from checks.report
where number = :number
  and issuer_id = :issuerId
  and picture_sealed is not null;

-- name: closeReport
update checks.report
set closed_at = :closedAt, closed_by = :closedBy, closing_note = :closingNote
where number = :number
  and issuer_id = :issuerId
  and closed_at is null;

-- name: listProposals
-- nullable: productId, sellerId, decidedAt, decidedBy, suspensionId, note
select
  proposal_id, product_id, seller_id, reporters, proposed_at, decided_at, decided_by, suspension_id, note
from checks.proposal
where issuer_id = :issuerId
order by proposal_id desc
limit :size::int;

-- name: decideProposal
-- nullable: suspensionId
update checks.proposal
set decided_at = :decidedAt, decided_by = :decidedBy, suspension_id = :suspensionId::int, note = :note
where proposal_id = :proposalId
  and issuer_id = :issuerId
  and decided_at is null;

-- name: eraseOldReports
-- What the message said and who reported it is kept as long as somebody works on it.
update checks.report
set seen_sealed = null, contact_sealed = null, picture_sealed = null
where report_id in (
  select report_id
  from checks.report
  where seen_sealed is not null
    and reported_at < :before
  order by reported_at
  limit :size::int
);
