import assert from 'node:assert/strict';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openHouse } from '../../test/support/house.ts';
import { erasePhishingReports, PROPOSAL_RULE, reportPhishing } from '../checks/index.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { readAudit } from '../operators/index.ts';
import { phishingAnswer } from './phishing-contract.ts';
import { hostListReport, hostListsAnswer } from './host-list-contract.ts';
import { hostListRoutes, phishingRoutes } from './index.ts';

const OURS = { 'kinken-issuer': 'hoshi' };

forBothDatabases(
  'many people who report the same product propose a stop once, and a person decides',
  async (database) => {
    const house = await openHouse(database);
    const { keys, clock } = house;
    const phishing = { connection: database, keys, random: systemRandom, clock };
    const routes = phishingRoutes({ ...phishing, findSuspension: () => undefined });
    await using world = await openConsoleWorld(database, { routes: () => [routes] });
    const fraud = await world.browser(await world.staff.operator('fraud'));
    const auditor = await world.browser(await world.staff.operator('auditor'));
    const report = (reporter: string) =>
      reportPhishing(phishing, {
        issuerId: 1,
        productId: 1,
        sellerId: null,
        reporter,
        verdict: 'not_ours',
        reasons: ['link_not_ours'],
        hosts: ['evil.test'],
        seen: { sender: null, subject: null, text: '急いで', links: ['evil.test/a'] },
        contact: 'hanako@example.jp',
        picture: Buffer.from('drawn anew'),
      });
    const proposals = async () => {
      const { body } = await fraud.get('/phishing-proposals', OURS);
      return (body as { proposals: { proposalId: number; reporters: number }[] }).proposals;
    };

    for (let times = 0; times < 25; times += 1) {
      const kept = await report('192.0.2.1');
      assert.equal(kept !== null, times < 20, 'one asker reports 20 times a day at most');
    }
    assert.deepEqual(await proposals(), [], 'one person alone proposes nothing');
    for (let other = 2; other <= PROPOSAL_RULE.reporters + 2; other += 1) {
      await report(`192.0.2.${other}`);
    }
    const [proposal, ...more] = await proposals();
    assert.equal(more.length, 0, 'proposed once');
    assert.equal(proposal?.reporters, PROPOSAL_RULE.reporters);

    const listed = await fraud.get('/phishing-reports', OURS);
    assert.equal(listed.status, 200, JSON.stringify(listed.body));
    const { reports } = phishingAnswer.parse(listed.body);
    assert.equal(reports[0]?.seen?.text, '急いで');
    assert.equal((await auditor.get('/phishing-reports', OURS)).status, 403);

    const { number, hasPicture } = reports[0] ?? {};
    assert.equal(hasPicture, true);
    const picture = (who = fraud, headers: Record<string, string> = OURS) =>
      who.get(`/phishing-reports/${number}/picture`, headers);
    const base64 = Buffer.from('drawn anew').toString('base64');
    assert.deepEqual((await picture()).body, { mediaType: 'image/jpeg', base64 });
    assert.equal((await picture(auditor)).status, 403);
    assert.equal(
      (await picture(fraud, { 'kinken-issuer': 'tsuki' })).status,
      404,
      'another issuer',
    );
    const [row] = await database.query('select picture_sealed from checks.report limit 1');
    assert.doesNotMatch(String(row?.['picture_sealed']), /drawn|ZHJhd24/);

    const decide = (suspensionId: number | null) => {
      const path = `/phishing-proposals/${proposal?.proposalId}/decide`;
      return fraud.post(path, { suspensionId, note: 'seen' }, OURS);
    };
    assert.equal((await decide(77)).status, 404, 'there is no such suspension');
    assert.equal((await decide(null)).status, 200);
    assert.equal((await decide(null)).status, 404, 'decided once');
    await report('192.0.2.99');
    assert.equal((await proposals()).length, 1, 'not proposed again at once');

    const close = () =>
      fraud.post(`/phishing-reports/${reports[0]?.number}/close`, { note: 'known' }, OURS);
    assert.equal((await close()).status, 200);
    assert.equal((await close()).status, 404, 'closed once');

    clock.advance(91 * 86_400_000);
    assert.ok((await erasePhishingReports(phishing)) > 0);
    const later = phishingAnswer.parse(
      (
        await (
          await world.browser(await world.staff.operator('fraud'))
        ).get('/phishing-reports', OURS)
      ).body,
    );
    for (const { seen, contact, hasPicture: isKept } of later.reports) {
      assert.deepEqual([seen, contact, isKept], [null, null, false]);
    }
    await house.close();
  },
);

const LIST = `date,URL,description
2026-04-01,https://login.evil.test/a,Kinken
2026-04-03,hxxps://login[.]evil[.]test/b,Kinken
yesterday,https://evil.test/,Kinken
2026-04-02,https://www.kinken.example/,Kinken
`;

forBothDatabases(
  'a list of phishing hosts is looked at with what is left out, then brought in whole, and stands there with its name',
  async (database) => {
    const house = await openHouse(database);
    const ours = { kind: 'web_host', value: 'kinken.example', isNumbered: false } as const;
    const owner = { ownerId: 0, issuerId: null, key: 'self', nameJa: '', nameEn: '', words: [] };
    const routes = hostListRoutes({ owners: () => [{ ...owner, channels: [ours] }] });
    await using world = await openConsoleWorld(database, { routes: () => [routes] });
    const fraud = await world.browser(await world.staff.operator('fraud'));
    const auditor = await world.browser(await world.staff.operator('auditor'));
    const file = { source: 'the council, April', text: LIST };
    assert.equal((await auditor.post('/phishing-lists', file, OURS)).status, 403);
    const seen = (await fraud.post('/phishing-lists/preview', file, OURS)).body;
    const report = hostListReport.parse(seen);
    assert.deepEqual([report.isDone, report.hosts, report.urls, report.refused], [false, 1, 2, 2]);
    assert.deepEqual(report.lines, [{ line: 4, why: 'date' }]);
    assert.deepEqual(report.ours, ['www.kinken.example'], 'ours is no phishing host');
    const lists = async () =>
      hostListsAnswer.parse((await fraud.get('/phishing-lists', OURS)).body);
    assert.deepEqual(await lists(), { hosts: 0, lists: [] }, 'looking does nothing');

    const none = { source: 'empty', text: 'date,URL\n' };
    assert.equal((await fraud.post('/phishing-lists', none, OURS)).body['isDone'], false);
    assert.equal((await fraud.post('/phishing-lists', { ...file, source: '' }, OURS)).status, 400);
    for (const hosts of [1, 1]) {
      assert.equal((await fraud.post('/phishing-lists', file, OURS)).body['isDone'], true);
      assert.equal((await lists()).hosts, hosts, 'again changes nothing');
    }
    const [newest, before] = (await lists()).lists;
    assert.equal(newest?.source, 'the council, April');
    assert.deepEqual([newest?.firstOn, newest?.lastOn], ['2026-04-01', '2026-04-03']);
    assert.ok(before, 'each time that it was brought in');
    const asked = { before: null, size: 50, issuerId: null, actor: null, subject: file.source };
    const acts = await readAudit(database, { ...asked, kind: 'act' });
    assert.deepEqual(new Set(acts.map(({ act }) => act)), new Set(['phishing.import']));
    await house.close();
  },
);
