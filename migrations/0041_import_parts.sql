-- breaking: no
-- What the parts of an import were when they came first: other lines under the same number are refused before a card is made.

create table instruments.import_part (
  import_id int   not null references instruments.import,
  part      int   not null, -- 1, 2, 3 ... in the order of the file
  content   bytea not null, -- keyed hash of its lines, which have codes in them
  constraint import_part_pkey primary key (import_id, part)
);
comment on table instruments.import_part is 'Parts of the file of an import that have come, whatever became of their lines.';
