import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MovedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { createMetrics } from '../kernel/metrics.ts';
import { VISITOR } from './decide-guess.ts';
import { createGuessThrottle, type Visitor } from './guess-throttle.ts';

const HOLDER: Visitor = { clientId: 7, address: '198.51.100.7', device: 'd', peerAddress: '::1' };

test('during an outage a holder who tries again and again is not stopped, and not burdened afterwards', () => {
  const { throttle, outage } = openThrottle();
  outage.isOn = true;
  for (let tries = 0; tries < VISITOR.stopMisses + 10; tries += 1) {
    assert.equal(throttle.admit(HOLDER), 0, `try ${tries}`);
    throttle.settle(HOLDER, true);
  }
  outage.isOn = false;
  assert.equal(throttle.admit(HOLDER), 0);
  throttle.settle(HOLDER, false);
});

test('during an outage somebody who guesses is stopped all the same, ten times later', () => {
  const { throttle, outage, clock } = openThrottle();
  outage.isOn = true;
  let tries = 0;
  for (; tries < VISITOR.stopMisses * 12; tries += 1) {
    const waitMs = throttle.admit(HOLDER);
    if (waitMs > 600_000) break;
    if (waitMs > 0) clock.advance(waitMs);
    else throttle.settle(HOLDER, true);
  }
  assert.ok(tries > VISITOR.stopMisses * 5 && tries < VISITOR.stopMisses * 12, `${tries}`);
});

test('an outage that begins or ends while one is looked up leaves nothing under way', () => {
  const { throttle, outage } = openThrottle();
  for (let round = 0; round < 50; round += 1) {
    outage.isOn = round % 2 === 0;
    assert.equal(throttle.admit(HOLDER), 0);
    outage.isOn = !outage.isOn;
    throttle.settle(HOLDER, false);
  }
});

function openThrottle() {
  const clock = new MovedClock(Date.parse('2019-12-20T20:00:00+09:00'));
  const outage = { isOn: false };
  const throttle = createGuessThrottle({
    clock,
    log: createLog({ level: 'silent', isTerminal: false, write: () => undefined }),
    metrics: createMetrics({ withProcess: false }),
    hashAsker: (name) => name,
    isOutage: () => outage.isOn,
  });
  return { clock, outage, throttle };
}
