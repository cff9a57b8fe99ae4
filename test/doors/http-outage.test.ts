import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, START } from './http-world.ts';

test('a refusal that looks like a mistake says that there is an outage, and what to do', async () => {
  await using world = await openWorld();
  const since = Date.parse('2019-12-20T19:19:00+09:00');
  const outage = {
    incidentId: 'inc_7',
    since,
    nextLookAt: null,
    titleJa: '障害',
    titleEn: 'Outage',
  };
  let isOn = true;
  Object.assign(world.parts, { outage: () => (isOn ? outage : null) });
  const redeem = (requestId: string, language: string) =>
    world.call({
      url: '/v1/redemptions',
      body: { card: { code: 'NOTACARD23456789' }, amountMinor: 100, unit: 'JPY' },
      requestId,
      headers: { 'accept-language': language },
    });
  const during = await redeem('r-1', 'ja');
  assert.equal(during.body['code'], 'instrument_not_found', 'programs read the same');
  assert.match(String(during.body['detail']), /障害が起きています。入力の誤りとは限りません/);
  assert.deepEqual(during.body['incident'], {
    incidentId: 'inc_7',
    since: '2019-12-20T10:19:00.000Z',
    nextLookAt: null,
    titleJa: '障害',
    titleEn: 'Outage',
    page: '/status/incidents/inc_7',
  });
  assert.equal((during.body['holder'] as { cause: string }).cause, 'outage');
  isOn = false;
  const after = await redeem('r-2', 'ja');
  assert.equal(after.body['incident'], undefined);
  assert.notEqual((after.body['holder'] as { cause: string }).cause, 'outage');
  assert.ok(START > since);
});
