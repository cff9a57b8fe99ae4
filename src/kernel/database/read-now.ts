import type { Instant } from '../clock.ts';
import { present } from '../assert.ts';
import type { Queryable } from './queryable.ts';

export async function readNow(on: Queryable): Promise<Instant> {
  const rows = await on.query(
    `select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
  );
  return Number(present(rows[0], 'the clock gives one row')['now']);
}
