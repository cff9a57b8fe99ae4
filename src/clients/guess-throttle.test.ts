import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MovedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { createMetrics } from '../kernel/metrics.ts';
import { ADDRESS, VISITOR } from './decide-guess.ts';
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

test('who asks at once counts as who asks one after the other, whatever device each names', () => {
  const { throttle } = openThrottle();
  const devices = Array.from({ length: 150 }, (_, at) => ({ ...HOLDER, device: `d-${at}` }));
  const looked = devices.filter((visitor) => throttle.admit(visitor) === 0);
  assert.equal(looked.length, ADDRESS.freeMisses + 1);
  for (const visitor of looked) throttle.settle(visitor, true);
  assert.ok(throttle.admit({ ...HOLDER, device: 'one more' }) > 0);
  assert.equal(throttle.admit({ ...HOLDER, address: '198.51.100.8' }), 0, 'somebody elsewhere');
});

test('of one device six are looked at at once, and right ones are taken back', () => {
  const { throttle } = openThrottle();
  for (let round = 0; round < 40; round += 1) {
    const looked = Array.from({ length: 20 }, () => throttle.admit(HOLDER)).filter(
      (ms) => ms === 0,
    );
    assert.equal(looked.length, VISITOR.freeMisses + 1, `round ${round}`);
    for (const _ of looked) throttle.settle(HOLDER, false);
  }
});

test('a shop that names no visitor sells as much at once as it likes, also when some mistype', () => {
  const { throttle } = openThrottle();
  const shop: Visitor = { ...HOLDER, address: null, device: null };
  for (let time = 0; time < 20; time += 1) {
    throttle.admit(shop);
    throttle.settle(shop, true);
  }
  for (let time = 0; time < 2_000; time += 1) assert.equal(throttle.admit(shop), 0, `${time}`);
});

test('a stop is told once, however many were under way', () => {
  const { throttle, lines, clock } = openThrottle();
  for (let time = 0; time < ADDRESS.stopMisses + 30; time += 1) {
    clock.advance(10);
    throttle.settle({ ...HOLDER, device: `d-${time}` }, true);
  }
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /"alert":"guessing".*"asker":"address"/);
});

function openThrottle() {
  const clock = new MovedClock(Date.parse('2019-12-20T20:00:00+09:00'));
  const outage = { isOn: false };
  const lines: string[] = [];
  const throttle = createGuessThrottle({
    clock,
    log: createLog({ level: 'error', isTerminal: false, write: (line) => void lines.push(line) }),
    metrics: createMetrics({ withProcess: false }),
    hashAsker: (name) => name,
    isOutage: () => outage.isOn,
  });
  return { clock, lines, outage, throttle };
}
