-- name: insertReport
-- nullable: wordsSealed, contactSealed
-- Nothing happens when the card has an open report: a form that was sent twice is one report.
insert into questions.report (
  number, issuer_id, product_id, instrument_id, reported_at, words_sealed, contact_sealed
)
values (
  :number, :issuerId, :productId, :instrumentId, :reportedAt, :wordsSealed, :contactSealed
)
on conflict (instrument_id) where closed_at is null do nothing
returning number;

-- name: setDeskNotice
update questions.report
set desk_notice = :deskNotice
where number = :number;

-- name: findOpenReport
select number, reported_at, is_stopped
from questions.report
where instrument_id = :instrumentId
  and closed_at is null;

-- name: markReportStopped
update questions.report
set is_stopped = true
where number = :number;

-- name: listReports
-- nullable: wordsSealed, contactSealed, closedAt, closedBy, closingNote
-- The newest first.
select
  report_id, number, issuer_id, product_id, instrument_id, reported_at,
  words_sealed, contact_sealed, is_stopped, closed_at, closed_by, closing_note
from questions.report
where issuer_id = :issuerId
  and report_id < :before
  and (not :isOpenOnly::boolean or closed_at is null)
order by report_id desc
limit :size::int;

-- name: closeReport
update questions.report
set closed_at = :closedAt, closed_by = :closedBy, closing_note = :closingNote
where number = :number
  and issuer_id = :issuerId
  and closed_at is null;
