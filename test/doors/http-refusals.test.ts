import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSALS } from '../../src/instruments/index.ts';
import { DOOR_REFUSALS } from '../../src/doors/http/door-refusals.ts';
import { problem } from '../../src/doors/http/contract.ts';
import { REFUSALS as TEXTS } from '../../src/doors/http/refusals.ts';
import { VALUE_ROUTES } from '../../src/doors/http/value-routes.ts';
import { SCOPES } from '../../src/clients/index.ts';
import { openWorld } from './http-world.ts';

const MONEY = { amountMinor: 1_500, unit: 'JPY' };
const REDEEM = { card: { code: 'CODE' }, ...MONEY };

test('every refusal of the engine is a problem document in both languages', async () => {
  await using world = await openWorld();
  for (const refusal of REFUSALS) {
    for (const [language, locale] of [
      ['ja,en;q=0.5', 'ja'],
      [undefined, 'en'],
    ] as const) {
      world.engine.answerNext({
        outcome: 'refused',
        refusal,
        isRepeated: false,
        balanceMinor: null,
      });
      const answered = await world.call({
        url: '/v1/freezes',
        body: { card: { instrumentId: 'ins_256' }, reason: 'test' },
        headers: language ? { 'accept-language': language } : {},
      });
      const { status, title, detail } = TEXTS[refusal];
      assert.equal(answered.status, status, refusal);
      assert.equal(answered.headers['content-type'], 'application/problem+json; charset=utf-8');
      const said = problem.parse(answered.body);
      assert.deepEqual(
        [said.code, said.title, said.detail],
        [refusal, title[locale], detail[locale]],
      );
    }
  }
});

test('no text of a refusal is empty or stands in the wrong language', () => {
  for (const [refusal, { status, title, detail }] of Object.entries({
    ...TEXTS,
    ...DOOR_REFUSALS,
  })) {
    assert.ok(status >= 400 && status < 600, refusal);
    for (const text of [title.ja, detail.ja]) assert.match(text, /[ぁ-んァ-ン一-龠]/, refusal);
    for (const text of [title.en, detail.en])
      assert.doesNotMatch(text, /[ぁ-んァ-ン一-龠]/, refusal);
  }
});

test('what is not done is 503 busy with Retry-After; what is unknown is never told as a decline', async () => {
  await using world = await openWorld();
  for (const cause of ['busy', 'draining', 'database_unavailable'] as const) {
    world.engine.answerNext({ outcome: 'not_done', cause, retryAfterMs: 1_200 });
    const busy = await world.call({ url: '/v1/redemptions', body: REDEEM });
    assert.deepEqual(
      [busy.status, busy.body['code'], busy.headers['retry-after']],
      [503, 'busy', '2'],
    );
  }
  world.engine.answerNext({ outcome: 'outcome_unknown' });
  const unknown = await world.call({ url: '/v1/redemptions', body: REDEEM });
  assert.deepEqual([unknown.status, unknown.body['code']], [503, 'outcome_unknown']);
  assert.match(String(unknown.body['detail']), /Repeat or reverse this id/);
});

test('a balance that is too small is told with the refusal', async () => {
  await using world = await openWorld();
  world.engine.addCard({ code: 'CODE', balanceMinor: 300n });
  const answered = await world.call({ url: '/v1/redemptions', body: REDEEM });
  assert.deepEqual([answered.status, answered.body['balanceMinor']], [422, 300]);
});

test('bad bodies are refused with what is wrong, and reach nobody', async () => {
  await using world = await openWorld();
  const bad: [string, unknown, number, string][] = [
    ['no body', '', 400, 'request_not_understood'],
    ['not JSON', '{"card":', 400, 'body_not_understood'],
    [
      'a field twice',
      '{"card":{"code":"A"},"amountMinor":1,"amountMinor":2,"unit":"JPY"}',
      400,
      'body_not_understood',
    ],
    ['an unknown field', { ...REDEEM, note: 'x' }, 400, 'request_not_understood'],
    [
      '__proto__',
      '{"__proto__":{"a":1},"card":{"code":"A"},"amountMinor":1,"unit":"JPY"}',
      400,
      'request_not_understood',
    ],
    [
      'an unknown field of the card',
      { ...REDEEM, card: { code: 'A', pin: '1' } },
      400,
      'request_not_understood',
    ],
    [
      'two names of the card',
      { ...REDEEM, card: { code: 'A', number: '1' } },
      400,
      'request_not_understood',
    ],
    ['no name of the card', { ...REDEEM, card: {} }, 400, 'request_not_understood'],
    ['a code as a number', { ...REDEEM, card: { code: 1234 } }, 400, 'request_not_understood'],
    [
      'an endless code',
      { ...REDEEM, card: { code: 'A'.repeat(201) } },
      400,
      'request_not_understood',
    ],
    ['zero', { ...REDEEM, amountMinor: 0 }, 400, 'request_not_understood'],
    ['negative', { ...REDEEM, amountMinor: -1 }, 400, 'request_not_understood'],
    ['a fraction', { ...REDEEM, amountMinor: 10.5 }, 400, 'request_not_understood'],
    ['a text', { ...REDEEM, amountMinor: '1500' }, 400, 'request_not_understood'],
    [
      '2^53',
      `{"card":{"code":"A"},"amountMinor":9007199254740992,"unit":"JPY"}`,
      400,
      'request_not_understood',
    ],
    [
      '1e400',
      `{"card":{"code":"A"},"amountMinor":1e400,"unit":"JPY"}`,
      400,
      'request_not_understood',
    ],
    [
      'a rounded fraction',
      `{"card":{"code":"A"},"amountMinor":1.00000000000000000001,"unit":"JPY"}`,
      400,
      'body_not_understood',
    ],
    ['a unit in small letters', { ...REDEEM, unit: 'jpy' }, 400, 'request_not_understood'],
    ['no unit', { ...REDEEM, unit: undefined }, 400, 'request_not_understood'],
    ['a list', [REDEEM], 400, 'request_not_understood'],
    ['a large body', { ...REDEEM, unit: 'x'.repeat(70_000) }, 413, 'body_too_large'],
  ];
  for (const [what, body, status, code] of bad) {
    const answered = await world.call({ url: '/v1/redemptions', body });
    assert.deepEqual(
      [answered.status, answered.body['code']],
      [status, code],
      `${what}: ${answered.text}`,
    );
    assert.equal(answered.headers['content-type'], 'application/problem+json; charset=utf-8', what);
  }
  const holds = await world.call({
    url: '/v1/holds',
    body: { ...REDEEM, durationSeconds: 31 * 86_400 + 1 },
  });
  assert.equal(holds.status, 400);
  const many = { operations: Array.from({ length: 1_001 }, () => ({})) };
  const batch = await world.call({ url: '/v1/batches', body: many });
  assert.equal(batch.status, 400);
  assert.ok((batch.body['errors'] as unknown[]).length <= 20);
  assert.deepEqual(world.engine.operations, []);
});

test('an error names the field, and never repeats what was sent', async () => {
  await using world = await openWorld();
  const body = { ...REDEEM, card: { code: 'SECRETCODE', number: 'SECRETVALUE' } };
  const answered = await world.call({ url: '/v1/redemptions', body });
  assert.deepEqual(answered.body['errors'], [
    {
      field: 'card',
      message: 'name the card by exactly one of code, number, barcode or instrumentId',
    },
  ]);
  assert.doesNotMatch(answered.text, /SECRETCODE|SECRETVALUE/);
});

test('an Idempotency-Key has 1 to 128 printable ASCII characters', async () => {
  await using world = await openWorld();
  world.engine.addCard({ code: 'CODE', balanceMinor: 9_000n });
  for (const requestId of [null, '', 'x'.repeat(129), 'schlüssel', 'a\tb']) {
    const answered = await world.call({ url: '/v1/redemptions', body: REDEEM, requestId });
    assert.deepEqual([answered.status, answered.body['code']], [400, 'idempotency_key_required']);
  }
  const longest = await world.call({
    url: '/v1/redemptions',
    body: REDEEM,
    requestId: '~'.repeat(128),
  });
  assert.equal(longest.status, 200);
});

test('only JSON is understood, and every address says which methods it takes', async () => {
  await using world = await openWorld();
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
    const answered = await world.call({
      url: '/v1/loads',
      body: 'x=1',
      headers: { 'content-type': type },
    });
    assert.deepEqual([answered.status, answered.body['code']], [415, 'media_type_not_supported']);
  }
  const method = await world.call({ method: 'DELETE', url: '/v1/instruments/ins_256' });
  assert.deepEqual([method.status, method.headers['allow']], [405, 'GET']);
  const nowhere = await world.call({ url: '/v2/anything' });
  assert.deepEqual([nowhere.status, nowhere.body['code']], [404, 'not_found']);
});

test('without a key nothing is told; with one, only what its scopes allow', async () => {
  await using world = await openWorld();
  const nothing = world.key([]);
  const routes = keyedRoutes(world);
  assert.ok(routes.length >= VALUE_ROUTES.length + 8);
  for (const { method, url, scope } of routes) {
    const call = { method, url, ...(method === 'POST' && { body: {} }) };
    for (const key of [null, 'kk_short', `kk_${'x'.repeat(43)}`]) {
      const stranger = await world.call({ ...call, key });
      assert.equal(stranger.status, 401, `${method} ${url}`);
      assert.match(String(stranger.headers['www-authenticate']), /^Bearer/);
    }
    const poor = await world.call({ ...call, key: nothing });
    assert.deepEqual([poor.status, poor.body['scope']], [403, scope], `${method} ${url}`);
    const others = SCOPES.filter((each) => each !== scope);
    assert.equal((await world.call({ ...call, key: world.key(others) })).status, 403);
    const right = await world.call({ ...call, key: world.key([scope]) });
    assert.notEqual(right.status, 403, `${method} ${url} with ${scope}`);
    assert.notEqual(right.status, 401);
  }
});

test('a freeze of a desk is lifted by staff only (R14)', async () => {
  await using world = await openWorld();
  const key = world.key(['freeze']);
  const url = '/v1/unfreezes';
  for (const owner of ['fraud', 'case', 'item']) {
    const refused = await world.call({ url, body: { card: { code: 'A' }, owner }, key });
    assert.deepEqual([refused.status, refused.body['scope']], [403, 'staff'], owner);
  }
  assert.equal(world.engine.operations.length, 0);
  await world.call({ url, body: { card: { code: 'A' } }, key });
  await world.call({ url, body: { card: { code: 'A' }, owner: 'fraud' }, requestId: 'r-2' });
  assert.equal(world.engine.operations.length, 2);
});

test('a number needs redeem:number to redeem, an instrument id needs staff', async () => {
  await using world = await openWorld();
  const key = world.key(['redeem', 'hold', 'inquire', 'batch']);
  for (const url of ['/v1/redemptions', '/v1/holds']) {
    const byNumber = await world.call({
      url,
      body: { card: { number: '99990000' }, ...MONEY },
      key,
    });
    assert.deepEqual([byNumber.status, byNumber.body['scope']], [403, 'redeem:number']);
    const byId = await world.call({
      url,
      body: { card: { instrumentId: 'ins_256' }, ...MONEY },
      key,
    });
    assert.deepEqual([byId.status, byId.body['scope']], [403, 'staff']);
  }
  const asked = await world.call({
    url: '/v1/balance-inquiries',
    body: { card: { instrumentId: 'ins_256' } },
    key,
  });
  assert.equal(asked.status, 403);
  const operations = [{ requestId: 'b', kind: 'redeem', card: { number: '99990000' }, ...MONEY }];
  const batch = await world.call({ url: '/v1/batches', body: { operations }, key });
  const [item] = batch.body['answers'] as Record<string, unknown>[];
  assert.deepEqual([item?.['code'], item?.['scope']], ['scope_missing', 'redeem:number']);
  assert.deepEqual(world.engine.operations, []);
});

test("another issuer's cards and ids do not exist", async () => {
  await using world = await openWorld();
  const card = world.engine.addCard({ code: 'CODE', balanceMinor: 9_000n });
  const key = world.key(undefined, { clientId: 9, issuerId: 2, merchantId: 41 });
  const redeemed = await world.call({ url: '/v1/redemptions', body: REDEEM, key });
  assert.deepEqual([redeemed.status, redeemed.body['code']], [404, 'instrument_not_found']);
  for (const path of ['', '/transfers']) {
    const read = await world.call({ url: `/v1/instruments/ins_${card.instrumentId}${path}`, key });
    assert.equal(read.status, 404);
    assert.equal((await world.call({ url: `/v1/instruments/nonsense${path}` })).status, 404);
  }
  const request = await world.call({ url: '/v1/requests/r-1', key });
  assert.notEqual(request.body['outcome'], 'accepted');
});

function keyedRoutes(world: Awaited<ReturnType<typeof openWorld>>) {
  const text = world.server.fastify.swagger() as unknown as {
    paths: Record<string, Record<string, { description?: string }>>;
  };
  return Object.entries(text.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description = '' }]) => ({
      method: method.toUpperCase() as 'GET' | 'POST',
      url: path.replace(/\{\w+\}/g, '1'),
      scope: SCOPES.find((scope) => new RegExp(`Scope: ${scope}[.,]`).test(description)) ?? 'read',
    })),
  );
}
