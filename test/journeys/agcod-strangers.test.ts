/**
 * The clients of the protocol that others have written, from npm, unchanged, over real TLS. Each runs
 * in a process of its own that trusts the test's certificate, as a partner's own program would.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import selfsigned from 'selfsigned';
import { wallClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { agcodDoor } from '../../src/doors/agcod/index.ts';
import {
  ACCESS_KEY_ID,
  findProduct,
  PARTNER,
  SECRET_ACCESS_KEY,
} from '../../src/doors/agcod/testing/door.ts';
import { EngineInMemory } from '../../src/doors/agcod/testing/engine.ts';

const HOST_OF_AMAZON_GC = 'agcod-v2-fe-gamma.amazon.com';

let port = 0;
let engine = new EngineInMemory();
let folder = '';
let close: () => Promise<void> = async () => {};

before(async () => {
  const certificate = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: HOST_OF_AMAZON_GC },
        ],
      },
    ],
  });
  folder = await mkdtemp(join(tmpdir(), 'kinken-agcod-'));
  await writeFile(join(folder, 'certificate.pem'), certificate.cert);
  const server = Fastify({ https: { key: certificate.private, cert: certificate.cert } });
  const owner = { secretAccessKey: SECRET_ACCESS_KEY, partner: { ...PARTNER, isSandbox: true } };
  engine = new EngineInMemory();
  await server.register(
    agcodDoor({
      engine,
      findProduct,
      log: silentLog(),
      clock: wallClock,
      directory: { findByAccessKey: (id) => (id === ACCESS_KEY_ID ? owner : undefined) },
    }),
  );
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.server.address() as AddressInfo).port;
  close = () => server.close();
});

after(async () => {
  await close();
  await rm(folder, { recursive: true });
});

/** Runs a partner's program and gives what it printed as JSON. */
async function runPartner(program: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-deprecation', '-e', program],
    {
      cwd: new URL('../..', import.meta.url),
      timeout: 30_000,
      env: {
        PATH: process.env['PATH'],
        NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem'),
        HOST_AND_PORT: `localhost:${port}`,
        PORT: String(port),
        ACCESS_KEY_ID,
        SECRET_ACCESS_KEY,
        PARTNER_ID: PARTNER.partnerId,
      },
    },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

interface Created {
  readonly status: string;
  readonly gcClaimCode: string;
  readonly gcId: string;
  readonly creationRequestId: string;
  readonly cardInfo: { readonly cardStatus: string; readonly value: { readonly amount: number } };
}

test('agcod from npm creates, creates again with the same code, and cancels', async () => {
  const printed = (await runPartner(`
    const Client = require('agcod');
    const client = new Client({
      endpoint: { FE: { host: process.env.HOST_AND_PORT, region: 'us-west-2' } },
      partnerId: process.env.PARTNER_ID,
      credentials: {
        accessKeyId: process.env.ACCESS_KEY_ID,
        secretAccessKey: process.env.SECRET_ACCESS_KEY,
      },
    });
    const call = (run) => new Promise((settle) => run((error, result) => settle({ error, result })));
    (async () => {
      let id;
      const created = await call((done) => {
        id = client.createGiftCard('FE', 1500, 'JPY', done).sequentialId;
      });
      const again = await call((done) => client.createGiftCardAgain('FE', 1500, 'JPY', id, done));
      const cancelled = await call((done) => client.cancelGiftCard('FE', id, created.result.gcId, done));
      const refunded = await call((done) => client.createGiftCardAgain('FE', 1500, 'JPY', id, done));
      const tooMuch = await call((done) => client.createGiftCard('FE', 60000, 'JPY', done));
      client.config.credentials.secretAccessKey = 'guessed';
      const stranger = await call((done) => client.createGiftCard('FE', 1500, 'JPY', done));
      console.log(JSON.stringify({ created, again, cancelled, refunded, tooMuch, stranger }));
    })();
  `)) as Record<'created' | 'again' | 'refunded', { result: Created }> & {
    cancelled: { result: { status: string } };
    tooMuch: { error: { statusCode: number; errorCode: string; errorType: string } };
    stranger: { error: { statusCode: number; message: string } };
  };
  assert.equal(printed.created.result.status, 'SUCCESS');
  assert.equal(printed.created.result.cardInfo.value.amount, 1500);
  assert.ok(printed.created.result.gcClaimCode.length > 0);
  assert.deepEqual(printed.again.result, printed.created.result);
  assert.equal(printed.cancelled.result.status, 'SUCCESS');
  assert.equal(printed.refunded.result.cardInfo.cardStatus, 'RefundedToPurchaser');
  assert.equal(printed.tooMuch.error.statusCode, 400);
  assert.equal(printed.tooMuch.error.errorType, 'MaxAmountExceeded');
  assert.equal(printed.stranger.error.statusCode, 403);
  assert.equal(engine.fundsMinor, 1_000_000n);
});

test('amazon-incentives-api from npm creates, cancels without gcId, and reads its funds', async () => {
  const printed = (await runPartner(`
    const { IncentivesAPI } = require('amazon-incentives-api');
    const api = new IncentivesAPI({
      partnerId: process.env.PARTNER_ID,
      accessKeyId: process.env.ACCESS_KEY_ID,
      secretAccessKey: process.env.SECRET_ACCESS_KEY,
      endpoint: new IncentivesAPI.Endpoint(process.env.HOST_AND_PORT, 'us-west-2'),
    });
    (async () => {
      const id = process.env.PARTNER_ID + '-stranger_2';
      const params = { creationRequestId: id, amount: 2000, currencyCode: 'JPY' };
      const created = await api.createGiftCard(params);
      const funds = await api.getAvailableFunds();
      const throttled = await api.getAvailableFunds().catch((error) => error.response.data);
      const cancelled = await api.cancelGiftCard(id);
      const mock = await api
        .createGiftCard({ ...params, creationRequestId: 'F4000' })
        .catch((error) => error.response.data);
      console.log(JSON.stringify({ created, funds, throttled, cancelled, mock }));
    })();
  `)) as {
    created: Created;
    funds: { availableFunds: { amount: number }; timestamp: string };
    throttled: { message: string };
    cancelled: { status: string; creationRequestId: string };
    mock: { errorCode: string; agcodResponse: { status: string } };
  };
  assert.equal(printed.created.cardInfo.cardStatus, 'Fulfilled');
  assert.equal(printed.funds.availableFunds.amount, 998_000);
  assert.match(printed.funds.timestamp, /^\d{8}T\d{6}Z$/);
  assert.equal(printed.throttled.message, 'Rate exceeded');
  assert.equal(printed.cancelled.status, 'SUCCESS');
  assert.equal(printed.mock.errorCode, 'F400');
  assert.equal(printed.mock.agcodResponse.status, 'RESEND');
});

/**
 * amazon-gc has Amazon's host names built in and takes no other. Nothing of it is changed: as a hosts
 * file would, this process leads the connection to Amazon's name to the test's server, whose
 * certificate bears that name.
 */
test('amazon-gc from npm creates, its built-in host name led to our server', async () => {
  const created = (await runPartner(`
    const https = require('node:https');
    const tls = require('node:tls');
    const agent = new https.Agent();
    agent.createConnection = (options) =>
      tls.connect({ ...options, host: '127.0.0.1', port: Number(process.env.PORT) });
    https.globalAgent = agent;
    require('amazon-gc')
      .createGiftCard({
        amount: 3000,
        currencyCode: 'JPY',
        partnerId: process.env.PARTNER_ID,
        accessKey: process.env.ACCESS_KEY_ID,
        secretKey: process.env.SECRET_ACCESS_KEY,
        environment: 'sandbox',
        endpoint: 'FE',
      })
      .then((answer) => console.log(JSON.stringify(answer)));
  `)) as Created;
  assert.equal(created.status, 'SUCCESS');
  assert.equal(created.cardInfo.value.amount, 3000);
  assert.ok(created.creationRequestId.startsWith(PARTNER.partnerId));
});
