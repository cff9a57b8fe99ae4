/** Stopped in the middle of the work, asked to or killed: what was answered is there, once. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../src/demo/index.ts';
import {
  type HttpCaller,
  httpCaller,
  tillCaller,
  type TillFields,
  tillMessage,
} from '../support/door-callers.ts';
import {
  sandboxOf,
  runProgram,
  type ServerProcess,
  startServer,
  demoFolder,
} from '../support/server-process.ts';

const LOAD_MS = 1_500;
const ENDS_WITHIN_MS = 15_000; // it drains in well under a second; the machine may be busy

void test('SIGTERM under load: answered is kept, once; nothing is declined', async (context) => {
  const shop = await openShop(context);
  const working = shop.work();
  await sleep(LOAD_MS);
  const { code, ms } = await shop.server.stop('SIGTERM');
  await working;
  assert.equal(code, 0, shop.server.output());
  assert.ok(ms < ENDS_WITHIN_MS, `it ended after ${ms} ms`);
  context.diagnostic(`it ended after ${Math.round(ms)} ms`);
  assert.match(shop.server.output(), /everything that was answered is kept/);
  const unanswered = shop.sent.filter(({ answer }) => answer === 'none').length;
  assert.ok(unanswered <= CUSTOMERS + TILLS, `${unanswered} had no answer`);
  await judge(context, shop);
});

void test('kill -9 under load: answered is kept, once', async (context) => {
  const shop = await openShop(context);
  const working = shop.work();
  await sleep(LOAD_MS);
  const { code } = await shop.server.stop('SIGKILL');
  await working;
  assert.equal(code, null);
  await judge(context, shop);
});

const CUSTOMERS = 6;
const TILLS = 2;
const CARD_MINOR = 10_000;

interface Sent {
  readonly requestId: string;
  readonly card: number; // place in the shop's cards
  answer: 'done' | 'not_done' | 'none';
  again: (call: HttpCaller) => Promise<string | undefined>; // what a repeat is answered
  text: string;
}

interface Shop {
  readonly folder: string;
  readonly server: ServerProcess;
  readonly sandbox: Sandbox;
  readonly cards: readonly ({ code: string } | { number: string })[];
  readonly sent: Sent[];
  /** Customers of both doors buy for one yen each until the server is gone. */
  work(): Promise<void>;
}

async function openShop(context: TestContext): Promise<Shop> {
  const folder = demoFolder(context);
  const server = await startServer(context, { folder });
  const sandbox = sandboxOf(server, folder);
  const call = httpCaller(server.httpUrl, sandbox.http.apiKey);
  const codes: { code: string }[] = [];
  for (let card = 0; card < CUSTOMERS; card += 1) {
    const body = { productId: 'gift-code', amountMinor: CARD_MINOR, unit: 'JPY' };
    const issued = await call('/v1/instruments', { requestId: `issue-${card}`, body });
    assert.equal(issued.status, 200, issued.text);
    codes.push({ code: issued.body.code });
  }
  const tenThousand = sandbox.cards.filter(({ faceMinor }) => faceMinor === CARD_MINOR);
  const racked = tenThousand.slice(0, TILLS).map(({ number }) => ({ number }));
  const sent: Sent[] = [];
  return {
    folder,
    server,
    sandbox,
    cards: [...codes, ...racked],
    sent,
    async work() {
      await Promise.all([
        ...codes.map((card, place) => buyOverHttp(call, card, place, sent)),
        ...racked.map((card, at) => buyAtTill(sandbox, card, { at, sent })),
      ]);
    },
  };
}

async function buyOverHttp(
  call: HttpCaller,
  card: { readonly code: string },
  place: number,
  sent: Sent[],
): Promise<void> {
  for (let count = 1; ; count += 1) {
    const requestId = `web-${place}-${count}`;
    const order = { requestId, body: { card, amountMinor: 1, unit: 'JPY' } };
    const again = async (on: HttpCaller) => (await on('/v1/redemptions', order)).text;
    const purchase: Sent = { requestId, card: place, answer: 'none', again, text: '' };
    sent.push(purchase);
    try {
      const { status, text, body } = await call('/v1/redemptions', order);
      purchase.text = text;
      if (status === 200) purchase.answer = 'done';
      else {
        assert.deepEqual([status, body?.code], [503, 'busy'], `an honest answer, not: ${text}`);
        purchase.answer = 'not_done';
      }
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return; // the connection was closed: nobody listens any more
    }
  }
}

async function buyAtTill(
  sandbox: Sandbox,
  { number }: { readonly number: string },
  { at, sent }: { at: number; sent: Sent[] },
): Promise<void> {
  const till = await tillCaller(sandbox);
  const place = CUSTOMERS + at;
  const about = { number, amountMinor: CARD_MINOR, code: '900000' };
  const activation = tillMessage(sandbox, 100_000 * (at + 1), about);
  assert.equal((await till.send('0200', activation.fields))?.[39], '00');
  for (let count = 1; ; count += 1) {
    const stan = 100_000 * (at + 1) + count;
    const { fields, requestId } = tillMessage(sandbox, stan, {
      number,
      amountMinor: 1,
      code: '000000',
    });
    const purchase: Sent = { requestId, card: place, answer: 'none', again: noRepeat, text: '' };
    sent.push(purchase);
    let answer: TillFields | null = null;
    try {
      answer = await till.send('0200', fields);
    } catch {
      return;
    }
    if (answer === null) return;
    assert.ok(answer[39] === '00' || answer[39] === '91', `a till was told ${answer[39]}`);
    purchase.answer = answer[39] === '00' ? 'done' : 'not_done';
  }
}

const noRepeat = async (): Promise<undefined> => undefined;

/** Asked at the second start: each request, each balance, the books. */
async function judge(context: TestContext, shop: Shop): Promise<void> {
  const verified = await runProgram(['verify'], { KINKEN_DATA: shop.folder });
  assert.equal(verified.code, 0, verified.text);
  const server = await startServer(context, { folder: shop.folder });
  assert.deepEqual(sandboxOf(shop.server, shop.folder), shop.sandbox, 'keys are made once');
  const call = httpCaller(server.httpUrl, shop.sandbox.http.apiKey);
  const spent = shop.cards.map(() => 0);
  for (const { requestId, card, answer } of shop.sent) {
    const { body, text } = await call(`/v1/requests/${encodeURIComponent(requestId)}`);
    if (answer === 'done') assert.equal(body.outcome, 'accepted', `${requestId}: ${text}`);
    if (answer === 'not_done') assert.equal(body.outcome, 'not_seen', `${requestId}: ${text}`);
    assert.match(body.outcome, /^(accepted|not_seen)$/, `${requestId}: ${text}`);
    if (body.outcome === 'accepted') spent[card] = (spent[card] ?? 0) + 1;
  }
  for (const [place, card] of shop.cards.entries()) {
    const { body, text } = await call('/v1/balance-inquiries', { body: { card } });
    assert.equal(body.balanceMinor, CARD_MINOR - (spent[place] ?? 0), text);
  }
  const done = shop.sent.filter(({ answer }) => answer === 'done');
  for (const purchase of done.filter(({ text }) => text !== '').slice(-20)) {
    assert.equal(await purchase.again(call), purchase.text, 'the same again, the same answer');
  }
  assert.ok(done.length > CUSTOMERS, 'there was load');
  context.diagnostic(`${done.length} of ${shop.sent.length} had an answer`);
  assert.equal((await server.stop()).code, 0);
}
