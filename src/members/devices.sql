-- name: insertDevice
-- nullable: country
insert into members.device (
  device_id, member_id, secret_hash, user_agent, country, network, first_seen_at, last_seen_at, proven_at
)
values (
  :deviceId, :memberId, :secretHash, :userAgent, :country::text, :network, :at, :at, :at
);

-- name: touchDevice
-- nullable: country
update members.device
set last_seen_at = :at, country = :country::text, network = :network, user_agent = :userAgent
where device_id = :deviceId;

-- name: listDevices
-- nullable: country
-- notnull: open_sessions
-- The newest first; what was ended from afar is no device of the member any more.
select
  device.device_id,
  device.user_agent,
  device.country,
  device.network,
  device.first_seen_at,
  device.last_seen_at,
  (
    select count(*)::int
    from members.session
    where session.device_id = device.device_id
      and session.expires_at > :machineNow
  ) as open_sessions
from members.device
where device.member_id = :memberId
  and device.ended_at is null
order by device.last_seen_at desc, device.device_id
limit 100;

-- name: endDevice
update members.device
set ended_at = :at
where device_id = :deviceId
  and member_id = :memberId
  and ended_at is null;

-- name: endSessionsOfDevice
delete from members.session
where member_id = :memberId
  and device_id = :deviceId;

-- name: endOtherDevices
update members.device
set ended_at = :at
where member_id = :memberId
  and device_id <> :keptDeviceId
  and ended_at is null;

-- name: endOtherSessions
delete from members.session
where member_id = :memberId
  and id <> :keptSessionId;

-- name: forgetEndedSessions
delete from members.session
where expires_at < :before;

-- name: insertSignIn
-- nullable: memberId, deviceId, country, factor
insert into members.sign_in (member_id, at, outcome, device_id, user_agent, country, network, oddities, factor)
values (
  :memberId::text, :at, :outcome, :deviceId::text, :userAgent, :country::text, :network, :oddities, :factor::text
);

-- name: findLastSignIn
-- nullable: country
-- What the next one is compared with.
select at, country, network
from members.sign_in
where member_id = :memberId
  and outcome = 'signed_in'
order by sign_in_id desc
limit 1;

-- name: hasSeenNetwork
-- notnull: is_seen
select exists (
  select
  from members.sign_in
  where member_id = :memberId
    and outcome = 'signed_in'
    and network = :network
    and at > :since
) as is_seen;

-- name: listSignIns
-- nullable: country, before
select sign_in_id, at, outcome, user_agent, country, network, oddities
from members.sign_in
where member_id = :memberId
  and (:before::bigint is null or sign_in_id < :before::bigint)
order by sign_in_id desc
limit :size::int;

-- name: forgetOldSignIns
delete from members.sign_in
where at < :before;

-- name: forgetStrangersSignIns
-- Each by its own index: together they would read all of it.
delete from members.sign_in
where member_id is null
  and at < :before;

-- name: endEveryDevice
update members.device
set ended_at = :at
where member_id = :memberId
  and ended_at is null;

-- name: endEverySession
delete from members.session
where member_id = :memberId;

-- name: listDevicesEver
-- nullable: country, endedAt
-- For evidence: also those that were ended.
select device_id, user_agent, country, network, first_seen_at, last_seen_at, ended_at
from members.device
where member_id = :memberId
order by first_seen_at desc, device_id
limit 200;

-- name: listSignInsSince
-- nullable: country, deviceId, factor
select sign_in_id, at, outcome, device_id, user_agent, country, network, oddities, factor
from members.sign_in
where member_id = :memberId
  and at >= :since
order by sign_in_id desc
limit :size::int;
