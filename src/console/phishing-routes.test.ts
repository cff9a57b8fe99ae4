import assert from 'node:assert/strict';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openHouse } from '../../test/support/house.ts';
import { erasePhishingReports, PROPOSAL_RULE, reportPhishing } from '../checks/index.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { phishingAnswer } from './phishing-contract.ts';
import { phishingRoutes } from './index.ts';

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
    assert.ok(later.reports.every(({ seen, contact }) => seen === null && contact === null));
    await house.close();
  },
);
