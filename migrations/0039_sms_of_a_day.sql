-- breaking: no
-- How many SMS a site has sent within a day is counted before it sends more.

create index notice_sms on notices.notice (written_at) where channel = 'sms';
