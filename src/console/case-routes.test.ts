import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { openCaseWorld } from '../../test/support/case-world.ts';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { silentLog } from '../kernel/log.ts';
import { openApprovals, readAudit } from '../operators/index.ts';
import { hasCaseWith } from '../cases/index.ts';
import { caseApprovals, caseRoutes, deathApproval, deathRoutes, livingApproval } from './index.ts';

const OURS = { 'kinken-issuer': 'hoshi' };
const HANA = 'hana@example.jp';

forBothDatabases(
  "a case that touches another issuer's value does not exist for this one's staff, and each act leaves its row",
  async (on) => {
    const caseWorld = await openCaseWorld(on);
    const { cases, gifts } = caseWorld;
    const { clock } = gifts.house;
    const hana = await gifts.sender(HANA);
    const hasCase = (asked: Parameters<typeof hasCaseWith>[1]) => hasCaseWith(on, asked);
    const death = deathApproval(gifts.wallets, hasCase);
    const living = livingApproval(gifts.wallets, hasCase);
    const handlers = [...caseApprovals(cases.desk), death, living];
    const approvals = openApprovals({ connection: on, clock, log: silentLog(), handlers });
    const judgedBy = (handler: typeof death) => async (issuerId: number) => {
      const told = { memberId: hana.memberId, reference: 'KD-1' };
      const judged = await handler.judge?.(told, issuerId);
      return judged?.ok === false ? judged.refusal : 'asked';
    };
    const deathOf = judgedBy(death);
    const lifeOf = judgedBy(living);
    {
      await using world = await openConsoleWorld(on, {
        routes: () => [
          caseRoutes({ cases, approvals }),
          deathRoutes({
            approvals,
            wallets: gifts.wallets,
            hasCaseWith: hasCase,
            members: gifts.members.members,
          }),
        ],
      });
      const support = await world.browser(await world.staff.operator('support'));
      const auditor = await world.browser(await world.staff.operator('auditor'));
      const wanted = { memberId: hana.memberId, words: 'she calls' };
      assert.equal((await auditor.post('/cases', wanted, OURS)).status, 403);
      assert.equal((await auditor.get('/cases?which=open', OURS)).status, 403);
      assert.equal(await cases.inForce(hana.memberId), null);
      const called = async (number: string) => {
        const whom = ` ${number.replaceAll('-', ' ').toLowerCase()}`; // as a caller reads it out
        const asked = { whom, reason: 'She calls about a message' };
        return (await support.post('/members/find', asked, OURS)).body['memberId'];
      };
      const ofMessage = await caseWorld.noticeTo(HANA);
      assert.equal(await called(ofMessage), hana.memberId);
      const request = { template: 'customer_confirmation', to: HANA, locale: 'en' } as const;
      const { notices } = gifts.members;
      const sent = await notices.sendNotice(on, {
        ...request,
        values: { issuer: 'House', until: '31 January' },
      });
      assert.ok(sent.ok);
      assert.equal(await called(sent.value.number), undefined, 'a desk asks whom it likes');
      const nobody = { ...wanted, memberId: 'nobody' };
      assert.equal((await support.post('/cases', nobody, OURS)).status, 404);
      assert.equal(await deathOf(1), 'member_not_found', 'nothing to do with this issuer');
      const opened = await support.post('/cases', wanted, OURS);
      assert.equal(opened.status, 200, JSON.stringify(opened.body));
      const number = String(opened.body['number']);
      assert.equal(await cases.inForce(hana.memberId), number);
      assert.equal((await support.get(`/cases/${number}`, OURS)).status, 200);
      assert.equal(await deathOf(1), 'member_not_found', 'a case of its own making');
      await on.query(
        `insert into cases.holding (
          case_id, instrument_id, issuer_id, product_id, unit, spendable_minor, held_minor, is_frozen, stopped_at
        )
        select case_id, 1, 1, 1, 'JPY', 500, 0, true, opened_at from cases.record`,
      );
      assert.equal(await deathOf(1), 'asked', 'its value is in a case');
      const died = { memberId: hana.memberId, reference: 'KD-1', reason: 'The notice was seen' };
      const decision = await support.post('/members/deaths', died, OURS);
      const whom = `/approvals/${String(decision.body['approvalId'])}/member`;
      const second = await world.browser(await world.staff.operator('compliance'));
      const decided = { status: 200, body: { name: 'Hana', email: HANA, holdings: [] } };
      const { status, body } = await second.get(whom, OURS);
      assert.deepEqual({ status, body }, decided, 'a second person is told whom');
      assert.equal((await support.get(whom, OURS)).status, 403);
      const concerned = async () =>
        (await support.get(`/members/${hana.memberId}/death`, OURS)).body['isConcerned'];
      assert.equal(await concerned(), true);
      const note = { note: 'called back', lookAt: clock.now() + 1_000 };
      assert.equal((await support.post(`/cases/${number}/notes`, note, OURS)).status, 200);
      const close = await support.post(`/cases/${number}/close`, { note: 'done' }, OURS);
      assert.equal(close.status, 409, 'what is stopped is not closed');

      await on.query('update cases.record set issuer_ids = array[2] where number = $1', [number]);
      await on.query('update cases.holding set issuer_id = 2');
      assert.deepEqual([await deathOf(1), await deathOf(2)], ['member_not_found', 'asked']);
      assert.equal(await concerned(), false, 'and no form is shown');
      assert.equal((await second.get(whom, OURS)).status, 404, 'nothing to do with it any more');
      for (const each of [number, 'KC-2222-2222']) {
        assert.equal((await support.get(`/cases/${each}`, OURS)).status, 404);
        assert.equal((await support.post(`/cases/${each}/notes`, note, OURS)).status, 404);
        const closing = await support.post(`/cases/${each}/close`, { note: 'done' }, OURS);
        assert.equal(closing.status, 404);
      }
      const by = await world.staff.operator('support'); // of every issuer: it is the desk that counts
      const of = { memberId: hana.memberId, operator: by.actor, askedAt: clock.now() };
      const told = { ...of, issuerId: 2, note: 'KD-1' };
      await on.transaction((inside) => gifts.wallets.recordDeath(inside, told));
      const mails = await gifts.members.mails(HANA);
      assert.ok(
        mails.some(({ content }) => content?.text.includes('support desk of Other at once')),
      );
      const other = { nameJa: '別', nameEn: 'Other' };
      const recorded = async () => {
        const { body } = await support.get(`/members/${hana.memberId}/death`, OURS);
        const { death: shown } = body as { death: Record<string, unknown> | null };
        return shown && [typeof shown['toldAt'], shown['reference'], shown['issuer']];
      };
      assert.equal(await recorded(), null, 'nothing to do with this issuer');
      await on.query('update cases.holding set issuer_id = 1');
      assert.deepEqual(await recorded(), ['number', null, other], "another's paper, and whose");
      assert.deepEqual([await lifeOf(1), await lifeOf(2)], ['member_not_found', 'asked']);
      await on.query('update wallets.death set issuer_id = 1');
      await on.query('update cases.holding set issuer_id = 2');
      assert.deepEqual(
        (await recorded())?.slice(0, 2),
        ['number', 'KD-1'],
        'its own, with nothing there',
      );
      assert.deepEqual([await lifeOf(1), await lifeOf(2)], ['asked', 'member_not_found']);
      await on.query('update cases.holding set issuer_id = 1');
      await on.query('update wallets.death set issuer_id = null');
      assert.deepEqual((await recorded())?.slice(0, 2), ['number', 'KD-1'], 'no one desk was told');
      assert.deepEqual([await lifeOf(1), await lifeOf(2)], ['asked', 'member_not_found']);
      const taking = await support.post('/members/deaths/taken-back', died, OURS);
      const whomAlive = `/approvals/${String(taking.body['approvalId'])}/member`;
      const ofAll = await second.get(whomAlive, { 'kinken-issuer': 'other' });
      const shown = { status: ofAll.status, body: ofAll.body };
      assert.deepEqual(shown, decided, 'also of whom is barred, whatever issuer is chosen above');
      const ofOther = await world.browser(await world.staff.operator('compliance', 2));
      assert.equal((await ofOther.get(whomAlive)).status, 404, "another issuer's approval");
      const list = await support.get('/cases?which=all', OURS);
      assert.deepEqual(list.body['cases'], []);
      const asked = { before: null, size: 50, issuerId: null, actor: null, kind: null };
      const acts = await readAudit(on, { ...asked, subject: null });
      const finds = acts.filter(({ act }) => act === 'members.find').map(({ subject }) => subject);
      const unfound = `KN-…-${sent.value.number.slice(-4)}`;
      assert.deepEqual(finds, [unfound, hana.memberId], 'whom, and no number that stops her');
      const [refusedLook, look] = acts.filter(({ act }) => act === 'members.estate');
      assert.deepEqual(
        [refusedLook?.issuerId, look?.issuerId, look?.subject],
        [2, 1, hana.memberId],
        "in the trail of the approval's issuer",
      );
      assert.doesNotMatch(inspect(acts), new RegExp(ofMessage));
      for (const act of ['cases.open', 'cases.look', 'cases.note']) {
        assert.ok(
          acts.some((row) => row.act === act),
          act,
        );
      }
    }
    await caseWorld.close();
  },
);
