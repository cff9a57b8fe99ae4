import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSwitchHouse, OPENED_AT, type SwitchHouse } from '../../test/support/switch-house.ts';
import { setTimeout } from 'node:timers/promises';
import { createWebhook } from '../clients/index.ts';
import { newWebhook } from '../clients/contract.ts';
import { silentLog } from '../kernel/log.ts';
import { signatureOf } from '../kernel/outbound/index.ts';
import type { Database } from '../kernel/database/index.ts';
import { applyApprovedChange } from './change-suspension.ts';
import { holdSwitchboard } from './hold-switchboard.ts';
import { countTellings, listTellings } from './read-tellings.ts';
import {
  confirmSuspension,
  openTeller,
  TELLING_POLICY,
  type TellingTools,
} from './tell-sellers.ts';
import { throwSuspension } from './throw-suspension.ts';

interface Received {
  readonly signature: string;
  readonly delivery: string;
  readonly body: string;
}

/** A seller's system on a real socket that answers what the test says. */
interface Receiver {
  readonly url: string;
  readonly received: Received[];
  answers: number;
  /** Answers nothing until it is called. */
  release(): void;
  isHeld: boolean;
}

async function openReceiver(context: TestContext): Promise<Receiver> {
  const held: (() => void)[] = [];
  const release = (): void => {
    receiver.isHeld = false;
    for (const answer of held.splice(0)) answer();
  };
  const receiver: Receiver = { url: '', received: [], answers: 204, isHeld: false, release };
  const server: Server = createServer((request, answer) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { 'kinken-signature': signature, 'kinken-delivery': delivery } = request.headers;
      receiver.received.push({ signature: String(signature), delivery: String(delivery), body });
      const end = (): void => void answer.writeHead(receiver.answers).end();
      if (receiver.isHeld) held.push(end);
      else end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
  });
}

function toolsOf({ database, clock, keys, desk, now }: SwitchHouse): TellingTools {
  return {
    on: database,
    clock,
    log: silentLog(),
    policy: { ...TELLING_POLICY, addresses: 'loopback' },
    unseal: (sealed) => keys.unseal(sealed),
    jitter: () => 1,
    catalogue: now,
    switches: desk.switches,
  };
}

/** A round, and all that it has begun. */
async function tellSellers(tools: TellingTools): Promise<number> {
  const teller = openTeller(tools);
  const taken = await teller.round();
  await teller.settled();
  return taken;
}

async function openScene(database: Database, context: TestContext) {
  const receiver = await openReceiver(context);
  const house = await openSwitchHouse(database, { receiver: receiver.url });
  return { receiver, house, tools: toolsOf(house) };
}

const stateOf = async (db: Database, client: string) =>
  (await listTellings(db, 1)).find((each) => each.client === client)?.state;

forBothDatabases(
  'a seller is told of a stop by its webhook, signed, and of nothing internal',
  async (db, context) => {
    const { receiver, house, tools } = await openScene(db, context);
    await throwSuspension(house.desk, house.stop({ product: 'apple' }));
    assert.equal(await tellSellers(tools), 3, 'all who sell it');
    const [got] = receiver.received;
    assert.equal(receiver.received.length, 1, 'one of them has a webhook');
    const secret = await secretOf(house);
    assert.equal(got?.signature, signatureOf(secret, OPENED_AT, got?.body ?? ''));
    assert.equal(got?.delivery, 'sus_1_0_1');
    const { events } = JSON.parse(got?.body ?? '') as { events: Record<string, unknown>[] };
    assert.deepEqual(events, [
      {
        id: 'sus_1_0',
        type: 'suspension',
        at: '2018-02-03T06:00:00.000Z',
        confirmBy: '/v1/suspensions/1/confirmations',
        suspension: {
          suspensionId: 1,
          phaseNo: 0,
          effect: 'stopped',
          startsAt: '2018-02-03T06:00:01.000Z',
          announcedText: null,
          expectedEnd: null,
          scope: { issuer: 'kado', product: 'apple', operations: [] },
          conditions: null,
          textJa: '現在、販売を停止しています。',
          textEn: 'Sale is suspended.',
          criteria: 'the look-alike site is gone',
        },
      },
    ]);
    assert.equal(await tellSellers(tools), 0, 'once');
    assert.equal(await stateOf(db, 'docomo'), 'told');
    assert.equal(await stateOf(db, 'softbank'), 'failed', 'without a webhook somebody must call');
  },
);

forBothDatabases('only those are told for whom it does something', async (db, context) => {
  const { house } = await openScene(db, context);
  const told = async (suspensionId: number) =>
    (await listTellings(db, suspensionId)).map(({ client }) => client);
  await throwSuspension(house.desk, house.stop({ product: 'apple', seller: 'softbank' }));
  await throwSuspension(house.desk, house.stop({ aggregator: 'gate' }));
  await throwSuspension(house.desk, house.stop({ merchant: 'store' }));
  assert.deepEqual(await told(1), ['softbank']);
  assert.deepEqual(await told(2), ['pincom']);
  assert.deepEqual(await told(3), []);
});

forBothDatabases(
  'a receiver that fails is tried again, later each time, until a day has passed',
  async (db, context) => {
    const { receiver, house, tools } = await openScene(db, context);
    receiver.answers = 500;
    await throwSuspension(house.desk, house.stop({ seller: 'docomo' }));
    await tellSellers(tools);
    assert.equal(await tellSellers(tools), 0, 'not at once');
    house.clock.advance(1_000);
    assert.equal(await tellSellers(tools), 1);
    assert.equal(await stateOf(db, 'docomo'), 'waiting');
    receiver.answers = 204;
    house.clock.advance(60_000);
    await tellSellers(tools);
    assert.equal(await stateOf(db, 'docomo'), 'told');
    assert.deepEqual(new Set(receiver.received.map(({ delivery }) => delivery)).size, 1);

    receiver.answers = 500;
    await throwSuspension(house.desk, house.stop({ seller: 'docomo', product: 'play' }));
    house.clock.advance(24 * 60 * 60 * 1000);
    await tellSellers(tools);
    const [given] = await listTellings(db, 2);
    assert.equal(given?.state, 'failed');
  },
);

forBothDatabases(
  'who was told confirms, the first word counts, and others have nothing to confirm',
  async (db, context) => {
    const { house, tools } = await openScene(db, context);
    await throwSuspension(house.desk, house.stop({ seller: 'docomo' }));
    const [docomo, softbank] = await db.query(
      `select client_id from clients.client order by client_id`,
    );
    const which = { suspensionId: 1, phaseNo: 0, clientId: Number(docomo?.['client_id']) };
    const parts = { on: db, clock: house.clock };
    const first = await confirmSuspension(parts, which);
    assert.deepEqual(first, { ok: true, value: { confirmedAt: '2018-02-03T06:00:00.000Z' } });
    house.clock.advance(60_000);
    assert.deepEqual(await confirmSuspension(parts, which), first);
    const stranger = { ...which, clientId: Number(softbank?.['client_id']) };
    const refused = { ok: false, refusal: 'suspension_not_found' };
    assert.deepEqual(await confirmSuspension(parts, stranger), refused);
    assert.deepEqual(await confirmSuspension(parts, { ...which, phaseNo: 1 }), refused);
    assert.deepEqual((await countTellings(db, [1])).get(1), { all: 1, confirmed: 1, failed: 0 });
    await tellSellers(tools);
    assert.equal(await stateOf(db, 'docomo'), 'confirmed');
  },
);

async function addWebhook(house: SwitchHouse, clientId: string, url: string): Promise<void> {
  const made = await createWebhook(house.clients, newWebhook.parse({ clientId, url }), '');
  assert.ok(made.ok);
}

const LIFTED = {
  suspensionId: 1,
  afterPhaseNo: 0,
  effect: 'lifted' as const,
  conditions: null,
  startsAt: null,
  expectedEnd: null,
  textJa: '再開しました。',
  textEn: 'Sale has resumed.',
  criteria: '',
  reason: 'the site is gone',
};

async function lift({ desk, issuerId }: SwitchHouse, startsAt: number | null): Promise<void> {
  const by = { issuerId, actor: 'operator:one', approvedBy: 'operator:two' };
  const done = await desk.connection.transaction((on) =>
    applyApprovedChange(on, desk, { ...LIFTED, startsAt }, by),
  );
  assert.ok(done.ok);
}

const phasesAt = ({ received }: Receiver): number[] =>
  received.map(({ delivery }) => Number(delivery.split('_')[2]));

forBothDatabases(
  'of two webhooks of a company one that fails keeps nothing from the other',
  async (db, context) => {
    const { receiver, house, tools } = await openScene(db, context);
    const second = await openReceiver(context);
    await addWebhook(house, 'docomo-system', second.url);
    receiver.answers = 500;
    await throwSuspension(house.desk, house.stop({ seller: 'docomo' }));
    await tellSellers(tools);
    assert.deepEqual([receiver.received.length, second.received.length], [1, 1]);
    assert.equal(await stateOf(db, 'docomo'), 'waiting');
    receiver.answers = 204;
    house.clock.advance(60_000);
    await tellSellers(tools);
    assert.deepEqual([receiver.received.length, second.received.length], [2, 1], 'not twice');
    assert.equal(await stateOf(db, 'docomo'), 'told');
  },
);

forBothDatabases('a receiver that takes its time keeps no other waiting', async (db, context) => {
  const { receiver, house, tools } = await openScene(db, context);
  const quick = await openReceiver(context);
  await addWebhook(house, 'softbank-system', quick.url);
  const teller = openTeller(tools);
  receiver.isHeld = true;
  await throwSuspension(house.desk, house.stop({ seller: 'docomo' }));
  assert.equal(await teller.round(), 1);
  await throwSuspension(house.desk, house.stop({ seller: 'softbank' }));
  await throwSuspension(house.desk, house.stop({ seller: 'docomo', product: 'apple' }));
  assert.equal(await teller.round(), 1, 'who is being told is left to it');
  while (quick.received.length === 0) await setTimeout(5);
  receiver.release();
  await teller.settled();
  assert.equal(await teller.round(), 1);
  await teller.settled();
  assert.equal(receiver.received.length, 2);
});

forBothDatabases('what a newer phase has overtaken is told no more', async (db, context) => {
  const { receiver, house, tools } = await openScene(db, context);
  receiver.answers = 500;
  await throwSuspension(house.desk, house.stop({ seller: 'docomo' }));
  await tellSellers(tools);
  await lift(house, OPENED_AT + 3_600_000);
  receiver.answers = 204;
  assert.equal(await tellSellers(tools), 0, 'the stop holds until then, and is told first');
  house.clock.advance(60_000);
  await tellSellers(tools);
  await tellSellers(tools);
  assert.deepEqual(phasesAt(receiver), [0, 0, 1]);

  receiver.answers = 500;
  await throwSuspension(house.desk, house.stop({ seller: 'docomo', product: 'play' }));
  await tellSellers(tools);
  await house.desk.connection.transaction((on) =>
    applyApprovedChange(
      on,
      house.desk,
      { ...LIFTED, suspensionId: 2 },
      { issuerId: house.issuerId, actor: 'operator:one', approvedBy: 'operator:two' },
    ),
  );
  receiver.answers = 204;
  receiver.received.length = 0;
  house.clock.advance(60_000);
  for (let round = 0; round < 3; round += 1) await tellSellers(tools);
  assert.deepEqual(phasesAt(receiver), [1]);
});

forBothDatabases(
  'a newer phase waits for an older one that is on its way, and is not lost by it',
  async (db, context) => {
    const { receiver, house, tools } = await openScene(db, context);
    const [here, there] = [openTeller(tools), openTeller(tools)]; // two processes
    receiver.isHeld = true;
    await throwSuspension(house.desk, house.stop({ seller: 'docomo' }));
    await here.round();
    await lift(house, null);
    house.clock.advance(2_000);
    assert.equal(await there.round(), 0);
    receiver.release();
    await here.settled();
    assert.equal(await there.round(), 1);
    await there.settled();
    assert.deepEqual(phasesAt(receiver), [0, 1]);
    assert.equal(await stateOf(db, 'docomo'), 'told');
  },
);

forBothDatabases(
  'a process that has not looked yet tells of a stop at once all the same',
  async (db, context) => {
    const { receiver, house, tools } = await openScene(db, context);
    const elsewhere = await holdSwitchboard(db);
    await throwSuspension(house.desk, house.stop({ seller: 'docomo' }));
    assert.equal(elsewhere.current().find(1), undefined);
    await tellSellers({ ...tools, switches: elsewhere });
    assert.equal(receiver.received.length, 1);
  },
);

async function secretOf({ database, keys }: SwitchHouse): Promise<string> {
  const [row] = await database.query(`select secret_sealed from clients.webhook`);
  return keys.unseal(row?.['secret_sealed'] as Uint8Array);
}
