import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import { test } from 'node:test';
import { generate } from 'selfsigned';
import { openWorld } from './http-world.ts';

test('nothing secret reaches a log, an error or the metrics', async () => {
  await using world = await openWorld();
  const code = 'TOPSECRETCODE4711';
  const number = '9999123412341234';
  world.engine.addCard({ code, number, balanceMinor: 100n });
  const key = world.key();
  const money = { amountMinor: 1_500, unit: 'JPY' };
  const answers = [
    await world.call({ url: '/v1/redemptions', body: { card: { code }, ...money }, key }),
    await world.call({ url: '/v1/redemptions', body: `{"card":{"code":"${code}"},`, key }),
    await world.call({ url: '/v1/redemptions', body: { card: { code, x: code }, ...money }, key }),
    await world.call({ url: `/v1/instruments/${code}`, key }),
    await world.call({ url: `/v1/requests/x?number=${number}`, key }),
    await world.call({ url: `/${code}`, key }),
    await world.call({ url: '/v1/balance-inquiries', body: { card: { number } }, key }),
  ];
  world.engine.submit = () => Promise.reject(new Error('the engine is not there'));
  answers.push(
    await world.call({ url: '/v1/redemptions', body: { card: { code }, ...money }, key }),
  );
  assert.deepEqual([answers.at(-1)?.status, answers.at(-1)?.body['code']], [500, 'door_broken']);
  assert.ok(world.logLines.some((line) => line.includes('the engine is not there')));

  const everywhere = [
    ...world.logLines,
    ...answers.map(({ text, headers }) => text + JSON.stringify(headers)),
    await world.parts.metrics.text(),
  ].join('\n');
  for (const secret of [code, number, key]) assert.equal(everywhere.includes(secret), false);
});

test('every answer carries the headers of safety and an id', async () => {
  await using world = await openWorld();
  const { headers } = await world.call({ url: '/healthz' });
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(String(headers['content-security-policy']), /default-src 'none'/);
  assert.match(String(headers['x-request-id']), /^[0-9a-z]+-[0-9a-z]+$/);
});

test('readiness tells what is missing', async () => {
  await using world = await openWorld();
  assert.equal((await world.call({ url: '/readyz' })).status, 200);
  world.parts.readiness = async () => [{ part: 'clock', reason: '300 ms apart' }];
  const missing = await world.call({ url: '/readyz' });
  assert.deepEqual([missing.status, missing.body['code']], [503, 'not_ready']);
  assert.deepEqual(missing.body['errors'], [{ field: 'clock', message: '300 ms apart' }]);
});

test('metrics count requests by route and operations by outcome', async () => {
  await using world = await openWorld();
  const body = { card: { code: 'WRONG' }, amountMinor: 1, unit: 'JPY' };
  await world.call({ url: '/v1/redemptions', body });
  const { text } = await world.call({ url: '/metrics' });
  assert.match(text, /kinken_http_requests_total\{route="\/v1\/redemptions",status="404"\} 1/);
  assert.match(
    text,
    /kinken_http_operations_total\{kind="redeem",outcome="instrument_not_found"\} 1/,
  );
  assert.match(text, /kinken_http_request_seconds_bucket\{le="0.25",route="\/v1\/redemptions"\} 1/);
});

test('a server that stops answers what is under way, refuses what is new, and ends', async () => {
  const world = await openWorld();
  world.engine.addCard({ code: 'CODE', balanceMinor: 5_000n });
  const address = await world.server.listen({ host: '127.0.0.1', port: 0 });
  const release = world.engine.holdBack();
  const underWay = redeem(address, world.key());
  await until(() => world.engine.operations.length === 1);

  const late = connect(Number(new URL(address).port), '127.0.0.1');
  late.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  await new Promise((resolve) => late.once('data', resolve));
  const said = new Promise<string>((resolve) => {
    late.once('data', (data: Buffer) => resolve(data.toString()));
    late.once('close', () => resolve('closed'));
    late.on('error', () => resolve('closed'));
  });
  const drained = world.server.drain();
  late.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  assert.match(await said, /503 Service Unavailable|closed/);
  release();
  assert.equal((await underWay).status, 200, 'what was under way is answered');
  await drained;
  await assert.rejects(redeem(address, world.key()), 'nobody listens any more');
});

test('malformed HTTP and headers that are too large are told so', async () => {
  await using world = await openWorld();
  const address = await world.server.listen({ host: '127.0.0.1', port: 0 });
  const send = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.end(text));
      let received = '';
      socket.on('data', (data: Buffer) => (received += data.toString()));
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
  assert.match(await send('NONSENSE\r\n\r\n'), /^HTTP\/1.1 400 .*application\/problem\+json/s);
  const large = `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`;
  assert.match(await send(large), /^HTTP\/1.1 431 /);
  assert.match(
    await send('GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
    /^HTTP\/1.1 404 /,
  );
});

test('over TLS the same is served, and browsers are told to stay there', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  await using world = await openWorld(() => ({ tls: { cert, key } }));
  const address = await world.server.listen({ host: '127.0.0.1', port: 0 });
  assert.match(address, /^https:/);
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    httpsGet(`${address}/healthz`, { ca: cert, checkServerIdentity: () => undefined }, resolve).on(
      'error',
      reject,
    );
  });
  answered.resume();
  assert.equal(answered.statusCode, 200);
  assert.match(String(answered.headers['strict-transport-security']), /max-age/);
});

function redeem(address: string, key: string): Promise<{ status: number | undefined }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${address}/v1/redemptions`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': 'r-1',
        },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve({ status: answer.statusCode }));
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ card: { code: 'CODE' }, amountMinor: 100, unit: 'JPY' }));
  });
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
