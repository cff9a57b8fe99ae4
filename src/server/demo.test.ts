import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { hasDemo } from '../demo/index.ts';
import { readConfig } from '../kernel/config.ts';
import { whyDemoCannotStart } from './demo.ts';

test('a server with the demo in it is reached on this machine alone', () => {
  for (const [wanted, environment] of [
    [true, {}],
    [true, { KINKEN_PUBLIC_URL: 'http://localhost:8080' }],
    [true, { KINKEN_PUBLIC_URL: 'http://[::1]:8080' }],
    [false, { HOST: '0.0.0.0' }],
    [false, { TILL_HOST: '0.0.0.0' }],
    [false, { KINKEN_TRUSTED_PROXIES: '127.0.0.1' }],
    [false, { KINKEN_PUBLIC_URL: 'https://cards.example.jp' }],
  ] as const) {
    const reason = whyDemoCannotStart(readConfig(environment));
    assert.equal(reason === null, wanted, JSON.stringify(environment));
  }
});

forBothDatabases('an issuer that is called like the demo is not the demo', async (database) => {
  await database.script(`insert into programmes.issuer (key, name_ja, name_en)
    values ('demo', '見本', 'Demo')`);
  assert.equal(await hasDemo({ connection: database }), false);
  await database.script('insert into demo.mark (made_at) values (now())');
  assert.equal(await hasDemo({ connection: database }), true);
});
