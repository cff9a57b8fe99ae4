-- breaking: no
-- Which issuer's desk was told of a death: its paper is for that desk alone, wherever the operator works by now.

alter table wallets.death add column issuer_id integer; -- null: told to nobody's desk
update wallets.death
set issuer_id = operator.issuer_id
from operators.operator
where death.told_by = 'operator:' || operator.id;
