import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  hashSecret,
  isRootSignature,
  isSameSecret,
  newSecret,
  openKeyRing,
  systemRandom,
} from './crypto.ts';
import { seededRandom } from './seeded-random.ts';

const master = new Uint8Array(32).fill(7);

test('the same master key gives the same digests, names and hashes', () => {
  const one = openKeyRing(master);
  const other = openKeyRing(Uint8Array.from(master));
  assert.deepEqual(one.laneDigest('ABC'), other.laneDigest('ABC'));
  assert.deepEqual(one.lookUpNames('ABC'), other.lookUpNames('ABC'));
  assert.deepEqual(one.contentHash('ABC'), other.contentHash('ABC'));
  assert.equal(one.contentHash('ABC').length, 16);
  assert.match(one.lookUpName('ABC'), /^c1:[\w-]{22}$/);
});

test('a new look-up key leaves lanes and content hashes as they were and keeps the old names', () => {
  const before = openKeyRing(master, { lookUp: [1], sealing: [1] });
  const after = openKeyRing(master, { lookUp: [1, 2], sealing: [1, 2] });
  assert.deepEqual(after.laneDigest('ABC'), before.laneDigest('ABC'));
  assert.deepEqual(after.contentHash('ABC'), before.contentHash('ABC'));
  assert.equal(after.lookUpNames('ABC')[0], after.lookUpName('ABC'));
  assert.match(after.lookUpName('ABC'), /^c2:/);
  assert.equal(after.lookUpNames('ABC')[1], before.lookUpName('ABC'));
  assert.equal(after.unseal(before.seal('secret')), 'secret');
});

test('what is sealed opens again, never looks the same twice, and shows a changed byte', () => {
  const keys = openKeyRing(master);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.nat(), (plain, place) => {
      const sealed = keys.seal(plain);
      assert.equal(keys.unseal(sealed), plain);
      assert.notDeepEqual(keys.seal(plain), sealed);
      const changed = Uint8Array.from(sealed);
      const at = place % changed.length;
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => keys.unseal(changed));
    }),
  );
});

test('a sealing key that is not on the ring is named in the error', () => {
  const sealed = openKeyRing(master, { lookUp: [1], sealing: [3] }).seal('secret');
  assert.throws(() => openKeyRing(master).unseal(sealed), /sealing key 3/);
});

test('another master key reads nothing and finds nothing', () => {
  const one = openKeyRing(master);
  const other = openKeyRing(new Uint8Array(32).fill(8));
  assert.throws(() => other.unseal(one.seal('secret')));
  assert.notEqual(other.lookUpName('ABC'), one.lookUpName('ABC'));
});

test('anyone can check a signed root with the public key, and no changed text passes', () => {
  const keys = openKeyRing(master);
  const signature = keys.signRoot('2026-10-01 lane 0 ...');
  assert.equal(keys.rootPublicKey.length, 32);
  assert.equal(isRootSignature(keys.rootPublicKey, '2026-10-01 lane 0 ...', signature), true);
  assert.equal(isRootSignature(keys.rootPublicKey, '2026-10-01 lane 1 ...', signature), false);
});

test('secrets are compared by value and lengths may differ', () => {
  assert.equal(isSameSecret(hashSecret('a'), hashSecret('a')), true);
  assert.equal(isSameSecret(hashSecret('a'), hashSecret('b')), false);
  assert.equal(isSameSecret(hashSecret('a'), new Uint8Array(3)), false);
  assert.match(newSecret(), /^[\w-]{43}$/);
});

test('random numbers stay below their bound and favour none', () => {
  for (const random of [systemRandom, seededRandom(1)]) {
    const seen = new Map<number, number>();
    for (let draw = 0; draw < 60_000; draw += 1) {
      const drawn = random.below(6);
      seen.set(drawn, (seen.get(drawn) ?? 0) + 1);
    }
    assert.deepEqual(
      [...seen.keys()].sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5],
    );
    for (const count of seen.values())
      assert.ok(Math.abs(count - 10_000) < 600, `${count} of about 10,000`);
  }
  assert.ok(systemRandom.below(1_000_000) < 1_000_000);
  assert.equal(systemRandom.bytes(5_000).length, 5_000);
});

test('a seeded random gives the same numbers for the same seed', () => {
  const numbers = (seed: number) => {
    const random = seededRandom(seed);
    return [random.below(1_000), random.below(1_000), ...random.bytes(8)];
  };
  assert.deepEqual(numbers(42), numbers(42));
  assert.notDeepEqual(numbers(42), numbers(43));
});
