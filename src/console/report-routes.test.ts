import assert from 'node:assert/strict';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openHouse } from '../../test/support/house.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { silentLog } from '../kernel/log.ts';
import { readAudit } from '../operators/index.ts';
import { reportNotMe, type ReportParts } from '../questions/index.ts';
import { reportsAnswer } from './report-contract.ts';
import { reportRoutes } from './index.ts';

const OURS = { 'kinken-issuer': 'hoshi' };

forBothDatabases(
  'the desk works off what customers report, and each look leaves its row',
  async (database) => {
    const house = await openHouse(database);
    const parts: ReportParts = {
      connection: database,
      engine: house.engine,
      keys: house.keys,
      random: systemRandom,
      clock: house.clock,
      log: silentLog(),
      houseClientId: async () => 1,
      tellDesk: async () => null,
    };
    await using world = await openConsoleWorld(database, { routes: () => [reportRoutes(parts)] });
    const support = await world.browser(await world.staff.operator('support'));
    const auditor = await world.browser(await world.staff.operator('auditor'));

    const card = await house.activated('variable', 3_000n);
    const balance = await house.engine.inquireBalance({ clientId: 1, issuerId: 1 }, card);
    assert.ok(balance.ok);
    const { instrumentId, productId } = balance.value;
    const words = '=HYPERLINK("https://thief.example")';
    const said = { words, contact: 'hanako@example.jp', locale: 'ja' } as const;
    const reported = await reportNotMe(parts, {
      issuerId: 1,
      productId,
      sellerId: null,
      instrumentId,
      ...said,
    });
    assert.equal(reported.isStopped, true);

    const listed = await support.get('/reports', OURS);
    assert.equal(listed.status, 200, JSON.stringify(listed.body));
    const { reports } = reportsAnswer.parse(listed.body);
    assert.deepEqual(
      reports.map((each) => [each.number, each.instrumentId, each.words, each.contact]),
      [[reported.number, `ins_${instrumentId}`, words, 'hanako@example.jp']],
    );
    assert.equal((await auditor.get('/reports', OURS)).status, 403);
    assert.equal(
      (await auditor.post(`/reports/${reported.number}/close`, { note: 'x' }, OURS)).status,
      403,
    );
    assert.equal(
      (await support.post(`/reports/${reported.number}/close`, { note: ' ' }, OURS)).status,
      400,
    );

    const close = () =>
      support.post(`/reports/${reported.number}/close`, { note: 'It was the son.' }, OURS);
    assert.equal((await close()).status, 200);
    assert.equal((await close()).status, 404, 'closed once');
    assert.deepEqual(reportsAnswer.parse((await support.get('/reports', OURS)).body).reports, []);
    const all = reportsAnswer.parse((await support.get('/reports?which=all', OURS)).body);
    assert.equal(all.reports[0]?.closingNote, 'It was the son.');

    const asked = { before: null, size: 50, issuerId: null, actor: null, subject: null };
    const looks = await readAudit(database, { ...asked, kind: 'look' });
    assert.equal(looks.filter(({ act }) => act === 'reports.list').length, 3);
    const acts = await readAudit(database, { ...asked, kind: 'act' });
    assert.equal(acts.filter(({ act }) => act === 'reports.close').length, 1);
    await house.close();
  },
);
