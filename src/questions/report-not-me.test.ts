import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { wallClock } from '../kernel/clock.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { silentLog } from '../kernel/log.ts';
import { findReports, reportNotMe, type ReportParts } from './report-not-me.ts';
import { issue, openHall, redeem } from './testing/hall.ts';

forBothDatabases(
  '"that was not me" is one report, tells the desk and stops what is left',
  async (database) => {
    const { house, ask, submit } = await openHall(database);
    const { code, instrumentId } = await submit(issue(house));
    await submit(redeem(house, code, 1_000n));
    const toldDesk: string[] = [];
    const parts: ReportParts = {
      connection: database,
      engine: house.engine,
      keys: house.keys,
      random: systemRandom,
      clock: wallClock,
      log: silentLog(),
      houseClientId: async () => house.clientId,
      tellDesk: async (_on, { number }) => {
        toldDesk.push(number);
        return null;
      },
    };
    const { productId } = house.product('gift');
    const { issuerId } = house;
    const words = '<script>alert(1)</script>\nI did not';
    const report = {
      issuerId,
      productId,
      sellerId: null,
      instrumentId,
      words,
      contact: null,
      locale: 'ja',
    } as const;
    const [first, second] = await Promise.all([
      reportNotMe(parts, report),
      reportNotMe(parts, report),
    ]);
    assert.equal(first.number, second.number);
    assert.notEqual(first.isNew, second.isNew);
    assert.deepEqual(toldDesk, [first.number]);
    assert.equal((await reportNotMe(parts, report)).isStopped, true);
    assert.equal((await ask({ card: { by: 'code', code } })).answer.cause, 'frozen');
    const page = { isOpenOnly: true, before: null, size: 10 };
    const reports = await findReports(parts, { issuerId, ...page });
    assert.deepEqual(
      reports.map(({ number, words: kept }) => [number, kept]),
      [[first.number, words]],
    );
    assert.deepEqual(await findReports(parts, { issuerId: issuerId + 1, ...page }), []);
    const [row] = await database.query('select words_sealed from questions.report');
    assert.doesNotMatch(String(row?.['words_sealed']), /script/);
    await house.close();
  },
);
