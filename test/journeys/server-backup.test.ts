/** A copy of the embedded database of a running server, asked for over HTTP. */
import assert from 'node:assert/strict';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { httpCaller } from '../support/door-callers.ts';
import { demoFolder, readSandbox, runProgram, startServer } from '../support/server-process.ts';

void test('a running server copies its database, and another server goes on from the copy', async (context) => {
  const folder = demoFolder(context);
  const server = await startServer(context, { folder });
  const { apiKey } = readSandbox(folder).http;
  const made = await httpCaller(server.httpUrl, apiKey)('/v1/admin/backups', { body: {} });
  assert.equal(made.status, 200, made.text);
  const copy = join(folder, String(made.body['copy']));
  assert.deepEqual(readdirSync(join(folder, 'backups')).length, 1);
  assert.deepEqual(readdirSync(copy), ['postgres'], 'no key, no lock, no sandbox file');

  const refused = await runProgram(['backup', join(folder, 'file')], { KINKEN_DATA: folder });
  assert.equal(refused.code, 1);
  assert.match(refused.text, /in use by process \d+.*POST \/v1\/admin\/backups/s);
  assert.equal((await server.stop()).code, 0);

  copyFileSync(join(folder, 'master.key'), join(copy, 'master.key'));
  const verified = await runProgram(['verify'], { KINKEN_DATA: copy });
  assert.equal(verified.code, 0, verified.text);
  const again = await startServer(context, { folder: copy });
  const products = await httpCaller(again.httpUrl, apiKey)('/v1/admin/products');
  assert.equal(products.status, 200, 'the copy knows the keys');
  assert.equal((await again.stop()).code, 0);
});
