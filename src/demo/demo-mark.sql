-- name: findDemoMark
select made_at
from demo.mark;

-- name: insertDemoMark
insert into demo.mark (made_at)
values (:at)
on conflict (only_row) do nothing;
