import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forBothDatabases } from '../../test/support/database.ts';
import { makeHandmadeIssuer, writeHandmadeLane } from '../../test/support/handmade-books.ts';
import { MovedClock } from '../kernel/clock.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { loadCatalogue } from '../programmes/index.ts';
import { writeCursor } from './cursor.ts';
import type { FeedEvent } from './event.ts';
import { deliverDue, startWebhooks, WEBHOOK_POLICY, type WebhookTools } from './webhooks.ts';

const AT = Date.parse('2026-11-20T03:00:00Z');
const NOW = Date.parse('2026-11-20T04:00:00Z');
const LANES = 2;
const SECRET = 'whsec-of-the-test';
const keys = openKeyRing(new Uint8Array(32).fill(7));

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly events: readonly FeedEvent[];
}

/** A receiver on a real socket that answers what the test says. */
class Receiver {
  readonly received: Received[] = [];
  answer: (response: ServerResponse, got: Received) => void = (response) =>
    response.writeHead(204).end();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const got = {
          headers: request.headers,
          body,
          events: JSON.parse(body).events as FeedEvent[],
        };
        this.received.push(got);
        this.answer(response, got);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook?secret=in-the-url`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

interface Scene {
  readonly receiver: Receiver;
  readonly clock: MovedClock;
  readonly tools: WebhookTools;
  readonly logged: string[];
  readonly row: () => Promise<Record<string, unknown>>;
}

async function scene(
  db: Database,
  work: (scene: Scene) => Promise<void>,
  over: object = {},
): Promise<void> {
  const receiver = new Receiver();
  try {
    await makeHandmadeIssuer(db, LANES);
    for (let lane = 0; lane < LANES; lane++) await writeHandmadeLane(db, lane, AT + lane);
    const url = await receiver.listen();
    const lanes = Array.from({ length: LANES }, () => ({ batchId: 0n, lines: 0 }));
    await db.query(
      `insert into clients.webhook (client_id, url, secret_sealed, cursor, next_at) values (1, $1, $2, $3, $4)`,
      [url, keys.seal(SECRET), writeCursor({ rootDay: -1, lanes }), new Date(NOW)],
    );
    const catalogue = await loadCatalogue(db);
    const clock = new MovedClock(NOW);
    const logged: string[] = [];
    const note = (facts: unknown, said?: unknown): void =>
      void logged.push(`${String(said)} ${JSON.stringify(facts)}`);
    const tools: WebhookTools = {
      db,
      catalogue: () => catalogue,
      clock,
      unseal: (sealed) => keys.unseal(sealed),
      jitter: () => 0.5,
      log: { info: note, warn: note, error: note },
      policy: { ...WEBHOOK_POLICY, addresses: 'loopback', timeoutMs: 10_000, pageSize: 4, ...over },
    };
    const row = async (): Promise<Record<string, unknown>> =>
      (await db.query('select * from clients.webhook'))[0] as Record<string, unknown>;
    await work({ receiver, clock, tools, logged, row });
  } finally {
    receiver.close();
  }
}

forBothDatabases('a webhook gets every event in order, signed, page by page', (db) =>
  scene(db, async ({ receiver, clock, tools, row }) => {
    for (;;) {
      const round = await deliverDue(tools);
      if (round.delivered === 0) break;
      assert.equal(round.failed, 0);
    }
    const events = receiver.received.flatMap((got) => got.events);
    assert.equal(events.length, 6 * LANES);
    assert.equal(new Set(events.map((event) => event.id)).size, 6 * LANES);
    assert.ok(receiver.received.length >= 3, 'pages of four');
    for (const { headers, body } of receiver.received) {
      const [, seconds, mac] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['kinken-signature'])) ?? [];
      assert.equal(Number(seconds), NOW / 1000);
      assert.equal(mac, createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex'));
      assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    }
    clock.advance(WEBHOOK_POLICY.idleMs);
    assert.deepEqual(await deliverDue(tools), { claimed: 1, delivered: 0, failed: 0, behind: 0 });
    assert.equal((await row())['attempts'], 0);
  }),
);

forBothDatabases(
  'what was not answered with 2xx comes again, later each time, under the same delivery id',
  (db) =>
    scene(db, async ({ receiver, clock, tools, row, logged }) => {
      receiver.answer = (response) =>
        response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      const before = (await row())['cursor'];
      const nexts: number[] = [];
      for (let attempt = 1; attempt <= 4; attempt++) {
        assert.deepEqual(await deliverDue(tools), {
          claimed: 1,
          delivered: 0,
          failed: 1,
          behind: 0,
        });
        assert.equal((await deliverDue(tools)).claimed, 0, 'not before its pause is over');
        const now = await row();
        assert.equal(now['attempts'], attempt);
        assert.equal(now['cursor'], before);
        assert.equal(now['last_error'], 'answered 302');
        nexts.push(Number(now['next_at']) - clock.now());
        clock.advance(nexts.at(-1) ?? 0);
      }
      assert.deepEqual(nexts, [3_750, 7_500, 15_000, 30_000]);
      receiver.answer = (response) => response.writeHead(200).end('ok');
      assert.equal((await deliverDue(tools)).failed, 0);
      const ids = receiver.received.map((got) => got.headers['kinken-delivery']);
      assert.equal(new Set(ids).size, 1);
      assert.deepEqual(receiver.received.at(-1)?.events, receiver.received[0]?.events);
      assert.equal((await row())['failing_since'], null);
      assert.equal(logged.join('').includes('in-the-url'), false, 'a URL is not logged');
    }),
);

forBothDatabases('a webhook that only fails for days is given up, and somebody is told', (db) =>
  scene(db, async ({ receiver, clock, tools, row, logged }) => {
    receiver.answer = (response) => response.writeHead(500).end();
    await deliverDue(tools);
    clock.advance(WEBHOOK_POLICY.giveUpAfterMs - 1);
    await deliverDue(tools);
    assert.equal((await row())['is_active'], true);
    clock.advance(3_600_000);
    await deliverDue(tools);
    assert.equal((await row())['is_active'], false);
    assert.equal(logged.filter((line) => line.includes('webhook_given_up')).length, 1);
    const [audit] = await db.query('select act, subject from clients.audit');
    assert.deepEqual(audit, { act: 'webhook.give_up', subject: 'webhook:1' });
    clock.advance(86_400_000);
    assert.equal((await deliverDue(tools)).claimed, 0);
  }),
);

forBothDatabases('a client that is switched off is told nothing, and goes on where it was', (db) =>
  scene(db, async ({ receiver, tools }) => {
    await db.script('update clients.client set is_active = false');
    assert.equal((await deliverDue(tools)).claimed, 0);
    assert.equal(receiver.received.length, 0);
    await db.script('update clients.client set is_active = true');
    assert.equal((await deliverDue(tools)).claimed, 1);
  }),
);

forBothDatabases('a receiver that hangs, hangs up or babbles stops nothing', (db) =>
  scene(
    db,
    async ({ receiver, clock, tools, row }) => {
      receiver.answer = () => {};
      await deliverDue(tools);
      assert.equal((await row())['last_error'], 'timed out');
      clock.advance(3_600_000);
      receiver.answer = (response) => void response.socket?.destroy();
      await deliverDue(tools);
      assert.equal((await row())['last_error'], 'ECONNRESET');
      clock.advance(3_600_000);
      let hasEnded = false;
      receiver.answer = (response) => {
        response.writeHead(200);
        const babble = setInterval(() => response.write('x'.repeat(20_000)), 1);
        response.on('close', () => {
          clearInterval(babble);
          hasEnded = true;
        });
      };
      assert.equal((await deliverDue(tools)).failed, 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(hasEnded, true, 'an answer without end is cut off');
    },
    { timeoutMs: 400 },
  ),
);

forBothDatabases('only the kinds asked for are sent; the cursor passes over the others', (db) =>
  scene(db, async ({ receiver, tools }) => {
    await db.query(`update clients.webhook set kinds = '{hold.opened}'`);
    for (let round = 0; round < 10; round++) await deliverDue(tools);
    const events = receiver.received.flatMap((got) => got.events);
    assert.deepEqual(
      events.map((event) => event.type),
      ['hold.opened', 'hold.opened'],
    );
  }),
);

forBothDatabases('a webhook sees its own client unless it may see the issuer', (db) =>
  scene(db, async ({ receiver, tools, clock }) => {
    await db.script(`
      insert into clients.client (issuer_id, key, name) values (1, 'other', 'Other');
      update clients.webhook set client_id = 2;`);
    for (let round = 0; round < 10; round++) await deliverDue(tools);
    assert.equal(receiver.received.length, 0);
    await db.query(`update clients.webhook set sees = 'issuer', cursor = $1`, [
      writeCursor({
        rootDay: -1,
        lanes: Array.from({ length: LANES }, () => ({ batchId: 0n, lines: 0 })),
      }),
    ]);
    clock.advance(10_000);
    for (let round = 0; round < 10; round++) await deliverDue(tools);
    assert.equal(receiver.received.flatMap((got) => got.events).length, 6 * LANES);
  }),
);

forBothDatabases('the loop delivers by itself and stops when it is told', (db) =>
  scene(db, async ({ receiver, tools }) => {
    const deliverer = startWebhooks({ ...tools, policy: { ...tools.policy, idleMs: 0 } });
    const until = performance.now() + 30_000;
    while (
      receiver.received.flatMap((got) => got.events).length < 6 * LANES &&
      performance.now() < until
    ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await deliverer.stop();
    assert.equal(receiver.received.flatMap((got) => got.events).length, 6 * LANES);
  }),
);
