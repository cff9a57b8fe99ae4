-- name: takeHost
-- How many messages a mail domain or an origin was sent in this hour. Its row is held until the end, so that
-- those who ask at once are counted one after the other.
insert into incidents.asked_host as known (host_hash, asked, since)
values (:hostHash, 0, :now)
on conflict on constraint asked_host_pkey do update
set
  asked = case when known.since <= :hourAgo then 0 else known.asked end,
  since = case when known.since <= :hourAgo then :now else known.since end
returning known.asked;

-- name: countHost
update incidents.asked_host
set asked = asked + 1
where host_hash = :hostHash;

-- name: forgetHosts
delete from incidents.asked_host
where since <= :hourAgo;

-- name: claimAddress
-- Whether a confirmation may be sent to an address: not again while the last one can be answered, and some
-- days more. Its row is held, so that of two who ask for it at once one is sent.
insert into incidents.asked_address as known (address_hash, asked_at)
values (:addressHash, :now)
on conflict on constraint asked_address_pkey do update
set asked_at = :now
where known.asked_at < :unansweredBefore
   or (known.is_confirmed and known.asked_at < :againBefore)
returning known.is_confirmed;

-- name: insertSubscription
-- nullable: secretSealed, numberSealed, confirmAt
insert into incidents.subscription (
  channel, address_hash, address_sealed, secret_sealed, locale, state, number_hash, number_sealed,
  confirm_at, asked_at
)
values (
  :channel, :addressHash, :addressSealed, :secretSealed, :locale, 'asked', :numberHash, :numberSealed,
  :confirmAt, :askedAt
)
returning subscription_id;

-- name: insertSubscribed
insert into incidents.subscribed (subscription_id, system_id, phase)
select :subscriptionId, system_id, phase
from (select unnest(:systemIds::int[]) as system_id, unnest(:phases::text[]) as phase) as wanted
on conflict do nothing;

-- name: findAskedByNumber
select subscription_id, channel, locale
from incidents.subscription
where number_hash = :numberHash
  and state = 'asked'
  and asked_at > :since;

-- name: readSubscribed
select system_id, phase
from incidents.subscribed
where subscription_id = :subscriptionId
order by system_id, phase
limit 1000;

-- name: confirmAsked
update incidents.subscription
set state = 'active', confirmed_at = :now, confirm_at = null, number_sealed = null
where number_hash = :numberHash
  and state = 'asked'
  and asked_at > :since
returning subscription_id, address_hash;

-- name: confirmAddress
update incidents.asked_address
set is_confirmed = true
where address_hash = :addressHash;

-- name: endOthersOfAddress
-- What was asked for last is what its owner wants.
update incidents.subscription
set
  state = 'ended', ended_at = :now, address_sealed = null, secret_sealed = null, number_sealed = null,
  confirm_at = null
where address_hash = :addressHash
  and subscription_id <> :subscriptionId
  and state <> 'ended';

-- name: endSubscription
update incidents.subscription
set
  state = 'ended', ended_at = :now, address_sealed = null, secret_sealed = null, number_sealed = null,
  confirm_at = null
where subscription_id = :subscriptionId
  and state <> 'ended';

-- name: forgetAsked
-- Who has not answered is erased; that he was asked stays known as a hash.
update incidents.subscription
set
  state = 'ended', ended_at = :now, address_sealed = null, secret_sealed = null, number_sealed = null,
  confirm_at = null
where state = 'asked'
  and asked_at <= :before;
