-- name: insertRecord
-- nullable: noticeNumber, wordsSealed
-- Nothing happens where a case of the member is in force: said twice, it is one case.
insert into cases.record (
  number, member_id, issuer_ids, opened_by, actor, notice_number, words_sealed, opened_at, look_at
)
values (
  :number, :memberId, :issuerIds, :openedBy, :actor, :noticeNumber, :wordsSealed, :openedAt, :lookAt
)
on conflict (member_id) where lifted_at is null do nothing
returning case_id;

-- name: lockInForce
-- The case that stops a member's value now. Its row is locked: what ends sessions and what lifts take turns.
select case_id, number
from cases.record
where member_id = :memberId
  and lifted_at is null
for update;

-- name: findInForce
select number
from cases.record
where member_id = :memberId
  and lifted_at is null;

-- name: isNoticeSpent
-- notnull: isSpent
-- nullable: writtenAt
-- A stop was lifted since this message was written, be it by this one or another: it stops no second time. writtenAt
-- is null for what told of a stop: whoever reads it has the word after a lift that somebody else talked the desk into.
select exists (
  select
  from cases.record
  where member_id = :memberId
    and (notice_number = :noticeNumber::text or lifted_at >= :writtenAt)
    and lifted_at is not null
) as is_spent;

-- name: insertEvent
insert into cases.event (case_id, event_no, at, kind, actor, detail)
select :caseId, coalesce(max(known.event_no), 0) + 1, :at, :kind, :actor, :detail::jsonb
from cases.event as known
where known.case_id = :caseId;

-- name: insertGifts
-- A gift that stands there already keeps what was first seen of it.
insert into cases.gift (
  case_id, gift_id, issuer_id, unit, amount_minor, state_before, state_after, is_refund_wanted
)
select
  :caseId, gift.gift_id, gift.issuer_id, gift.unit, gift.amount_minor, gift.state_before, gift.state_after,
  gift.is_refund_wanted
from (
  select unnest(:giftIds::bigint[]) as gift_id, unnest(:issuerIds::int[]) as issuer_id,
    unnest(:units::text[]) as unit, unnest(:amountsMinor::bigint[]) as amount_minor,
    unnest(:statesBefore::text[]) as state_before, unnest(:statesAfter::text[]) as state_after,
    unnest(:areRefundsWanted::boolean[]) as is_refund_wanted
) as gift
on conflict (case_id, gift_id) do nothing;

-- name: insertEvidence
insert into cases.evidence (case_id, evidence_no, kind, at, content_sealed)
select :caseId, seen.evidence_no, seen.kind, seen.at, seen.content_sealed
from (
  select generate_subscripts(:kinds::text[], 1) as evidence_no, unnest(:kinds::text[]) as kind,
    unnest(:instants::timestamptz[]) as at, unnest(:contentsSealed::bytea[]) as content_sealed
) as seen
on conflict (case_id, evidence_no) do nothing;

-- name: armStep
-- Due now; one that was done is done again, for what has come since.
insert into cases.step (case_id, kind, next_at)
values (:caseId, :kind, :at)
on conflict (case_id, kind) do update
set asks = step.asks + 1, next_at = excluded.next_at, done_at = null, tries = 0;

-- name: claimSteps
-- Takes what is due for a while: another process, or this one after a crash, comes again when it is over.
-- nullable: onlyCaseId
-- notnull: number, memberId, openedAt, kind
with due as (
  select step.case_id, step.kind
  from cases.step
  where step.next_at <= :now
    and (:onlyCaseId::bigint is null or step.case_id = :onlyCaseId::bigint)
  order by step.next_at, step.case_id
  limit :size::int
  for update skip locked
)
update cases.step
set next_at = :leasedUntil, tries = step.tries + 1
from due, cases.record
where step.case_id = due.case_id
  and step.kind = due.kind
  and record.case_id = due.case_id
returning step.case_id, step.kind, step.asks, record.number, record.member_id, record.opened_at;

-- name: finishStep
-- Only as it was asked for: what was asked for again meanwhile stays due.
update cases.step
set done_at = :at, next_at = null
where case_id = :caseId
  and kind = :kind
  and asks = :asks
  and next_at is not null;

-- name: hasDueStep
-- notnull: isDue
select exists (
  select
  from cases.step
  where case_id = :caseId
    and kind = :kind
    and next_at is not null
) as is_due;

-- name: findCaseGift
select gift_id
from cases.gift
where case_id = :caseId
  and gift_id = :giftId;

-- name: setRefund
-- A gift that was not there when the case was opened is none of the case.
update cases.gift
set refund = :refund
where case_id = :caseId
  and gift_id = :giftId;

-- name: listRefundsAsked
select gift_id
from cases.gift
where case_id = :caseId
  and refund = 'asked'
order by gift_id
limit 500;

-- name: upsertHoldings
-- nullable: maskedNumbers
insert into cases.holding (
  case_id, instrument_id, issuer_id, product_id, masked_number, unit,
  spendable_minor, held_minor, is_frozen, stopped_at
)
select
  :caseId, held.instrument_id, held.issuer_id, held.product_id, held.masked_number, held.unit,
  held.spendable_minor, held.held_minor, held.is_frozen, :at
from (
  select unnest(:instrumentIds::bigint[]) as instrument_id, unnest(:issuerIds::int[]) as issuer_id,
    unnest(:productIds::int[]) as product_id, unnest(:maskedNumbers::text[]) as masked_number,
    unnest(:units::text[]) as unit, unnest(:spendablesMinor::bigint[]) as spendable_minor,
    unnest(:heldsMinor::bigint[]) as held_minor, unnest(:areFrozen::boolean[]) as is_frozen
) as held
on conflict (case_id, instrument_id) do nothing;

-- name: addIssuers
update cases.record
set issuer_ids = (
  select array_agg(distinct issuer_id order by issuer_id)
  from unnest(record.issuer_ids || :issuerIds::int[]) as named (issuer_id)
)
where case_id = :caseId
  and not record.issuer_ids @> :issuerIds::int[];

-- name: markStopped
update cases.record
set stopped_at = coalesce(stopped_at, :at)
where case_id = :caseId;

-- name: releaseHoldings
update cases.holding
set released_at = :at
where case_id = :caseId
  and released_at is null;

-- name: markLifted
update cases.record
set lifted_at = :at, lifted_by = :by
where case_id = :caseId
  and lifted_at is null;

-- name: closeRecord
update cases.record
set closed_at = :at, closed_by = :by, closing_note = :note
where case_id = :caseId
  and lifted_at is not null
  and closed_at is null;

-- name: stopPart
-- A desk says it, so the case concerns it whatever value it has in it; `reopenParts` opens what was lifted before.
insert into cases.part (case_id, issuer_id, has_stopped)
values (:caseId, :issuerId, true)
on conflict (case_id, issuer_id) do update
set has_stopped = true;

-- name: reopenParts
-- Said again: whatever a desk has lifted by then is stopped with the rest.
update cases.part
set lifted_at = null, lifted_by = null, closed_at = null, closed_by = null, closing_note = null
where case_id = :caseId
  and num_nonnulls(lifted_at, closed_at) > 0;

-- name: liftPart
insert into cases.part (case_id, issuer_id, lifted_at, lifted_by)
values (:caseId, :issuerId, :at, :by)
on conflict (case_id, issuer_id) do update
set lifted_at = excluded.lifted_at, lifted_by = excluded.lifted_by;

-- name: closePart
insert into cases.part (case_id, issuer_id, closed_at, closed_by, closing_note)
values (:caseId, :issuerId, :at, :by, :note)
on conflict (case_id, issuer_id) do update
set closed_at = excluded.closed_at, closed_by = excluded.closed_by, closing_note = excluded.closing_note;

-- name: setLookAt
insert into cases.part (case_id, issuer_id, look_at)
values (:caseId, :issuerId, :lookAt)
on conflict (case_id, issuer_id) do update
set look_at = excluded.look_at;

-- name: listParts
-- Of several cases: what each desk has said in them.
-- nullable: lookAt, liftedAt, liftedBy, closedAt, closedBy, closingNote
select
  case_id, issuer_id, has_stopped, look_at, lifted_at, lifted_by, closed_at, closed_by, closing_note
from cases.part
where case_id = any(:caseIds::bigint[])
order by case_id, issuer_id;

-- name: listConcerned
-- notnull: issuerId
-- Whose value a case has stopped, and whose desk has said it: each speaks for its own.
select issuer_id
from cases.holding
where case_id = :caseId
union
select issuer_id
from cases.gift
where case_id = :caseId
  and issuer_id is not null
union
select issuer_id
from cases.part
where case_id = :caseId
  and has_stopped
order by issuer_id;

-- name: findRecord
-- nullable: noticeNumber, wordsSealed, stoppedAt, liftedAt, liftedBy, closedAt, closedBy, closingNote
select
  case_id, number, member_id, issuer_ids, opened_by, actor, notice_number, words_sealed, opened_at,
  stopped_at, look_at, lifted_at, lifted_by, closed_at, closed_by, closing_note
from cases.record
where number = :number;

-- name: lockRecord
-- Its row is locked: of two who lift it at one moment, one does.
-- nullable: liftedAt, closedAt
select case_id, number, member_id, issuer_ids, lifted_at, closed_at
from cases.record
where number = :number
for update;

-- name: listRecordsOfMember
-- nullable: noticeNumber, wordsSealed, stoppedAt, liftedAt, liftedBy, closedAt, closedBy, closingNote
select
  case_id, number, member_id, issuer_ids, opened_by, actor, notice_number, words_sealed, opened_at,
  stopped_at, look_at, lifted_at, lifted_by, closed_at, closed_by, closing_note
from cases.record
where member_id = :memberId
order by case_id desc
limit 50;

-- name: listRecords
-- nullable: issuerId, noticeNumber, wordsSealed, stoppedAt, liftedAt, liftedBy, closedAt, closedBy, closingNote
-- The newest first; null: of every issuer.
select
  case_id, number, member_id, issuer_ids, opened_by, actor, notice_number, words_sealed, opened_at,
  stopped_at, look_at, lifted_at, lifted_by, closed_at, closed_by, closing_note
from cases.record
where case_id < :before
  and (not :isOpenOnly::boolean or closed_at is null)
  and (:issuerId::int is null or :issuerId::int = any(issuer_ids))
  and (
    not :isOpenOnly::boolean
    or not exists (
      select
      from cases.part
      where part.case_id = record.case_id
        and part.issuer_id = :issuerId::int
        and part.closed_at is not null
    )
  )
order by case_id desc
limit :size::int;

-- name: listEvents
-- The newest first: what has just happened is read before what is long known.
select event_no, at, kind, actor, detail
from cases.event
where case_id = :caseId
  and event_no < :before
order by event_no desc
limit :size::int;

-- name: listGifts
-- nullable: refund
-- The newest first, which may be a thief's.
select gift_id, unit, amount_minor, state_before, state_after, is_refund_wanted, refund
from cases.gift
where case_id = :caseId
  and gift_id < :before
order by gift_id desc
limit :size::int;

-- name: listHoldings
-- nullable: maskedNumber, releasedAt
select
  instrument_id, issuer_id, product_id, masked_number, unit, spendable_minor, held_minor, is_frozen,
  stopped_at, released_at
from cases.holding
where case_id = :caseId
  and instrument_id > :after
order by instrument_id
limit :size::int;

-- name: listEvidence
-- nullable: contentSealed
select evidence_no, kind, at, content_sealed
from cases.evidence
where case_id = :caseId
order by at, evidence_no
limit 1000;

-- name: listSteps
select case_id, kind
from cases.step
where case_id = any(:caseIds::bigint[])
  and next_at is not null;

-- name: eraseOld
-- What was seen and said of a person is kept as long as somebody may ask; that there was a case stays.
with due as (
  select case_id
  from cases.record
  where closed_at < :before
    and erased_at is null
  order by closed_at, case_id
  limit :size::int
  for update skip locked
),
seen as (
  update cases.evidence
  set content_sealed = null
  from due
  where evidence.case_id = due.case_id
    and evidence.content_sealed is not null
),
parts as (
  update cases.part
  set closing_note = ''
  from due
  where part.case_id = due.case_id
    and part.closed_at is not null
),
notes as (
  update cases.event
  set detail = event.detail - 'note'
  from due
  where event.case_id = due.case_id
    and event.kind in ('note', 'closed')
)
update cases.record
set words_sealed = null, closing_note = '', erased_at = :at
from due
where record.case_id = due.case_id;

-- name: insertSaid
-- Durable before the answer, whatever the number is.
insert into cases.said (notice_number, said_at, next_at)
values (:noticeNumber, :at, :at);

-- name: claimSaid
-- Takes what was said for a while: another process, or this one after a crash, comes again when it is over.
update cases.said
set next_at = :leasedUntil
from (
  select waiting.said_id
  from cases.said as waiting
  where waiting.next_at <= :now
  order by waiting.next_at, waiting.said_id
  limit :size::int
  for update skip locked
) as due
where said.said_id = due.said_id
returning said.said_id, said.notice_number;

-- name: forgetSaid
delete from cases.said
where said_id = :saidId;
