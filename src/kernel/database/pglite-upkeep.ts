import { assert } from '../assert.ts';
import type { Queryable } from './queryable.ts';

/** How much log a recovery reads back at most, roughly: a fifth of a second for each 10 MB. */
const LOG_BYTES_MAX = 64n * 1024n * 1024n;

const TABLES_TO_TIDY = `
select quote_ident(schemaname) || '.' || quote_ident(relname) as table_name
from pg_stat_user_tables
where n_dead_tup > 500 + n_live_tup / 5
  or n_mod_since_analyze > 500 + n_live_tup / 5
order by n_dead_tup desc
limit 4`;

const LOG_SINCE_CHECKPOINT = `
select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::bigint as bytes
from pg_control_checkpoint()`;

/**
 * PGlite has neither PostgreSQL's checkpointer nor its autovacuum (both were seen not to run): left alone,
 * its log grows without end, its tables keep every old version of every row, and it plans without statistics.
 * Once a round, what both would do is done here, a few tables at a time, between the statements of others.
 */
export async function keepUp(on: Queryable): Promise<void> {
  await on.query(`select pg_stat_force_next_flush()`); // what was counted becomes visible at its end
  for (const row of await on.query(TABLES_TO_TIDY)) {
    await on.script(`vacuum (analyze, truncate off) ${String(row['table_name'])}`);
  }
  const [log] = await on.query(LOG_SINCE_CHECKPOINT);
  const bytes = log?.['bytes'];
  assert(typeof bytes === 'bigint', 'the log has a length');
  if (bytes > LOG_BYTES_MAX) await on.script('checkpoint');
}
