import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPglite } from '../../test/support/database.ts';
import type { RunningEngine } from '../instruments/index.ts';
import { databaseClock, monotonicMs } from '../kernel/clock.ts';
import { steerClock } from './keep-time.ts';
import { judgeReadiness } from './readiness.ts';

test('a process that was suspended is ready again when its clock has been steered', async () => {
  const database = await openPglite();
  const idle = { waiting: () => 0 } as RunningEngine;
  const clock = databaseClock((await database.readNow()) - 60_000, monotonicMs());
  const [found] = await judgeReadiness(database, clock, idle);
  assert.equal(found?.part, 'clock');
  await steerClock(database, clock);
  assert.deepEqual(await judgeReadiness(database, clock, idle), []);
  await database.close();
});
