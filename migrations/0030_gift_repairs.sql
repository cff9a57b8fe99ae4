-- breaking: no
-- Gifts whose days of repair are over are found without a look at all that were ever refused.

create index gift_repair_over on gifts.gift (repair_until, gift_id) where state = 'refused' and repair_until is not null;
