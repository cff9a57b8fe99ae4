/** R23 under load. The long form, at five hundred claims a second: `npm run bench -- claims`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/kernel/crypto.ts';
import { claimUnderLoad } from '../support/claim-load.ts';
import { openPostgres } from '../support/database.ts';
import { hasPostgresBinaries } from '../support/postgres-server.ts';

void test(
  'R23 no gift is claimed, charged or issued twice, whatever times out (PostgreSQL)',
  { skip: !hasPostgresBinaries() },
  async (context) => {
    const seed = Number(process.env['SEED'] ?? systemRandom.below(1_000_000));
    context.diagnostic(`SEED=${seed}`);
    const gifts = Number(process.env['GIFTS'] ?? 400);
    const database = await openPostgres({ sessionsMax: 12 });
    const perSecond = Number(process.env['PER_SECOND'] ?? 200);
    const report = await claimUnderLoad(database, { gifts, perSecond, seed });
    context.diagnostic(JSON.stringify(report));
    assert.equal(report.claimed, gifts);
    assert.equal(report.twice, 0);
    assert.deepEqual(report.differences, []);
    assert.ok(report.timeouts > 0, 'some calls came to nothing that was known');
    await database.close();
  },
);
