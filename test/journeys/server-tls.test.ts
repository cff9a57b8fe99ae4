/** AGCOD as a partner meets it: a client from npm, over TLS, with the keys of the sandbox. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import selfsigned from 'selfsigned';
import { readSandbox, startServer, temporaryFolder } from '../support/server-process.ts';

const PARTNER_PROGRAM = `
  const { IncentivesAPI } = require('amazon-incentives-api');
  const { baseUrl, region, ...keys } = JSON.parse(process.env.AGCOD);
  const endpoint = new IncentivesAPI.Endpoint(new URL(baseUrl).host, region);
  const api = new IncentivesAPI({ ...keys, endpoint });
  const creationRequestId = keys.partnerId + '-first';
  (async () => {
    const params = { creationRequestId, amount: 2000, currencyCode: 'JPY' };
    const created = await api.createGiftCard(params);
    const again = await api.createGiftCard(params);
    const cancelled = await api.cancelGiftCard(creationRequestId, created.gcId);
    console.log(JSON.stringify({ created, again, cancelled }));
  })();`;

interface Created {
  readonly status: string;
  readonly gcClaimCode: string;
  readonly cardInfo: { readonly cardStatus: string };
}

void test("amazon-incentives-api creates and cancels over TLS with the sandbox's keys", async (context) => {
  const folder = temporaryFolder(context);
  const names = [{ type: 7 as const, ip: '127.0.0.1' }];
  const made = await selfsigned.generate([{ name: 'commonName', value: 'kinken' }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: names },
    ],
  });
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  writeFileSync(certificate, made.cert);
  writeFileSync(key, made.private, { mode: 0o600 });
  const data = join(folder, 'data');
  const environment = { KINKEN_TLS_CERT: certificate, KINKEN_TLS_KEY: key };
  const server = await startServer(context, { folder: data, environment });
  assert.match(server.httpUrl, /^https:/);
  const { agcod } = readSandbox(data);
  assert.equal(agcod.baseUrl, server.httpUrl);

  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PARTNER_PROGRAM], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    timeout: 60_000,
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: certificate,
      AGCOD: JSON.stringify(agcod),
    },
  });
  const told = JSON.parse(stdout) as {
    created: Created;
    again: Created;
    cancelled: { status: string };
  };
  assert.equal(told.created.status, 'SUCCESS');
  assert.equal(told.created.cardInfo.cardStatus, 'Fulfilled');
  assert.equal(told.again.gcClaimCode, told.created.gcClaimCode);
  assert.equal(told.cancelled.status, 'SUCCESS');
  assert.equal((await server.stop()).code, 0);
});
