/** One card, three doors: activated at a till, asked and used over HTTP, deactivated over AGCOD (R17). */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import aws4 from 'aws4';
import {
  createGuessThrottle,
  SCOPES,
  type Client,
  type ClientDirectory,
} from '../../src/clients/index.ts';
import { agcodDoor, type Partner } from '../../src/doors/agcod/index.ts';
import { PARTNER } from '../../src/doors/agcod/testing/door.ts';
import { createHttpServer } from '../../src/doors/http/server.ts';
import { iso87, startTillHost, TILL_BOUNDS, vaps93 } from '../../src/doors/till/index.ts';
import { openLine } from '../../src/doors/till/testing/line.ts';
import { strangerDecode, strangerEncode } from '../../src/doors/till/testing/stranger.ts';
import { directoryOf, TERMINAL, type Said } from '../../src/doors/till/testing/till.ts';
import { openActivity } from '../../src/instruments/index.ts';
import { isoInstant } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { createLog, type Logger } from '../../src/kernel/log.ts';
import { createMetrics } from '../../src/kernel/metrics.ts';
import { accepted } from '../../src/kernel/result.ts';
import { forBothDatabases } from '../support/database.ts';
import { openHouse, PRODUCTS, SELLER, type House } from '../support/house.ts';

const SHOP: Client = {
  clientId: 1,
  issuerId: 1,
  key: 'till',
  name: 'Till',
  sellerId: 1,
  merchantId: 1,
  funding: 'seller',
  isActive: true,
};
const API_KEY = `kk_${'k'.repeat(43)}`;
const SHOPS: Partner = {
  ...PARTNER,
  clientId: 1,
  issuerId: 1,
  sellerId: 1,
  productId: PRODUCTS.code,
  cardProductIds: [PRODUCTS.fixed, PRODUCTS.variable],
  funding: SELLER,
};
/** Another company of the same issuer, with cards and keys of its own. */
const RIVALS: Partner = { ...SHOPS, clientId: 2, partnerId: 'Rival' };
const SECRETS: Readonly<Record<string, { secretAccessKey: string; partner: Partner }>> = {
  AKIDSHOP: { secretAccessKey: 'a+secret/of+the+shop', partner: SHOPS },
  AKIDRIVAL: { secretAccessKey: 'a+secret/of+its+rival', partner: RIVALS },
};

interface Told {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are compared as a client sees them
  readonly body: any;
}

/** Both servers on real sockets before one engine, and a client of each. */
async function openDoors(database: Database, context: TestContext) {
  const house = await openHouse(database);
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createLog({ level: 'debug', isTerminal: false, write });
  const http = await openHttp(house, log);
  const url = await http.server.listen({ host: '127.0.0.1', port: 0 });
  const host = await startTillHost({
    dialects: [iso87, vaps93],
    engine: house.engine,
    directory: directoryOf([
      { ...TERMINAL, clientId: 1, issuerId: 1, merchantId: 1, sellerId: 1, tenderId: null },
    ]),
    clock: house.clock,
    log,
    onMessage: () => {},
    onMissesExceeded: () => {},
    host: '127.0.0.1',
    port: 0,
    tls: null,
    bounds: TILL_BOUNDS,
  });
  const line = await openLine(host.port);
  context.after(async () => {
    line.socket.destroy();
    await host.close(0);
    await http.server.drain();
  });

  const atTill = async (mti: string, fields: Said): Promise<Said> => {
    line.send(strangerEncode({ 0: mti, ...fields }));
    const answer = await line.next();
    assert.ok(answer, 'the line stands');
    return strangerDecode(answer) as Said;
  };
  const overHttp = async (path: string, body: object, requestId?: string): Promise<Told> =>
    tell(`${url}${path}`, JSON.stringify(body), {
      'content-type': 'application/json',
      authorization: `Bearer ${API_KEY}`,
      ...(requestId !== undefined && { 'idempotency-key': requestId }),
    });
  const overAgcod = (operation: string, body: object, keyId = 'AKIDSHOP'): Promise<Told> => {
    const payload = JSON.stringify(body);
    const at = isoInstant(house.clock.now());
    const signed = aws4.sign(
      {
        host: new URL(url).host,
        path: `/${operation}`,
        method: 'POST',
        service: 'AGCODService',
        region: 'us-west-2',
        body: payload,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'x-amz-date': `${at.slice(0, 19).replaceAll(/[-:]/g, '')}Z`,
        },
      },
      { accessKeyId: keyId, secretAccessKey: SECRETS[keyId]?.secretAccessKey ?? '' },
    );
    return tell(`${url}/${operation}`, payload, signed.headers as Record<string, string>);
  };
  const close = async (): Promise<void> => {
    await host.close(1_000);
    await http.server.drain();
    await house.close(); // proves the books
  };
  return { house, lines, metrics: http.metrics, atTill, overHttp, overAgcod, close };
}

async function openHttp(house: House, log: Logger) {
  const { engine, clock, catalogue, database, keys } = house;
  const { laneCount } = engine;
  const metrics = createMetrics({ withProcess: false });
  const current = () => catalogue.current();
  const server = await createHttpServer(
    {
      engine,
      feed: { read: async () => accepted({ events: [], cursor: '', hasMore: false }) },
      clients: clientsOf(),
      guesses: createGuessThrottle({ clock, log, metrics, hashAsker: (name) => name }),
      clock,
      log,
      metrics,
      catalogue: current,
      switchboard: () => house.switches.current(),
      readiness: async () => [],
    },
    {
      plugins: [
        agcodDoor({
          engine: { ...engine, ...openActivity({ database, keys, catalogue, laneCount }) },
          directory: { findByAccessKey: (id) => SECRETS[id] },
          clock,
          log,
          findProduct: (productId) => current().products.get(productId),
        }),
      ],
    },
  );
  return { server, metrics };
}

function clientsOf(): ClientDirectory {
  const caller = { client: SHOP, scopes: new Set(SCOPES), apiKeyId: 1 };
  return {
    findCaller: (key) => (key === API_KEY ? caller : undefined),
    findClient: () => undefined,
    findTerminal: () => undefined,
    activeTerminals: () => [],
    findSigningKey: () => undefined,
  };
}

async function tell(url: string, body: string, headers: Record<string, string>): Promise<Told> {
  const answer = await fetch(url, { method: 'POST', body, headers });
  const text = await answer.text();
  return { status: answer.status, text, body: JSON.parse(text) };
}

/** A blank card of 3,000 yen as it hangs on a rack: its number, and its code under the layer. */
async function rackCard(house: House): Promise<{ number: string; code: string }> {
  const product = house.catalogue.current().products.get(PRODUCTS.fixed);
  assert.ok(product);
  const { number, code, hidden, lane } = house.mint.mintAnywhere(product);
  assert.ok(number !== null && code !== null);
  const cards = [{ number, code: hidden, faceMinor: 3_000n, opening: null }];
  await house.done({ kind: 'stock', productId: product.productId, lane, cards });
  return { number, code };
}

forBothDatabases(
  'R17: one card, activated at a till, used over HTTP, deactivated over AGCOD',
  async (database, context) => {
    const doors = await openDoors(database, context);
    const { house, atTill, overHttp, overAgcod } = doors;
    const { number, code } = await rackCard(house);
    const card = { code };
    const sale: Said = {
      2: number,
      3: '900000',
      4: '000000003000',
      7: '0302030000',
      11: '000001',
      41: 'TILL0001',
      42: 'SHOP00000000001',
      49: '392',
    };

    const before = await overHttp('/v1/balance-inquiries', { card });
    assert.deepEqual([before.body.state, before.body.balanceMinor], ['blank', 0]);
    assert.equal((await atTill('0200', sale))[39], '00');

    const asked = await overHttp('/v1/balance-inquiries', { card });
    assert.equal(asked.status, 200, asked.text);
    assert.deepEqual([asked.body.state, asked.body.balanceMinor], ['active', 3_000]);
    const spent = { card, amountMinor: 500, unit: 'JPY' };
    assert.equal((await overHttp('/v1/redemptions', spent, 'r-1')).body.balanceMinor, 2_500);
    const atTheTill = await atTill('0100', { ...sale, 3: '310000', 11: '000002' });
    assert.equal(atTheTill[54]?.slice(-12), '000000002500', 'the till sees it at once');

    const order = { activationRequestId: 'Kinkn1', partnerId: 'Kinkn', cardNumber: number };
    const tooLate = await overAgcod('DeactivateGiftCard', order);
    assert.equal(tooLate.body.errorType, 'DeactivationNotAllowed', 'spent in part');
    const undo = { requestId: 'r-1', card };
    assert.equal((await overHttp('/v1/reversals', undo, 'r-2')).status, 200);

    const theirs = { ...order, activationRequestId: 'Rival1', partnerId: 'Rival' };
    const refused = await overAgcod('DeactivateGiftCard', theirs, 'AKIDRIVAL');
    assert.equal(refused.body.errorType, 'DeactivationNotAllowed', 'not of its tills');
    const posing = await overAgcod('DeactivateGiftCard', order, 'AKIDRIVAL');
    assert.equal(posing.body.errorType, 'InvalidPartnerIdInput');

    const again = { ...order, activationRequestId: 'Kinkn2' };
    const taken = await overAgcod('DeactivateGiftCard', again);
    assert.equal(taken.body.status, 'SUCCESS', taken.text);
    assert.equal(taken.body.cardInfo.value.amount, 3_000);
    assert.deepEqual((await overAgcod('DeactivateGiftCard', again)).body, taken.body);

    const after = await overHttp('/v1/balance-inquiries', { card });
    assert.deepEqual([after.body.state, after.body.balanceMinor], ['blank', 0]);
    const { 11: _stan, ...rest } = sale;
    assert.equal((await atTill('0201', sale))[39], '00', 'R4: the repeat of the sale, as it was');
    assert.equal((await atTill('0200', { ...rest, 11: '000003' }))[39], '57', 'not sold twice');
    assert.equal((await overHttp('/v1/redemptions', spent, 'r-3')).status, 422);

    const page = await overAgcod('GetGiftCardActivityPage', {
      partnerId: 'Kinkn',
      utcStartDate: '2026-03-02T00:00:00',
      utcEndDate: '2026-03-03T00:00:00',
    });
    const listed = page.body.cardActivityList.map(
      (entry: { activityType: string; cardNumber: string }) => [
        entry.activityType,
        entry.cardNumber,
      ],
    );
    const masked = `${number.slice(0, 6)}******${number.slice(-4)}`;
    assert.deepEqual(listed, [
      ['ActivateGiftCard', masked],
      ['DeactivateGiftCard', masked],
    ]);

    assert.equal((await atTill('0200', { ...sale, 41: 'TILL0009' }))[39], '58');
    assert.equal((await overAgcod('DeactivateGiftCard', again, 'AKIDNOBODY')).status, 403);
    const written = doors.lines.join('') + (await doors.metrics.text());
    assert.equal(doors.lines.length, 2, 'what was not allowed is logged');
    const secrets = [number, code, code.replaceAll('-', ''), API_KEY, 'a+secret'];
    for (const secret of secrets) assert.ok(!written.includes(secret), 'nothing leaks into logs');
    await doors.close();
  },
);
