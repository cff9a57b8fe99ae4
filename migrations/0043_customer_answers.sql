-- breaking: no
-- What customers answered when the desk asked them to confirm what is known of them.

create table notices.customer_request (
  request_id  int    generated always as identity,
  issuer_id   int    not null,
  number      text collate "C" not null, -- of the notice that asks
  answer      text collate "C", -- null: none yet
  answered_at timestamptz,
  constraint customer_request_pkey primary key (request_id),
  constraint customer_request_number_once unique (number),
  constraint customer_request_of_a_notice foreign key (number) references notices.notice (number),
  constraint customer_answer_known check (answer in ('unchanged', 'changed')),
  constraint customer_answered_at_an_instant check ((answer is null) = (answered_at is null))
);
comment on table notices.customer_request is 'Who was asked by which issuer, and the last answer given on the site.';
create index customer_request_of_issuer on notices.customer_request (issuer_id, request_id);
