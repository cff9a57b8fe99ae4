import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from './http-world.ts';

const CODE = 'RIGHTCODE2345678';

test('1,000 guesses from one address are slowed, then stopped; the right code works from elsewhere', async () => {
  await using world = await openWorld();
  world.engine.addCard({ code: CODE, balanceMinor: 5_000n });
  const key = world.key(['inquire', 'redeem']);
  const ask = (code: string, address: string) =>
    world.call({
      url: '/v1/balance-inquiries',
      body: { card: { code } },
      key,
      headers: { 'kinken-end-user-address': address },
    });
  const statuses: Record<number, number> = {};
  const waits: number[] = [];
  for (let time = 0; time < 1_000; time += 1) {
    const answered = await ask(`WRONG${time}`, '192.0.2.1');
    statuses[answered.status] = (statuses[answered.status] ?? 0) + 1;
    if (answered.status === 429) {
      assert.equal(answered.body['code'], 'too_many_attempts');
      waits.push(Number(answered.headers['retry-after']));
    }
    world.clock.advance(10);
  }
  assert.deepEqual(statuses, { 404: 6, 429: 994 });
  assert.deepEqual(waits.slice(0, 4), [1, 2, 4, 8], 'slowed');
  assert.ok((waits.at(-1) ?? 0) > 3_000, 'stopped for an hour');

  assert.equal((await ask(CODE, '192.0.2.1')).status, 429, 'also the right code, from there');
  assert.equal((await ask(CODE, '192.0.2.2')).status, 200, 'the holder, from elsewhere');
  assert.equal(
    (await world.call({ url: '/v1/balance-inquiries', body: { card: { code: CODE } }, key }))
      .status,
    200,
  );

  const figures = await world.parts.metrics.text();
  assert.match(figures, /kinken_guess_stops_total\{asker="visitor"\} 1/);
  const alerts = world.logLines.filter((line) => line.includes('"alert":"guessing"'));
  assert.equal(alerts.length, 1);
  assert.match(alerts[0] ?? '', /"level":"error"/);
  assert.doesNotMatch(alerts[0] ?? '', /192\.0\.2/);

  world.clock.advance(3_600_000);
  assert.equal((await ask(CODE, '192.0.2.1')).status, 200, 'after the stop');
});

test('an IPv6 network is one address, however many of its addresses ask', async () => {
  await using world = await openWorld();
  const key = world.key(['inquire']);
  let looked = 0;
  for (let time = 0; time < 200; time += 1) {
    const answered = await world.call({
      url: '/v1/balance-inquiries',
      body: { card: { code: `WRONG${time}` } },
      key,
      headers: { 'kinken-end-user-address': `2001:db8:7:1::${time.toString(16)}` },
    });
    if (answered.status === 404) looked += 1;
  }
  assert.equal(looked, 6);
});

test('a device is stopped before its address, and neither stops the client', async () => {
  await using world = await openWorld();
  world.engine.addCard({ code: CODE, balanceMinor: 5_000n });
  const redeem = (code: string, device: string | null, requestId: string) =>
    world.call({
      url: '/v1/redemptions',
      body: { card: { code }, amountMinor: 1, unit: 'JPY' },
      requestId,
      headers: {
        'kinken-end-user-address': '192.0.2.1',
        ...(device !== null && { 'kinken-end-user-device': device }),
      },
    });
  for (let time = 0; time < 25; time += 1) await redeem(`WRONG${time}`, 'phone', `g-${time}`);
  assert.equal((await redeem(CODE, 'phone', 'h-1')).status, 429);
  assert.equal((await redeem(CODE, 'tablet', 'h-2')).status, 200, 'another device there');
});

test('a client that names nobody is stopped later, and only where it calls from', async () => {
  await using world = await openWorld();
  world.engine.addCard({ code: CODE, balanceMinor: 5_000n });
  const ask = (code: string) =>
    world.call({ url: '/v1/balance-inquiries', body: { card: { code } } });
  let tries = 0;
  while ((await ask(`WRONG${tries}`)).status === 404) tries += 1;
  assert.equal(tries, 51);
});

test('a batch of guesses is noticed while it runs', async () => {
  await using world = await openWorld();
  const operations = Array.from({ length: 1_000 }, (_, at) => ({
    requestId: `b-${at}`,
    kind: 'redeem',
    card: { code: `WRONG${at}` },
    amountMinor: 1,
    unit: 'JPY',
  }));
  const answered = await world.call({ url: '/v1/batches', body: { operations } });
  const codes = (answered.body['answers'] as Record<string, unknown>[]).map((each) => each['code']);
  assert.equal(codes.filter((code) => code === 'instrument_not_found').length, 250);
  assert.equal(codes.at(-1), 'too_many_attempts');
});

test('a repeat of a wrong try is no new try, and a reversal is never held up', async () => {
  await using world = await openWorld();
  const headers = { 'kinken-end-user-address': '192.0.2.1' };
  const body = { card: { code: 'WRONG' }, amountMinor: 1, unit: 'JPY' };
  for (let time = 0; time < 50; time += 1) {
    const answered = await world.call({ url: '/v1/redemptions', body, requestId: 'same', headers });
    assert.equal(answered.status, 404);
  }
  for (let time = 0; time < 30; time += 1) {
    await world.call({ url: '/v1/redemptions', body, requestId: `new-${time}`, headers });
  }
  const reversal = { requestId: 'same', card: { code: 'WRONG' } };
  const reversed = await world.call({
    url: '/v1/reversals',
    body: reversal,
    requestId: 'undo',
    headers,
  });
  assert.equal(reversed.status, 200);
});
