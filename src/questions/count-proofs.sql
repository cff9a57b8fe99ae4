-- name: countProof
-- Before it is judged: of a hundred at once the row is held by one after the other, so each is counted.
insert into questions.tried_proof as known (number_hash, tries, since)
values (:numberHash, 1, :now)
on conflict on constraint tried_proof_pkey do update
set
  tries = case when known.since <= :dayAgo then 1 else least(known.tries + 1, 1000000) end,
  since = case when known.since <= :dayAgo then :now else known.since end
returning known.tries;

-- name: takeBackProof
-- It was right.
update questions.tried_proof
set tries = tries - 1
where number_hash = :numberHash
  and tries > 0;

-- name: forgetProofs
delete from questions.tried_proof
where since <= :dayAgo;
