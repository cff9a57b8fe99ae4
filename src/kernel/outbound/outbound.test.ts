import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { AddressRefused, isAllowed, judgeWebhookUrl, pinAddress } from './address.ts';
import { post } from './post.ts';
import { pauseAfter } from './retry.ts';

void test('addresses of machines around us are not delivered to, however they are written', async () => {
  const refused = [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    '2001:0:1::',
    'ff02::1',
    'nonsense',
  ];
  for (const address of refused) assert.equal(isAllowed(address, 'public'), false, address);
  for (const address of [
    '1.1.1.1',
    '93.184.216.34',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::5e',
  ]) {
    assert.equal(isAllowed(address, 'public'), true, address);
  }
  assert.equal(isAllowed('127.0.0.1', 'loopback'), true);
  assert.equal(isAllowed('::1', 'loopback'), true);
  assert.equal(isAllowed('10.0.0.1', 'loopback'), false);

  for (const url of [
    'http://example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://user:pw@example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'nothing',
    `https://example.com/${'a'.repeat(3_000)}`,
  ]) {
    assert.throws(() => judgeWebhookUrl(url, 'public'), AddressRefused, url);
  }
  assert.equal(judgeWebhookUrl('https://example.com:8443/hook', 'public').port, '8443');

  const url = new URL('https://partner.example/');
  const both = async () => [
    { address: '1.1.1.1', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ];
  await assert.rejects(pinAddress(url, 'public', both), AddressRefused);
  await assert.rejects(
    pinAddress(url, 'public', async () => []),
    AddressRefused,
  );
});

void test('a name is resolved once, and the connection goes to the address that was checked', async () => {
  const hosts: (string | undefined)[] = [];
  const receiver = createServer((request, answer) => {
    hosts.push(request.headers.host);
    request.resume().on('end', () => answer.writeHead(204).end());
  });
  try {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://partner.example:${(receiver.address() as AddressInfo).port}/`;
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    };
    const body = '{"events":[]}';
    const status = await post({
      url,
      body,
      headers: {},
      policy: 'loopback',
      timeoutMs: 2_000,
      resolve,
    });
    assert.equal(status, 204);
    assert.equal(asked, 1);
    assert.match(String(hosts[0]), /^partner\.example:/);
    await assert.rejects(
      post({ url, body, headers: {}, policy: 'loopback', timeoutMs: 2_000, resolve }),
      AddressRefused,
    );
    const never = (): Promise<never> => new Promise(() => {});
    await assert.rejects(
      post({ url, body, headers: {}, policy: 'loopback', timeoutMs: 50, resolve: never }),
      /timed out/,
    );
  } finally {
    receiver.close();
  }
});

void test('pauses double, are spread, and have an end', () => {
  const policy = { firstPauseMs: 5_000, longestPauseMs: 3_600_000 };
  const pauses = [0, 1, 2, 3, 20].map((attempts) => pauseAfter(attempts, policy, 1));
  assert.deepEqual(pauses, [5_000, 10_000, 20_000, 40_000, 3_600_000]);
  assert.equal(pauseAfter(0, policy, 0), 2_500);
});
