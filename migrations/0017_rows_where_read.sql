-- breaking: no
-- A batch writes its rows where it has read them: whoever has a lane's turn has its rows to himself.

create function ledger.all_written(written bigint, wanted int) returns bigint
language plpgsql immutable as $$
begin
  if written <> wanted then
    raise exception 'only % of % rows were where the batch had read them: somebody writes without the turn of the lane', written, wanted;
  end if;
  return written;
end
$$;
comment on function ledger.all_written is 'Ends the batch that would lose a change.';
