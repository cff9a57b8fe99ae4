import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../kernel/seeded-random.ts';
import { makeComponentTree } from './component-tree.ts';
import { findScope } from './find-scope.ts';
import { chanceOfAtLeast, chanceOfAtMost, judgeJump, type Counts } from './judge-jump.ts';
import { PLACES, SYSTEM, SYSTEMS } from './testing/konbini.ts';

const counts = (approved: number, failed = 0, signedOff = 0): Counts => ({
  approved,
  failed,
  signedOff,
});

test('chances are those of Poisson', () => {
  assert.ok(Math.abs(chanceOfAtMost(0, 2) - Math.exp(-2)) < 1e-12);
  assert.ok(Math.abs(chanceOfAtMost(3, 2) - 0.857123) < 1e-6);
  assert.ok(Math.abs(chanceOfAtLeast(4, 2) - 0.142877) < 1e-6);
  assert.equal(chanceOfAtLeast(0, 5), 1);
  assert.equal(chanceOfAtMost(5, 0), 1);
});

test('failures where hardly any are usual are a jump', () => {
  assert.equal(judgeJump(counts(2, 38), counts(40, 1)), 'failures');
  assert.equal(judgeJump(counts(0, 12), null), 'failures', 'also where nothing is known yet');
});

test('failures that are usual are none, however many', () => {
  assert.equal(judgeJump(counts(60, 40), counts(62, 38)), null);
  assert.equal(judgeJump(counts(97, 3), counts(100, 1)), null);
});

test('a handful of failures is no jump', () => {
  assert.equal(judgeJump(counts(0, 5), counts(40, 1)), null);
});

test('silence at noon is one, silence at night is none', () => {
  assert.equal(judgeJump(counts(0), counts(60)), 'silence');
  assert.equal(judgeJump(counts(0), counts(2)), null);
  assert.equal(judgeJump(counts(0), null), null, 'what was never seen is not missed');
});

test('half of the usual is a day like others', () => {
  assert.equal(judgeJump(counts(30), counts(60)), null);
  assert.equal(judgeJump(counts(120), counts(60)), null);
});

test('terminals that sign off together are a jump, closing time is not', () => {
  assert.equal(judgeJump(counts(3, 0, 9), counts(30, 0, 0.2)), 'sign_offs');
  assert.equal(judgeJump(counts(3, 0, 9), counts(3, 0, 8)), null);
});

test('a week of usual days and quiet nights raises no alarm; an outage does within its window', () => {
  const seed = 20191220;
  const random = seededRandom(seed);
  const uniform = () => (random.below(1_000_000) + 1) / 1_000_001;
  const drawn = (mean: number): number => {
    let seen = 0;
    for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) seen += 1;
    return seen;
  };
  const usualAt = (hour: number): number => (hour >= 8 && hour < 23 ? 60 : hour === 7 ? 20 : 1);
  const alarms: string[] = [];
  for (let window = 0; window < 7 * 24 * 12; window += 1) {
    const mean = usualAt(Math.floor(window / 12) % 24);
    const day = 0.75 + (Math.floor(window / 288) % 7) * 0.08; // no two days are alike
    const seen = counts(drawn(mean * day * 0.97), drawn(mean * day * 0.03));
    const sign = judgeJump(seen, counts(mean * 0.97, mean * 0.03));
    if (sign !== null) alarms.push(`${window}: ${sign} ${JSON.stringify(seen)}`);
  }
  assert.deepEqual(alarms, [], `seed ${seed}`);
  assert.equal(judgeJump(counts(3, drawn(55)), counts(58, 2)), 'failures');
});

test('the scope is the smallest part of the dependency chain that covers what is wrong', () => {
  const tree = makeComponentTree(SYSTEMS, PLACES);
  const chains = SYSTEMS.filter(({ kind }) => kind === 'chain');
  const scopeOf = (wrong: typeof chains, phase: 'activate' | 'redeem' = 'activate') =>
    findScope(tree, 1, phase, { wrong, active: chains }).map(({ systemId }) => systemId);
  const [first, second] = chains;
  assert.ok(first && second);
  assert.deepEqual(scopeOf([first]), [first.systemId]);
  assert.deepEqual(scopeOf(chains.slice(0, 14)), [SYSTEM.net1], 'FACTS 1.2: one aggregator');
  assert.deepEqual(scopeOf(chains.slice(0, 8)), [SYSTEM.net1]);
  assert.deepEqual(scopeOf([first, second]), [first.systemId, second.systemId], 'two of fourteen');
  assert.deepEqual(scopeOf(chains), [SYSTEM.webMoney, SYSTEM.itunes], 'all chains: the issuer');
  assert.deepEqual(
    scopeOf([...chains.slice(0, 2), ...chains.slice(14)]),
    [11, 12, SYSTEM.net2],
    'one line whole, of the other some',
  );
});
