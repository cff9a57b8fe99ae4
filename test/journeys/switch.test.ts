/** The switch through the doors of a whole server: a manager's console, a seller's key, and a sale between them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Sandbox } from '../../src/demo/index.ts';
import { readConfig } from '../../src/kernel/config.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { startServer, type RunningServer } from '../../src/server/index.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

type Ask = (method: 'GET' | 'POST', path: string, sent?: unknown) => Promise<Answer>;

const folder = mkdtempSync(join(tmpdir(), 'kinken-switch-'));
let server: RunningServer;
let sandbox: Sandbox;
let requests = 0;

before(async () => {
  const config = readConfig({ KINKEN_DATA: folder, PORT: '0', TILL_PORT: '0' });
  server = await startServer({ config, log: silentLog(), isDemoAsked: true });
  sandbox = JSON.parse(readFileSync(server.sandboxFile ?? '', 'utf8')) as Sandbox;
});

after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function send(
  method: 'GET' | 'POST',
  path: string,
  { sent, headers }: { readonly sent?: unknown; readonly headers: Record<string, string> },
): Promise<Answer & { readonly cookies: string[] }> {
  const answer = await fetch(`${server.httpUrl}${path}`, {
    method,
    headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/json' }) },
    ...(method === 'POST' && { body: JSON.stringify(sent ?? {}) }),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, body, cookies: answer.headers.getSetCookie() };
}

const byKey: Ask = (method, path, sent) =>
  send(method, `/v1${path}`, {
    sent,
    headers: {
      authorization: `Bearer ${sandbox.http.apiKey}`,
      'idempotency-key': `switch-${(requests += 1)}`,
    },
  });

async function signIn(role: string): Promise<Ask> {
  const who = sandbox.console.operators.find((each) => each.role === role);
  const form = { email: who?.email, password: who?.password };
  const signedIn = await send('POST', '/console/api/sign-in', { sent: form, headers: {} });
  assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body));
  const cookie = signedIn.cookies.map((each) => each.split(';')[0]).join('; ');
  const session = await send('GET', '/console/api/session', { headers: { cookie } });
  const token = String(session.body['csrfToken']);
  return (method, path, sent) =>
    send(method, `/console/api${path}`, {
      sent,
      headers: { cookie, 'kinken-csrf': token, 'kinken-issuer': 'demo' },
    });
}

const sale = () =>
  byKey('POST', '/instruments', { productId: 'gift-code', amountMinor: 1_000, unit: 'JPY' });
const WORDS = {
  internalReason: 'phishing in our name',
  textJa: '現在、ギフトコードの販売を停止しています。',
  textEn: 'Sale of gift codes is suspended.',
};

void describe('the switch', () => {
  void test('previews, stops, says why, is confirmed, and resumes by two', async () => {
    const manager = await signIn('channel_manager');
    assert.equal((await sale()).status, 200);
    const names = await byKey('GET', '/admin/products');
    const products = names.body['products'] as { productId: number; key: string }[];
    const productId = products.find(({ key }) => key === 'gift-code')?.productId;
    const scope = { productId };

    const preview = await manager('POST', '/suspensions/preview', { scope });
    assert.equal(preview.status, 200, JSON.stringify(preview.body));
    assert.ok((preview.body['offers'] as { count: number }).count > 0);
    assert.equal((preview.body['hours'] as unknown[]).length, 12);

    const thrown = await manager('POST', '/suspensions', { scope, ...WORDS });
    assert.equal(thrown.status, 200, JSON.stringify(thrown.body));
    assert.equal(thrown.body['isNow'], true);
    const suspensionId = Number(thrown.body['suspensionId']);
    const again = await manager('POST', '/suspensions', { scope, ...WORDS });
    assert.deepEqual([again.status, again.body['code']], [409, 'already_stopped']);

    await until(Date.parse(String(thrown.body['startsAt'])));
    const refused = await sale();
    assert.deepEqual([refused.status, refused.body['code']], [422, 'suspended']);
    assert.match(JSON.stringify(refused.body), /Sale of gift codes is suspended/);

    const told = await byKey('GET', '/suspensions');
    const [shown] = told.body['suspensions'] as Record<string, unknown>[];
    assert.deepEqual([shown?.['suspensionId'], shown?.['state']], [suspensionId, 'stopped']);
    assert.doesNotMatch(JSON.stringify(told.body), /phishing/, 'nothing internal');
    const confirmed = await byKey('POST', `/suspensions/${suspensionId}/confirmations`, {
      phaseNo: 0,
    });
    assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body));

    const detail = await manager('GET', `/suspensions/${suspensionId}`);
    assert.equal(detail.status, 200, JSON.stringify(detail.body));
    assert.ok((detail.body['told'] as { confirmed: number }).confirmed >= 1);
    assert.equal((detail.body['phases'] as unknown[]).length, 1);

    await resume(manager, suspensionId);
    const trail = await (await signIn('auditor'))('GET', '/audit');
    const asked = (trail.body['rows'] as Record<string, unknown>[]).find(
      ({ act }) => act === 'suspension.ask',
    );
    assert.equal(asked?.['subject'], `suspension:${suspensionId}`, 'found by what it is about');
    assert.equal((await sale()).status, 200);
    const past = await manager('GET', '/suspensions?which=past');
    assert.equal(past.body['total'], 1);
  });

  void test('ends the orders that are open on what is stopped, and none of a use', async () => {
    const manager = await signIn('channel_manager');
    const products = await byKey('GET', '/admin/products');
    const idOf = (wanted: string) =>
      (products.body['products'] as { productId: number; key: string }[]).find(
        ({ key }) => key === wanted,
      )?.productId;
    const productId = idOf('gift-code');
    const asked = { kind: 'issue', productId: 'gift-code', amountMinor: 1_000, unit: 'JPY' };
    const order = await byKey('POST', '/orders', asked);
    assert.equal(order.status, 200, JSON.stringify(order.body));
    const url = (suspensionId: unknown) =>
      `/suspensions/${String(suspensionId)}/open-orders/cancellation`;
    const use = { scope: { productId, operations: ['use'] }, ...WORDS };
    const ofUse = await manager('POST', '/suspensions', use);
    const ofSale = await manager('POST', '/suspensions', {
      ...use,
      scope: { productId, operations: ['sell'] },
    });
    const planned = await manager('POST', '/suspensions', {
      ...use,
      scope: { productId: idOf('prepaid-card'), operations: ['sell'] },
      startsAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    const early = await manager('POST', url(planned.body['suspensionId']));
    assert.deepEqual([early.status, early.body['code']], [409, 'stops_nothing_now']);
    await until(Date.parse(String(ofSale.body['startsAt'])));
    const useRefused = await manager('POST', url(ofUse.body['suspensionId']));
    assert.deepEqual([useRefused.status, useRefused.body['code']], [422, 'concerns_no_orders']);
    const auditor = await signIn('auditor');
    assert.equal((await auditor('POST', url(ofSale.body['suspensionId']))).status, 403);
    const detail = await manager('GET', `/suspensions/${String(ofSale.body['suspensionId'])}`);
    assert.deepEqual(detail.body['openOrders'], { count: 1 });
    const done = await manager('POST', url(ofSale.body['suspensionId']));
    assert.deepEqual([done.status, done.body], [200, { cancelled: 1 }]);
    const over = await byKey('GET', `/orders/${String(order.body['orderId'])}`);
    assert.equal(over.body['state'], 'cancelled');
    const again = await manager('POST', url(ofSale.body['suspensionId']));
    assert.deepEqual(again.body, { cancelled: 0 });
    const trail = await auditor('GET', '/audit');
    assert.match(JSON.stringify(trail.body), /suspension\.cancel_orders/);
    for (const { body } of [ofUse, ofSale]) await resume(manager, Number(body['suspensionId']));
  });

  void test('is not for everybody', async () => {
    const auditor = await signIn('auditor');
    const thrown = await auditor('POST', '/suspensions', { scope: {}, ...WORDS });
    assert.deepEqual([thrown.status, thrown.body['code']], [403, 'not_permitted']);
    const manager = await signIn('channel_manager');
    const strange = await manager('POST', '/suspensions', { scope: { productId: 999 }, ...WORDS });
    assert.deepEqual([strange.status, strange.body['code']], [404, 'product_not_found']);
    assert.equal((await manager('GET', '/suspensions/999')).status, 404);
    const malformed = await manager('POST', '/suspensions', { scope: {} });
    assert.deepEqual([malformed.status, malformed.body['code']], [400, 'request_not_understood']);
    const said = JSON.stringify(malformed.body['errors']);
    assert.match(said, /入力が必要です|is needed/, 'in words of people');
    assert.equal(
      (await byKey('POST', '/suspensions/999/confirmations', { phaseNo: 0 })).status,
      404,
    );
  });

  void test('stops over HTTP by keys of the catalogue, with a time as it was announced', async () => {
    const order = (change: object) =>
      byKey('POST', '/suspensions', { scope: { product: 'posa-card' }, ...WORDS, ...change });
    const unread = await order({ announcedText: 'soon' });
    assert.deepEqual([unread.status, unread.body['reason']], [400, 'announced_not_read']);
    const stranger = await order({ scope: { seller: 'nobody' } });
    assert.deepEqual([stranger.status, stranger.body['reason']], [400, 'seller_not_found']);
    const startsAt = new Date(Date.now() + 86_400_000).toISOString();
    const planned = await order({ startsAt });
    assert.deepEqual([planned.status, planned.body['startsAt']], [200, startsAt]);
    const list = await byKey('GET', '/suspensions');
    const [shown] = list.body['suspensions'] as Record<string, unknown>[];
    assert.equal(shown?.['state'], 'scheduled');
    assert.deepEqual(shown?.['scope'], { issuer: 'demo', product: 'posa-card', operations: [] });
  });
});

async function resume(manager: Ask, suspensionId: number): Promise<void> {
  const change = {
    afterPhaseNo: 0,
    effect: 'lifted',
    textJa: '販売を再開しました。',
    textEn: 'Sale has resumed.',
    reason: 'the look-alike site is gone',
  };
  const asked = await manager('POST', `/suspensions/${suspensionId}/changes`, change);
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  const approvalId = String(asked.body['approvalId']);
  const shown = await manager('GET', `/suspensions/${suspensionId}`);
  assert.equal(shown.body['openApprovalId'], approvalId);
  const administrator = await signIn('administrator');
  const approval = await administrator('GET', `/approvals/${approvalId}`);
  const hash = String(approval.body['hash']);
  const alone = await manager('POST', `/approvals/${approvalId}/approve`, { hash });
  assert.equal(alone.body['code'], 'same_person');
  const done = await administrator('POST', `/approvals/${approvalId}/approve`, { hash });
  assert.equal(done.status, 200, JSON.stringify(done.body));
  const lifted = await manager('GET', `/suspensions/${suspensionId}`);
  const [, phase] = lifted.body['phases'] as { startsAt: string; approvedBy: string }[];
  const late = await manager('POST', `/suspensions/${suspensionId}/changes`, change);
  assert.deepEqual([late.status, late.body['code']], [409, 'suspension_changed']);
  await until(Date.parse(phase?.startsAt ?? ''));
}

async function until(at: number): Promise<void> {
  const leftMs = Math.max(0, at - Date.now());
  await new Promise((resolve) => setTimeout(resolve, leftMs + 20));
}
