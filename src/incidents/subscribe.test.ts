import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { MovedClock } from '../kernel/clock.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { createLog } from '../kernel/log.ts';
import { createMetrics } from '../kernel/metrics.ts';
import { seededRandom } from '../kernel/seeded-random.ts';
import { openNotices, type WantedNotice } from '../notices/index.ts';
import { openIncident, updateIncident } from './change-record.ts';
import { confirmWebhooks } from './confirm-webhooks.ts';
import { addSystems } from './change-systems.ts';
import { holdIncidents } from './hold-record.ts';
import {
  askSubscription,
  confirmSubscription,
  endByToken,
  findAsked,
  forgetUnanswered,
} from './subscribe.ts';
import type { ComponentName } from './system.ts';
import {
  deliverTellings,
  tellOfSuspensions,
  tellPage,
  type TellingParts,
} from './tell-subscribers.ts';
import { PLACES, suspensionOf } from './testing/konbini.ts';

const AT = Date.parse('2019-12-20T19:22:00+09:00');
const DAY_MS = 86_400_000;

forBothDatabases(
  'nobody who has not asked gets more than one mail, however often others ask',
  async (database) => {
    const world = await openSubscribers(database);
    for (const address of ['v@example.jp', 'V@example.jp', 'v+1@example.jp', 'v+2@example.jp']) {
      assert.ok((await world.ask(address)).ok, 'whoever asks is told the same');
      world.clock.advance(DAY_MS);
    }
    world.clock.advance(32 * DAY_MS);
    await forgetUnanswered(world.parts);
    assert.ok((await world.ask('v@example.jp')).ok);
    const both = await Promise.all([world.ask('w@example.jp'), world.ask('w@example.jp')]);
    assert.ok(both.every(({ ok }) => ok));
    await world.tell();
    const mails = await world.mails();
    assert.deepEqual(
      mails.map(({ to }) => to),
      ['v@example.jp', 'w@example.jp'],
    );
    const [row] = await database.query(
      `select address_sealed is null as erased from incidents.subscription order by 1 desc`,
    );
    assert.equal(row?.['erased'], true, 'an address that nobody confirmed is erased');
  },
);

forBothDatabases(
  'whoever asks first for an address neither keeps its owner out nor is changed by the next',
  async (database) => {
    const world = await openSubscribers(database);
    await world.ask('a@example.jp', [world.chain(1)]);
    await world.ask('a@example.jp', [world.chain(15)]);
    const first = await findAsked(world.parts, await world.numberIn(0));
    assert.deepEqual(first?.components, [world.chain(1)], 'as its own message says');
    world.clock.advance(37 * DAY_MS + 1);
    await forgetUnanswered(world.parts);
    await world.ask('a@example.jp', [world.chain(15)]);
    assert.equal((await world.mails()).length, 2);
    const second = await findAsked(world.parts, await world.numberIn(1));
    assert.deepEqual(second?.components, [world.chain(15)]);
  },
);

forBothDatabases(
  'one domain or origin is sent so many in an hour and no more, also asked at once',
  async (database) => {
    const world = await openSubscribers(database);
    const many = Array.from({ length: 150 }, (_, at) => world.ask(`v${at}@victims.example`));
    const asked = await Promise.all(many);
    assert.equal(asked.filter(({ ok }) => ok).length, 100);
    assert.equal((await world.mails()).length, 100);
    assert.ok(!(await world.ask('v0@victims.example')).ok, 'full for those known too');
    assert.ok((await world.ask('v@elsewhere.example')).ok);
    const hooks = Array.from({ length: 30 }, (_, at) =>
      world.ask(`https://hook.example.com/${at}`, [], 'webhook'),
    );
    assert.equal((await Promise.all(hooks)).filter(({ ok }) => ok).length, 20);
    world.clock.advance(3_600_000);
    assert.ok((await world.ask('later@victims.example')).ok);
  },
);

forBothDatabases('only what stands in the mail confirms, and only once', async (database) => {
  const world = await openSubscribers(database);
  await world.ask('a@example.jp', [world.chain(1)]);
  assert.equal(await confirmSubscription(world.parts, 'guessed'), false);
  const number = await world.numberIn(0);
  assert.deepEqual((await findAsked(world.parts, number))?.components, [world.chain(1)]);
  assert.equal(await confirmSubscription(world.parts, number), true);
  assert.equal(await confirmSubscription(world.parts, number), false);
  assert.equal(await findAsked(world.parts, number), null);
});

forBothDatabases(
  'subscribers of a component hear of it and of what it depends on, and of nothing else',
  async (database) => {
    const world = await openSubscribers(database);
    await world.subscribe('chain@example.jp', [world.chain(1)]);
    await world.subscribe('other@example.jp', [world.chain(15)]);
    await world.subscribe('all@example.jp', []);
    await world.breakDown(world.aggregator(1));
    const mails = await world.mailsAfter(3);
    const told = new Set(mails.map(({ to }) => to));
    assert.deepEqual(told, new Set(['all@example.jp', 'chain@example.jp']));
    assert.equal(mails.length, told.size, 'each once');
    assert.equal(mails[0]?.values['title'], '障害');
    assert.equal(mails[0]?.values['pageUrl'], 'https://status.example/ja/status/incidents/inc_1');
    await world.tell();
    assert.equal((await world.mails()).length, 5, 'each is told once');
  },
);

forBothDatabases('one POST ends it, and the address is gone', async (database) => {
  const world = await openSubscribers(database);
  await world.subscribe('a@example.jp', []);
  const incident = await world.breakDown(world.aggregator(1));
  const [mail] = await world.mailsAfter(1);
  const token = /\/status\/end\/([^>\s]+)/.exec(mail?.unsubscribeUrl ?? '')?.[1] ?? '';
  const [, mac = ''] = token.split('.');
  assert.equal(
    await endByToken(world.parts, `2.${mac}`),
    false,
    "another one's is not ended by it",
  );
  assert.equal(await endByToken(world.parts, token), true);
  assert.equal(await endByToken(world.parts, token), true, 'twice is once');
  await world.recover(incident);
  assert.equal((await world.mails()).length, 2);
  const [row] = await database.query('select state, address_sealed from incidents.subscription');
  assert.deepEqual(row, { state: 'ended', address_sealed: null });
});

forBothDatabases(
  'a webhook is told after it has confirmed, is tried again, and may be ended',
  async (database) => {
    const world = await openSubscribers(database);
    const hook = { channel: 'webhook', address: 'https://hook.example.com/status' } as const;
    world.hook.isDown = true;
    await world.ask(hook.address, [], hook.channel);
    assert.equal(world.posted.length, 0, 'whoever asks does not wait for it');
    await confirmWebhooks(world.parts);
    world.hook.isDown = false;
    await confirmWebhooks(world.parts);
    assert.equal(world.posted.length, 0, 'not at once again');
    world.clock.advance(60_000);
    await Promise.all([confirmWebhooks(world.parts), confirmWebhooks(world.parts)]);
    world.clock.advance(60_000);
    await confirmWebhooks(world.parts);
    assert.equal(world.posted.length, 1);
    const confirmation = world.posted[0] as { confirm: string; secret: string };
    await world.breakDown(world.aggregator(1));
    assert.equal(world.posted.length, 1, 'before it has confirmed it is told nothing');
    const number = confirmation.confirm.split('/').at(-1) ?? '';
    assert.equal(await confirmSubscription(world.parts, number), true);
    world.hook.isDown = true;
    await world.breakDown(world.aggregator(2));
    await deliverTellings(world.parts);
    assert.equal(world.posted.length, 1);
    world.hook.isDown = false;
    world.clock.advance(60_000);
    await deliverTellings(world.parts);
    const told = world.posted[1] as { type: string; title: string; components: string[] };
    assert.equal(told.type, 'status.incident');
    assert.deepEqual(told.components, [`${world.aggregator(2).systemId}.activate`]);
    await deliverTellings(world.parts);
    assert.equal(world.posted.length, 2);
  },
);

forBothDatabases(
  'suspensions publish themselves to subscribers, at their instant and once',
  async (database) => {
    const world = await openSubscribers(database);
    await world.subscribe('a@example.jp', [world.chain(15, 'buy')]);
    await world.subscribe('b@example.jp', [world.chain(1, 'buy')]);
    const stops = [suspensionOf({ sellerId: 2 }, '2019-12-20T19:23:00+09:00')]; // a seller of Lawson
    assert.equal(await tellOfSuspensions(world.parts, stops), 0);
    world.clock.advance(60_000);
    const told = await Promise.all([1, 2].map(() => tellOfSuspensions(world.parts, stops)));
    assert.deepEqual(
      told.toSorted((one, other) => one - other),
      [0, 1],
    );
    const mails = await world.mailsAfter(2);
    assert.deepEqual(
      mails.map(({ to }) => to),
      ['a@example.jp'],
    );
    assert.equal(mails[0]?.values['body'], '販売を停止しています。');
  },
);

forBothDatabases('an address that is none, or leads inside, is refused', async (database) => {
  const world = await openSubscribers(database);
  const refusalOf = async (address: string, channel: 'mail' | 'webhook') => {
    const asked = await world.ask(address, [], channel);
    return asked.ok ? 'asked' : asked.refusal;
  };
  for (const address of [
    'nobody',
    'a@b',
    'a@example.jp\r\nbcc: c@example.jp',
    'a@example.jp, b@example.jp',
  ]) {
    assert.equal(await refusalOf(address, 'mail'), 'address_not_valid', address);
  }
  for (const url of [
    'http://example.com',
    'https://10.0.0.1/',
    'https://u:p@example.com',
    'ftp://x.example',
  ]) {
    assert.equal(await refusalOf(url, 'webhook'), 'address_not_valid', url);
  }
  const unknown = await world.ask('a@example.jp', [{ systemId: 999, phase: 'buy' }]);
  assert.equal(!unknown.ok && unknown.refusal, 'component_not_found');
  assert.deepEqual(await world.mails(), []);
});

async function openSubscribers(database: Database) {
  await database.script(
    `insert into programmes.issuer (key, name_ja, name_en) values ('hana', 'はな', 'Hana')`,
  );
  const clock = new MovedClock(AT);
  const keyRing = openKeyRing(Buffer.alloc(32, 3));
  const random = seededRandom(3);
  const written: WantedNotice[] = [];
  const real = await openNotices({
    database,
    keys: keyRing,
    clock,
    random,
    log: createLog({ level: 'silent', isTerminal: false, write: () => undefined }),
    metrics: createMetrics({ withProcess: false }),
    carrier: { carry: async () => undefined, close: () => undefined },
    sender: { name: 'Kinken', address: 'no-reply@status.example' },
    dkim: null,
  });
  const notices: TellingParts['notices'] = {
    async sendNotice(on, wanted) {
      const sent = await real.sendNotice(on, wanted);
      if (sent.ok) written.push(wanted);
      return sent;
    },
    async sendNotices(on, wanted) {
      const sent = await real.sendNotices(on, wanted);
      if (sent.ok) written.push(...wanted);
      return sent;
    },
  };
  const holder = await holdIncidents({ connection: database, clock, places: () => PLACES });
  const named = (kind: 'aggregator' | 'chain', partyId: number) => {
    const key = `${kind}-${partyId}`;
    return { issuerId: 1, kind, partyId, key, nameJa: key, nameEn: key };
  };
  await addSystems(database, [
    ...[1, 2].map((id) => named('aggregator', id)),
    ...[1, 2, 15].map((id) => named('chain', id)),
  ]);
  await holder.refresh(database);
  const posted: object[] = [];
  const hook = { isDown: false };
  const parts: TellingParts = {
    connection: database,
    clock,
    keyRing,
    random,
    notices,
    addresses: 'public',
    zone: 'Asia/Tokyo',
    origin: () => 'https://status.example',
    record: () => holder.current(),
    async confirmWebhook({ body }) {
      if (!hook.isDown) posted.push(body);
      return !hook.isDown;
    },
    async deliver({ body }) {
      if (hook.isDown) throw new Error('answered 500');
      posted.push(body);
    },
    names: () => ({ ...PLACES, programmes: new Map(), tenders: new Map() }),
  };
  const component = (kind: 'aggregator' | 'chain', id: number, phase: ComponentName['phase']) => ({
    systemId: holder.current().tree.findParty(kind, id)?.systemId ?? 0,
    phase,
  });
  const tell = async () => {
    while (await tellPage(parts));
  };
  /** What stands in the register: what was rolled back was never written. */
  const mails = async () => {
    const [row] = await database.query('select count(*)::int as n from notices.notice');
    assert.equal(row?.['n'], written.length);
    return written.map(({ to, values, unsubscribeUrl }) => ({
      to,
      unsubscribeUrl,
      values: values as Readonly<Record<string, string>>,
    }));
  };
  const numberIn = async (index: number) =>
    /\/status\/confirm\/(\S+)/.exec((await mails())[index]?.values['confirmUrl'] ?? '')?.[1] ?? '';
  const ask = (
    address: string,
    components: readonly ComponentName[] = [],
    channel: 'mail' | 'webhook' = 'mail',
  ) => askSubscription(parts, { channel, address, locale: 'ja', components });
  const desk = () => ({ connection: database, issuerId: 1, by: 'operator:1', now: clock.now() });
  const words = { bodyJa: '調査中です。', bodyEn: 'Looking.', nextLookAt: null };
  return {
    clock,
    parts,
    posted,
    hook,
    ask,
    tell,
    mails,
    numberIn,
    chain: (id: number, phase: ComponentName['phase'] = 'activate') =>
      component('chain', id, phase),
    aggregator: (id: number) => component('aggregator', id, 'activate'),
    /** Those behind the first so many. */
    async mailsAfter(count: number) {
      await tell();
      return (await mails()).slice(count);
    },
    async subscribe(address: string, components: readonly ComponentName[]) {
      await ask(address, components);
      const index = (await mails()).length - 1;
      assert.ok(await confirmSubscription(parts, await numberIn(index)));
    },
    async breakDown(name: ComponentName) {
      const opened = await openIncident(desk(), {
        ...words,
        titleJa: '障害',
        titleEn: 'Outage',
        state: 'investigating',
        affected: [{ ...name, status: 'major_outage', startedAt: AT, recoveredAt: null }],
      });
      assert.ok(opened.ok);
      await holder.refresh(database);
      await tell();
      return opened.value.incidentId;
    },
    async recover(incidentId: number) {
      const end = { ...words, state: 'resolved', correctsId: null, affected: [] } as const;
      assert.ok((await updateIncident(desk(), incidentId, end)).ok);
      await tell();
    },
  };
}
