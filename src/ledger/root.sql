-- name: readRoots
select
  root.day,
  root.at,
  root.content,
  root.signature,
  root.public_key
from ledger.root
where root.day > :afterDay::date
order by root.day
limit :size::int;

-- name: findRoot
select
  root.day,
  root.at,
  root.content,
  root.signature,
  root.public_key
from ledger.root
where root.day = :day::date;

-- name: findLastRootBefore
select
  root.day,
  root.at,
  root.content,
  root.signature,
  root.public_key
from ledger.root
where root.day < :day::date
order by root.day desc
limit 1;

-- name: insertRoot
-- Two processes may make the same root; the first one stands.
insert into ledger.root (day, at, content, signature, public_key)
values (:day::date, :at, :content, :signature, :publicKey)
on conflict on constraint root_pkey do nothing;

-- name: findFirstBatchAt
-- When the first batch of all lanes was decided.
select batch.at
from ledger.batch
where batch.batch_id = 1
order by batch.at
limit 1;

-- name: readNewestRoot
select
  root.day,
  root.at,
  root.content,
  root.signature,
  root.public_key
from ledger.root
order by root.day desc
limit 1;
