/**
 * Every page and every form of members that names something by an id, walked with another member's own ids, with ids
 * that nobody has, and with no session; and every form of them with a token that is not ours. Routes are taken from the
 * server itself: a new one is tried without a line here, unless its id is of a new kind.
 */
import assert from 'node:assert/strict';
import Fastify, { type FastifyInstance } from 'fastify';
import { openCaseWorld, type CaseWorld } from '../../../test/support/case-world.ts';
import { forBothDatabases } from '../../../test/support/database.ts';
import { Visitor, type Answer } from '../../../test/support/gift-pages.ts';
import type { Sender } from '../../../test/support/gift-world.ts';
import { createGuessThrottle } from '../../clients/index.ts';
import { systemRandom } from '../../kernel/crypto.ts';
import type { Database } from '../../kernel/database/index.ts';
import { publicId } from '../../kernel/ids.ts';
import { silentLog } from '../../kernel/log.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import {
  keepCustomerRequests,
  openInbox,
  openRequestDesk,
  readCustomerRequests,
} from '../../notices/index.ts';
import { caseSite, giftSite, memberSite, openPictureReader, walletSite } from '../index.ts';

interface Site {
  readonly world: CaseWorld;
  readonly server: FastifyInstance;
  /** As they are registered, of the English pages: `GET /en/wallet/:id`. */
  readonly routes: readonly string[];
  close(): Promise<void>;
}

async function openSite(database: Database): Promise<Site> {
  const world = await openCaseWorld(database);
  const { gifts, payments, wallets, members: memberWorld, house } = world.gifts;
  const { members, keys: keyRing } = memberWorld;
  const { clock } = house;
  const log = silentLog();
  const guesses = createGuessThrottle({
    clock,
    log,
    metrics: createMetrics({ withProcess: false }),
    hashAsker: (name) => Buffer.from(keyRing.askerHash(name)).toString('base64url'),
  });
  const inbox = openInbox(database, keyRing);
  const catalogue = () => house.catalogue.current();
  const base = { members, keyRing, random: systemRandom, clock, log, catalogue, publicUrl: null };
  const server = Fastify();
  const routes: string[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    if (url.startsWith('/en/')) routes.push(`${String(method)} ${url}`);
  });
  const report = () => Promise.reject(new Error('nobody reports here'));
  const requests = openRequestDesk({ database, clock, notices: memberWorld.notices });
  await server.register(memberSite({ ...base, inbox, requests }));
  await server.register(walletSite({ ...base, wallets, inbox, guesses, gifts, copies: {} }));
  await server.register(
    giftSite({ ...base, gifts, payments, readPicture: openPictureReader(), report }),
  );
  await server.register(caseSite({ ...base, cases: world.cases, guesses }));
  return {
    ...{ world, server, routes },
    async close() {
      await server.close();
      await world.close();
    },
  };
}

/** What is hana's, and under which field or part of a place it is named; and one of each that nobody has. */
type Ids = Readonly<Record<string, readonly [own: string, nobodys: string]>>;

async function idsOf({ world: { gifts: world, cases } }: Site, hana: Sender): Promise<Ids> {
  const { members } = world.members;
  const taro = await world.sender('taro@example.jp');
  const mailed = await world.sent(taro, { to: hana.email, amountMinor: 5_000n });
  await world.gifts.claim({ giftId: mailed.giftId }, await world.claimantOf(hana));
  await world.settle();
  const [held] = await world.wallets.holdings(hana.memberId);
  assert.ok(held, 'she has something in her wallet');
  const sent = await world.sent(hana, { channel: 'link' });
  const session = await hana.session();
  const raised = await members.changeDayLimit(session, 90_000n, hana.browser.from);
  assert.equal(raised.ok && raised.value, 'waits');
  const [change] = await members.waitingChanges(session);
  const { member } = session;
  const help = { email: 'mother@example.jp', mayPay: true, dayMaxMinor: 3_000n };
  const asked = await world.wallets.askForHelp(member, help);
  assert.ok(asked.ok);
  const [helper] = await world.wallets.helpers(hana.memberId);
  const jiro = await world.sender('jiro@example.jp');
  const opened = await cases.notMe({ memberId: jiro.memberId, by: 'account', actor: 'member' });
  const nobodys = 'A'.repeat(43);
  return {
    '/gifts/sent/:id': [String(sent.giftId), '900000001'],
    '/gifts/received/:id': [String(mailed.giftId), '900000001'],
    '/wallet/:id': [publicId('ins', held.instrumentId), publicId('ins', 900_000_001n)],
    '/helping/:helper': [helper?.helperId ?? '', nobodys],
    '/account/cases/:number': [opened?.number ?? '', 'KC-2222-2222'],
    change: [change?.changeId ?? '', nobodys],
    device: [session.deviceId, nobodys],
    method: [String(hana.methodId), '900000001'],
    helper: [helper?.helperId ?? '', nobodys],
    passkey: ['BBBBBBBBBBBBBBBBBBBBBB', 'AAAAAAAAAAAAAAAAAAAAAA'],
  };
}

/** A code is the right to what it names, whoever has it. */
const OPEN_BY_DESIGN = new Set(['/en/gift/:code']);

/** The place with the id of each part: the last of its kind is another's in turn. */
function placeWith(url: string, ids: Ids, which: 0 | 1): string {
  const kinds = Object.keys(ids).filter((kind) => url.startsWith(`/en${kind}`));
  assert.equal(kinds.length, 1, `the walk knows what ${url} names`);
  const kind = kinds[0]!;
  const place = url.replace(/:\w+/, ids[kind]![which]);
  const instrument = ids['/wallet/:id']![which];
  return place.replace(/:id/, instrument);
}

function alike(answer: Answer, ids: Ids): object {
  const blank = (text: string) =>
    Object.values(ids)
      .flat()
      .filter((id) => id !== '')
      .toSorted((one, other) => other.length - one.length)
      .reduce(
        (shown, id) => shown.replaceAll(new RegExp(`(?<![\\w-])${id}(?![\\w-])`, 'g'), 'ID'),
        text,
      )
      .replaceAll(/name="token" value="[^"]*"|data-options="[^"]*"/g, ''); // each is made for its page
  return { status: answer.status, place: blank(answer.place), text: blank(answer.text) };
}

/** All that somebody could have changed of hers. */
async function stateOf(database: Database): Promise<string> {
  const asked = [
    'select gift_id, state, recipient_hash, resends from gifts.gift order by 1',
    'select method_id, removed_at from payments.method order by 1',
    'select change_id, state from members.delayed_change order by 1',
    'select device_id, ended_at from members.device order by 1',
    'select helper_id, helper_member, ended_at from wallets.helper order by 1',
    'select instrument_id, member_id, ended_at from wallets.holding order by 1',
    'select number, lifted_at from cases.record order by 1',
    'select member_id, limit_minor from members.day_limit order by 1',
  ];
  const rows = [];
  for (const each of asked) rows.push(await database.query(each));
  return JSON.stringify(rows, (_name, value: unknown) =>
    value instanceof Uint8Array
      ? Buffer.from(value).toString('hex')
      : typeof value === 'bigint'
        ? String(value)
        : value,
  );
}

forBothDatabases(
  "at every route with an id another member's is nobody's, and nothing of it changes",
  async (database) => {
    const site = await openSite(database);
    const { server, routes } = site;
    const { gifts: world } = site.world;
    const hana = await world.sender('hana@example.jp');
    await world.refresh(hana);
    const ids = await idsOf(site, hana);
    const eve = await world.sender('eve@example.jp');
    await world.refresh(eve);
    const before = await stateOf(database);
    const thief = new Visitor(server, eve);
    const stranger = new Visitor(server, undefined, '198.51.100.30');
    await thief.get('/en/account/security');
    await stranger.get('/en/sign-in');
    const named = routes.filter((each) => each.includes(':'));
    assert.ok(named.length >= 15, named.join('\n'));
    for (const route of named) {
      const [method = '', url = ''] = route.split(' ');
      if (OPEN_BY_DESIGN.has(url)) continue;
      const ask = (who: Visitor, which: 0 | 1) => {
        const place = placeWith(url, ids, which);
        const fields = { to: eve.email, method: String(eve.methodId) };
        return method === 'POST' ? who.post(place, fields) : who.get(place);
      };
      const answer = await ask(thief, 0);
      const last = await thief.follow(answer);
      assert.equal(last.status, 404, `${route}: ${answer.status} ${answer.place}`);
      assert.deepEqual(alike(answer, ids), alike(await ask(thief, 1), ids), route);
      const turnedAway = await ask(stranger, 0);
      assert.deepEqual([turnedAway.status, turnedAway.place], [303, '/en/sign-in'], route);
    }
    const fields = ['change', 'device', 'method', 'helper', 'passkey'];
    await thief.get('/en/account/security');
    for (const route of routes.filter((each) => each.startsWith('POST'))) {
      const [, url = ''] = route.split(' ');
      if (url.includes(':') || !ACTS_ON_ONE.has(url)) continue;
      const sent = async (which: 0 | 1) => {
        const form = Object.fromEntries(fields.map((name) => [name, ids[name]![which]]));
        return alike(await thief.post(url, form), ids);
      };
      assert.deepEqual(await sent(0), await sent(1), route);
    }
    assert.equal(await stateOf(database), before);
    await site.close();
  },
);

/** Forms that name one thing in a field. */
const ACTS_ON_ONE = new Set([
  '/en/account/changes/stop',
  '/en/account/passkeys/remove',
  '/en/account/end-device',
  '/en/stop-change/here',
  '/en/account/payment/remove',
  '/en/helping/accept',
  '/en/helping/end',
]);

forBothDatabases(
  'no form of any page does anything with a token that is not of this browser',
  async (database) => {
    const site = await openSite(database);
    const { server, routes } = site;
    const { gifts: world } = site.world;
    const hana = await world.sender('hana@example.jp');
    await world.refresh(hana);
    const ids = await idsOf(site, hana);
    await world.refresh(hana);
    const before = await stateOf(database);
    const victim = new Visitor(server, hana);
    const other = new Visitor(server, undefined, '198.51.100.31');
    const planted = /name="token" value="([^"]+)"/.exec((await other.get('/en/sign-in')).text)?.[1];
    assert.ok(planted);
    const posts = routes.filter((each) => each.startsWith('POST'));
    assert.ok(posts.length >= 45, posts.join('\n'));
    for (const route of posts) {
      const [, url = ''] = route.split(' ');
      const place = url.includes(':') ? placeWith(url, ids, 0) : url;
      for (const token of ['', 'forged', planted]) {
        const answer = await victim.post(place, { token });
        assert.equal(answer.status, 303, `${route} ${answer.text.slice(0, 300)}`);
        assert.match(answer.place, /^\/en\/[\w/-]+\?form=refused$/, route);
      }
    }
    assert.equal(await stateOf(database), before);
    await site.close();
  },
);

forBothDatabases(
  'a request to confirm what is known is answered on the site, by its own customer and behind a fresh factor',
  async (database) => {
    const site = await openSite(database);
    const { gifts: world } = site.world;
    const { notices } = world.members;
    const hana = await world.sender('hana@example.jp');
    const eve = await world.sender('eve@example.jp');
    const until = '31 January 2024';
    const ask = (issuerId: number, times: number) =>
      database.transaction(async (on) => {
        const values = { issuer: 'Hoshi', until };
        const to = { locale: 'en', values, template: 'customer_confirmation' } as const;
        const wanted = Array.from({ length: times }, () => ({ ...to, to: hana.email }));
        const written = await notices.sendNotices(on, wanted);
        assert.ok(written.ok);
        const sent = written.value.map(({ number }) => number);
        const ids = await keepCustomerRequests(on, { issuerId, numbers: sent });
        assert.equal(ids.length, times);
        return sent;
      });
    const numbers = await ask(1, 2); // by two ways
    const heard = async (issuerId: number) => {
      const asked = { issuerId, after: 0, size: 10 };
      const rows = await readCustomerRequests(database, asked);
      assert.doesNotMatch(JSON.stringify(rows), /KN-/, "a number is its own customer's");
      return rows.map(({ answer }) => answer);
    };
    world.house.clock.advance(60 * 60_000);
    const visitor = new Visitor(site.server, hana);
    const place = '/en/account/request';
    assert.match(
      (await visitor.get('/en/account')).text,
      /We ask you[\s\S]*\/en\/account\/request"/,
    );
    assert.match((await visitor.get(place)).place, /^\/en\/step-up\?act=security/);
    const given = { answer: 'unchanged', number: numbers[1] ?? '' };
    const stale = await visitor.post(place, given);
    assert.match(stale.place, /^\/en\/step-up\?act=security/);
    const thief = new Visitor(site.server, eve);
    await world.refresh(eve);
    await thief.get('/en/account');
    assert.equal((await thief.get(place)).place, '/en/account', 'nothing was asked of her');
    await thief.post(place, given);
    assert.deepEqual(await heard(1), [null, null]);
    await world.refresh(hana);
    assert.match((await visitor.get(place)).text, /hana@example\.jp[\s\S]*Nothing has changed/);
    // What was shown is fresh enough for a gift, and no word for what came behind it.
    const shownAt = world.house.clock.now();
    const step = (after: number) =>
      visitor.get(`/en/step-up?act=send_gift&amount=3000&after=${after}&next=%2Fgifts`);
    assert.equal((await step(shownAt - 1)).place, '/en/gifts');
    assert.match((await step(shownAt)).text, new RegExp(`name="after"[^>]*value="${shownAt}"`));
    const said = await visitor.follow(await visitor.post(place, given));
    assert.match(said.text, /nothing has changed[\s\S]*nothing more for you to do/);
    await visitor.post(place, given);
    assert.equal(
      (await world.told(hana.email)).filter((each) => each === 'customer_answered').length,
      1,
    );
    assert.deepEqual(await heard(1), ['unchanged', 'unchanged']);
    assert.deepEqual(await heard(2), [], 'no other issuer reads it');
    await visitor.post(place, { ...given, answer: 'changed' });
    assert.deepEqual(await heard(1), ['changed', 'changed'], 'the last answer counts');
    const [ofTwo = ''] = await ask(2, 1);
    const [again = ''] = await ask(1, 1);
    await visitor.post(place, { answer: 'unchanged', number: again });
    assert.deepEqual(await heard(1), ['changed', 'changed', 'unchanged'], 'what was heard stays');
    assert.deepEqual(await heard(2), [null], 'each issuer has an answer of its own');
    assert.match((await visitor.get(place)).text, new RegExp(ofTwo), 'what waits is shown');
    await visitor.post(place, { answer: 'unchanged', number: ofTwo });
    assert.deepEqual(await heard(2), ['unchanged']);
    await visitor.post(place, { answer: 'changed', number: again });
    assert.deepEqual(await heard(1), ['changed', 'changed', 'changed']);
    assert.deepEqual(await heard(2), ['unchanged'], 'and keeps it');
    // What was written is forgotten after its time: what waits for an answer goes on being answered.
    const [late = ''] = await ask(2, 1);
    await database.query(`update notices.notice
      set state = 'failed', next_at = null, recipient_sealed = null, content_sealed = null`);
    assert.match(
      (await visitor.get('/en/account')).text,
      /Who asks: Other[\s\S]*do not keep its words/,
    );
    await visitor.post(place, { answer: 'unchanged', number: late });
    assert.deepEqual(await heard(2), ['unchanged', 'unchanged']);
    assert.equal((await visitor.get(place)).place, '/en/account', 'and what is over is not shown');
    // What we write is in the language of the sign-up, until another is chosen where it is read.
    assert.match((await visitor.get('/ja/account')).text, /お知らせは英語で/);
    await visitor.post('/ja/account/language');
    await visitor.post('/ja/account/language'); // pressed twice
    const told = await world.members.mails(hana.email);
    const changes = told.filter(({ content }) => content?.text?.includes('in Japanese'));
    assert.equal(changes.length, 1, 'told once, in the language that was');
    assert.equal((await hana.session()).member.locale, 'ja');
    assert.match((await visitor.get('/en/account')).text, /We write to you in Japanese/);
    assert.doesNotMatch((await visitor.get('/ja/account')).text, /お知らせの言語</);
    // A desk may have heard the answer, and this site never does: it asks for a year at most.
    await ask(2, 1);
    assert.match((await visitor.get('/en/account')).text, /We ask you/);
    world.house.clock.advance(365 * 24 * 60 * 60_000 + 1);
    const later = await visitor.get('/en/account');
    assert.match(later.text, /We write to you in Japanese/);
    assert.doesNotMatch(later.text, /We ask you/);
    await site.close();
  },
);
