import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideStepUp, type Factor, type StepUpAct } from './decide-step-up.ts';
import { decideWait } from './decide-wait.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW = Date.UTC(2026, 3, 1);
const ALL: readonly Factor[] = ['mail', 'authenticator', 'passkey'];

function judged(
  act: StepUpAct,
  amountMinor: bigint,
  isOdd: boolean,
  shown: readonly (readonly [Factor, number])[],
  has = ALL,
): string {
  const step = decideStepUp({
    act,
    amountMinor,
    isOdd,
    has,
    now: NOW,
    shown: shown.map(([factor, agoMs]) => ({ factor, at: NOW - agoMs })),
  });
  if (step.state === 'fresh') return 'fresh';
  return step.state === 'ask' ? step.factors.join(' ') : `needs ${step.needs}`;
}

test('what has to be shown grows with the amount, and with what is odd', () => {
  const rows: readonly (readonly [bigint, boolean, Factor, number, string])[] = [
    [5_000n, false, 'mail', 12 * HOUR_MS - 1, 'fresh'],
    [5_000n, false, 'mail', 12 * HOUR_MS, 'passkey authenticator mail'],
    [5_000n, true, 'mail', 15 * MINUTE_MS - 1, 'fresh'],
    [5_000n, true, 'mail', 15 * MINUTE_MS, 'passkey authenticator mail'],
    [5_001n, false, 'mail', 30 * MINUTE_MS - 1, 'fresh'],
    [30_000n, false, 'mail', 30 * MINUTE_MS, 'passkey authenticator mail'],
    [30_000n, true, 'mail', 0, 'passkey authenticator'],
    [30_000n, true, 'authenticator', 15 * MINUTE_MS - 1, 'fresh'],
    [30_001n, false, 'mail', 0, 'passkey authenticator'],
    [100_000n, false, 'authenticator', 15 * MINUTE_MS - 1, 'fresh'],
    [100_000n, true, 'authenticator', 0, 'passkey'],
    [100_001n, false, 'authenticator', 0, 'passkey'],
    [100_001n, false, 'passkey', 5 * MINUTE_MS - 1, 'fresh'],
    [100_001n, true, 'passkey', 5 * MINUTE_MS, 'passkey'],
  ];
  for (const [amount, isOdd, factor, agoMs, expected] of rows) {
    const name = `${amount} ${isOdd ? 'odd' : 'usual'} ${factor} ${agoMs}`;
    assert.equal(judged('send_gift', amount, isOdd, [[factor, agoMs]]), expected, name);
    assert.equal(judged('use_value', amount, isOdd, [[factor, agoMs]]), expected, name);
  }
  assert.equal(judged('send_gift', 1n, false, []), 'passkey authenticator mail', 'nothing shown');
});

test('a stronger one counts for a weaker, and what nobody has is not asked for', () => {
  assert.equal(judged('send_gift', 100_000n, false, [['passkey', 0]]), 'fresh');
  assert.equal(judged('send_gift', 30_000n, false, [['passkey', 0]], ['mail']), 'fresh');
  assert.equal(
    judged('send_gift', 100_000n, false, [['mail', 0]], ['mail']),
    'needs authenticator',
  );
  assert.equal(judged('send_gift', 100_001n, false, [['mail', 0]], ['mail']), 'needs passkey');
});

test('what protects the account is changed by the strongest that its member has', () => {
  for (const act of ['security', 'unfreeze'] as const) {
    assert.equal(judged(act, 0n, false, [['mail', 0]], ['mail']), 'fresh');
    assert.equal(judged(act, 0n, false, [['mail', 10 * MINUTE_MS]], ['mail']), 'mail');
    assert.equal(judged(act, 0n, false, [['mail', 0]], ['mail', 'authenticator']), 'authenticator');
    assert.equal(judged(act, 0n, false, [['authenticator', 0]]), 'passkey');
    assert.equal(judged(act, 0n, true, [['passkey', 10 * MINUTE_MS - 1]]), 'fresh');
  }
});

test('a recovery waits from one to five days, by support fourteen', () => {
  const days = (asked: Parameters<typeof decideWait>[0]) => decideWait(asked) / (24 * HOUR_MS);
  const recovery = (isKnownDevice: boolean, strongest: Factor) =>
    days({ kind: 'recovery', isKnownDevice, strongest });
  assert.equal(recovery(true, 'mail'), 1);
  assert.equal(recovery(false, 'mail'), 2);
  assert.equal(recovery(true, 'authenticator'), 3);
  assert.equal(recovery(false, 'passkey'), 5);
  const other = { isKnownDevice: true, strongest: 'mail' } as const;
  assert.equal(days({ kind: 'support_recovery', ...other }), 14);
  assert.equal(days({ kind: 'mail_address', ...other }), 3);
  assert.equal(days({ kind: 'day_limit', ...other }), 1);
});
