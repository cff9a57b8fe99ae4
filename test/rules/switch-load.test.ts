/** R19, R24 under load. The long form, at a thousand sales a second: `npm run bench -- switch`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPostgres } from '../support/database.ts';
import { hasPostgresBinaries } from '../support/postgres-server.ts';
import { sellWhileSwitching } from '../support/switch-load.ts';

void test(
  'R19 every sale is on the right side of its instant while stops go on and off (PostgreSQL)',
  { skip: !hasPostgresBinaries() },
  async (context) => {
    const database = await openPostgres();
    const load = { seconds: 6, perSecond: 200, everyMs: 700 };
    const report = await sellWhileSwitching(database, load);
    context.diagnostic(JSON.stringify(report));
    assert.equal(report.wrongSide, 0);
    assert.ok(
      report.changes >= 4 && report.sold > 0 && report.stopped > 0,
      'both sides were tried',
    );
    await database.close();
  },
);
