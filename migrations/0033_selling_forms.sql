-- breaking: no
-- What machines and commands administer stands in the chained trail, too. `clients.audit` goes on: each of its
-- rows moves the directory of clients, in this version and in the one before it; what was done is in the trail.
comment on table clients.audit is
  'A row for each change by a machine or a command, which moves the directory. What was done stands in operators.audit.';

-- Those of before come behind what stands in the trail, in their order and with their own instants. The line that is
-- hashed is that of src/operators/audit.ts.
lock table clients.audit in share row exclusive mode;

do $$
declare
  written record;
  next_id bigint;
  last_hash bytea;
  line text;
begin
  select audit_head.audit_id, audit_head.hash into next_id, last_hash
  from operators.audit_head
  for update;
  for written in
    select audit.at, audit.actor, audit.act, audit.subject, coalesce(audit.detail, '{}') as detail
    from clients.audit
    order by audit.audit_id
  loop
    next_id := next_id + 1;
    line := '["' || encode(last_hash, 'hex')
      || '","' || next_id
      || '","' || to_char(written.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      || '",null,' || to_json(written.actor)::text
      || ',"act",' || to_json(written.act)::text
      || ',' || to_json(left(written.subject, 200))::text
      || ',' || to_json(written.detail::text)::text || ']';
    insert into operators.audit (
      audit_id, at, issuer_id, actor, kind, act, subject, detail, previous_hash, hash
    )
    values (
      next_id, date_trunc('milliseconds', written.at), null, written.actor, 'act', written.act,
      left(written.subject, 200), written.detail::text, last_hash, sha256(convert_to(line, 'UTF8'))
    );
    last_hash := sha256(convert_to(line, 'UTF8'));
  end loop;
  update operators.audit_head set audit_id = next_id, hash = last_hash;
  -- What has a detail after this was written by a server of the version before, and is in no copy.
  update clients.audit set detail = null;
end
$$;
