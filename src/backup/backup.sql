-- name: listBackupTables
-- Every table of ours with its columns, in an order in which rows may be inserted.
-- notnull: schema, name, columns
select
  namespace.nspname::text as schema,
  class.relname::text as name,
  array_agg(attribute.attname::text order by attribute.attnum) as columns
from pg_class as class
join pg_namespace as namespace on namespace.oid = class.relnamespace
join pg_attribute as attribute on attribute.attrelid = class.oid
where class.relkind = 'r'
  and namespace.nspname not in ('pg_catalog', 'information_schema', 'kernel')
  and namespace.nspname not like 'pg_toast%'
  and attribute.attnum > 0
  and not attribute.attisdropped
group by namespace.nspname, class.relname
order by 1, 2;

-- name: listBackupReferences
-- Which table must be there before which.
-- notnull: fromTable, toTable
select
  (source_schema.nspname || '.' || source.relname)::text as from_table,
  (target_schema.nspname || '.' || target.relname)::text as to_table
from pg_constraint as reference
join pg_class as source on source.oid = reference.conrelid
join pg_namespace as source_schema on source_schema.oid = source.relnamespace
join pg_class as target on target.oid = reference.confrelid
join pg_namespace as target_schema on target_schema.oid = target.relnamespace
where reference.contype = 'f';

-- name: listBackupMigrations
select migration.name
from kernel.migration
order by migration.number;
