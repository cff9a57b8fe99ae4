/** The pages of "that was not me": whose case it is, whose form it is, and that a number says nothing of anybody. */
import assert from 'node:assert/strict';
import Fastify from 'fastify';
import { openCaseWorld } from '../../../test/support/case-world.ts';
import { forBothDatabases } from '../../../test/support/database.ts';
import { Visitor } from '../../../test/support/gift-pages.ts';
import type { Sender } from '../../../test/support/gift-world.ts';
import { createGuessThrottle } from '../../clients/index.ts';
import { systemRandom } from '../../kernel/crypto.ts';
import type { Database } from '../../kernel/database/index.ts';
import { silentLog } from '../../kernel/log.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { caseSite } from './case-site.ts';

const HANA = 'hana@example.jp';
const TARO = 'taro@example.jp';

async function openPages(database: Database) {
  const world = await openCaseWorld(database);
  const { members, house } = world.gifts;
  const { clock } = house;
  const log = silentLog();
  const guesses = createGuessThrottle({
    clock,
    log,
    metrics: createMetrics({ withProcess: false }),
    hashAsker: (name) => Buffer.from(members.keys.askerHash(name)).toString('base64url'),
  });
  const server = Fastify();
  await server.register(
    caseSite({
      cases: world.cases,
      members: members.members,
      guesses,
      keyRing: members.keys,
      random: systemRandom,
      clock,
      log,
      catalogue: () => house.catalogue.current(),
    }),
  );
  return {
    world,
    visitor: (sender?: Sender, address?: string) => new Visitor(server, sender, address),
    close: async () => {
      await server.close();
      await world.close();
    },
  };
}

forBothDatabases(
  'a case is for its member alone, to read and to lift, and a form must be ours',
  async (database) => {
    const { world, visitor, close } = await openPages(database);
    const { cases, gifts } = world;
    const hana = await gifts.sender(HANA);
    const taro = await gifts.sender(TARO);
    const { giftId } = await gifts.sent(hana, { channel: 'link' });
    const { wallets } = gifts;
    const helper = (await taro.session()).member;
    for (const email of [TARO, 'thief@example.jp']) {
      const wanted = { email, mayPay: false, dayMaxMinor: 0n };
      assert.ok((await wallets.askForHelp((await hana.session()).member, wanted)).ok);
    }
    const [asked] = await wallets.helpedBy(helper);
    assert.ok((await wallets.acceptHelping(helper, asked?.helperId ?? '')).ok);
    const own = visitor(hana);
    await own.get('/en/not-me');
    const forged = await own.post('/en/not-me', { token: 'not of this browser' });
    assert.deepEqual([forged.status, forged.place], [303, '/en/not-me?form=refused']);
    assert.equal((await own.follow(forged)).status, 403);
    assert.equal(await cases.inForce(hana.memberId), null, 'a forged form stops nothing');
    const stopped = await own.follow(await own.post('/en/not-me', { words: 'not <b>me</b>' }));
    assert.doesNotMatch(stopped.text, /\/en\/helping"/, 'no menu of a member who is signed out');
    assert.equal(stopped.status, 200);
    const number = await cases.inForce(hana.memberId);
    assert.ok(number !== null && stopped.text.includes(number));
    assert.ok(
      stopped.text.includes(`href="/en/gifts/sent/${giftId}"`),
      'each gift leads to its page',
    );
    assert.deepEqual(await wallets.helpedBy(helper), [], 'help that was agreed to ends, too');
    for (const name of [helper.name, 'thief@example.jp']) {
      assert.ok(stopped.text.includes(`<li>${name}</li>`), 'whose help has ended is said by name');
    }
    assert.doesNotMatch(stopped.text, /class=""/);
    const told = await cases.desk.read({ issuerId: 1, number });
    assert.equal(told?.events[0]?.detail['helpers'], undefined, 'to its member alone');

    const place = `/en/account/cases/${number}`;
    const stranger = await visitor().get(place);
    assert.deepEqual([stranger.status, stranger.place], [303, '/en/sign-in']);
    const other = visitor(taro);
    assert.ok(!(await other.get('/en/account/cases')).text.includes(number));
    const theirs = await other.get(place);
    const nobodys = await other.get('/en/account/cases/KC-2222-2222');
    assert.deepEqual([theirs.status, nobodys.status], [404, 404]);
    assert.equal(theirs.text, nobodys.text, 'that there is such a case is not said');
    await other.get('/en/not-me');
    await gifts.refresh(taro);
    assert.equal((await other.post(`${place}/lift`)).status, 404);
    assert.equal(await cases.inForce(hana.memberId), number);

    await world.signInAgain(hana);
    await gifts.refresh(hana);
    const back = visitor(hana);
    const shown = await back.get(place);
    assert.ok(
      shown.text.includes('not &lt;b&gt;me&lt;/b&gt;') || !shown.text.includes('<b>me</b>'),
    );
    await back.post(`${place}/lift`, { token: 'not of this browser' });
    assert.equal(await cases.inForce(hana.memberId), number, 'a forged form lifts nothing');
    const lifted = await back.post(`${place}/lift`);
    assert.deepEqual([lifted.status, lifted.place], [303, `${place}?done=lifted`]);
    assert.equal(await cases.inForce(hana.memberId), null);
    await close();
  },
);

forBothDatabases(
  'the number of a message is answered alike for a member and for nobody, and guessing costs',
  async (database) => {
    const { world, visitor, close } = await openPages(database);
    const { cases, gifts } = world;
    const hana = await gifts.sender(HANA);
    const taro = await gifts.sender(TARO);
    await gifts.sent(hana, { to: 'nobody@example.jp' });
    const numbers = [await world.noticeTo(TARO), await world.noticeTo('nobody@example.jp')];
    const answers = [];
    for (const notice of numbers) {
      const asking = visitor(undefined, '198.51.100.7');
      await asking.get('/en/not-me');
      const taken = await asking.post('/en/not-me', { notice });
      const page = await asking.follow(taken);
      const cookies = [...asking.cookies.keys()];
      answers.push({ status: taken.status, place: taken.place, page: page.text, cookies });
    }
    assert.deepEqual(answers[0], answers[1]);
    assert.deepEqual([answers[0]?.status, answers[0]?.place], [303, '/en/not-me/taken']);
    await cases.settled();
    assert.ok(await cases.inForce(taro.memberId), 'its member is stopped');
    assert.equal(await cases.inForce(hana.memberId), null, 'and nobody else');

    const late = visitor(undefined, '198.51.100.9');
    const unasked = await late.get('/en/not-me/taken');
    assert.deepEqual([unasked.status, unasked.place], [303, '/en/not-me'], 'nothing was taken');
    await database.query(
      `update notices.notice
      set recipient_sealed = null, content_sealed = null, state = 'failed', next_at = null
      where number = $1`,
      [numbers[1]],
    );
    await late.get('/en/not-me');
    const old = await late.post('/en/not-me', { notice: numbers[1] ?? '' });
    assert.equal(old.status, 422);
    assert.match(old.text, /Use the number of a newer message/);

    const guesser = visitor(undefined, '198.51.100.8');
    await guesser.get('/en/not-me');
    const statuses = new Set<number>();
    for (let guess = 0; guess < 30; guess += 1) {
      const answer = await guesser.post('/en/not-me', { notice: 'KN-2222-2222-2222' });
      statuses.add(answer.status);
      if (answer.status !== 429) continue;
      assert.ok(Number(answer.header('retry-after')) > 0);
      break;
    }
    assert.deepEqual([...statuses], [422, 429]);
    const right = await world.noticeTo(HANA);
    assert.equal((await guesser.post('/en/not-me', { notice: right })).status, 429);
    assert.equal(await cases.inForce(hana.memberId), null, 'not even with a right one');
    await close();
  },
);
