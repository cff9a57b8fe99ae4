import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import fastCheck from 'fast-check';
import { networkOf } from './network-of.ts';

test('addresses of one IPv6 network are one asker, however they are written', () => {
  for (const address of [
    '2001:db8:7:1::1',
    '2001:DB8:7:1:ffff:1:2:3',
    '2001:0db8:0007:0001::',
    '2001:db8:7:1::192.0.2.1',
    '2001:db8:7:1::1%eth0',
  ]) {
    assert.equal(networkOf(address), '2001:db8:7:1::/64', address);
  }
  assert.equal(networkOf('2001:db8:7:2::1'), '2001:db8:7:2::/64');
  assert.equal(networkOf('2001:db8::1:2:3:4:5'), '2001:db8:0:1::/64');
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
});

test('IPv4 is itself, also written as IPv6, and what is no address stays as it is', () => {
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(networkOf('::FFFF:c000:201'), '192.0.2.1');
  for (const text of ['', 'unknown', 'a:b', '[2001:db8::1]:443', '1:2:3']) {
    assert.equal(networkOf(text), text);
  }
});

test('every address has a network, which the last half of the address does not change', () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.ipV6(), (address) => {
      fastCheck.pre(isIPv6(address));
      assert.match(networkOf(address), /^([0-9a-f]{1,4}:){4}:\/64$|^\d+(\.\d+){3}$/);
    }),
  );
});
