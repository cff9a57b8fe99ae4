import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseClock, type DatabaseClock } from './clock.ts';

const START = Date.parse('2026-03-02T03:00:00Z');

/** A database's time and a machine's counter, moved apart by hand. */
function openTimes() {
  const times = { database: START, counter: 5_000 };
  const clock = databaseClock(times.database, times.counter, () => times.counter);
  return {
    times,
    clock,
    pass: (ms: number): void => {
      times.database += ms;
      times.counter += ms;
    },
    steer: (takesMs = 0) => readAndSteer(times, clock, takesMs),
  };
}

/** The database is asked, and its time is read half way. */
function readAndSteer(
  times: { database: number; counter: number },
  clock: DatabaseClock,
  takesMs: number,
): void {
  const askedAtMs = times.counter;
  times.counter += takesMs;
  times.database += takesMs;
  clock.steer({
    databaseNow: times.database - takesMs / 2,
    askedAtMs,
    answeredAtMs: times.counter,
  });
}

test('after a suspended machine the clock goes forward to the database', () => {
  const { times, clock, pass, steer } = openTimes();
  times.database += 3_600_000; // the counter stood still
  assert.equal(clock.now(), START);
  steer();
  assert.equal(clock.now(), START + 3_600_000);
  pass(10);
  assert.equal(clock.now(), times.database);
});

test('a clock that is ahead stands still until the database has come up to it', () => {
  const { times, clock, pass, steer } = openTimes();
  pass(1_000);
  const reached = clock.now();
  times.database -= 30_000; // somebody stepped it back
  steer();
  for (let second = 0; second < 29; second += 1) {
    pass(1_000);
    steer();
    assert.equal(clock.now(), reached);
  }
  pass(2_000);
  assert.ok(clock.now() > reached);
  assert.ok(Math.abs(clock.now() - times.database) <= 1);
});

test('what was reached unread is not taken back either', () => {
  const { times, clock, pass, steer } = openTimes();
  pass(500);
  times.database -= 100;
  steer();
  assert.equal(clock.now(), START + 500);
});

test('a slow answer moves nothing that it does not contradict', () => {
  const { times, clock, pass, steer } = openTimes();
  steer(8_000);
  assert.equal(clock.now(), times.database);
  times.database += 20_000;
  steer(8_000);
  assert.ok(Math.abs(clock.now() - times.database) <= 4_000, 'as near as the answer is quick');
  steer(2);
  assert.ok(Math.abs(clock.now() - times.database) <= 1);
  pass(1_000);
  const before = clock.now();
  steer(2);
  assert.ok(clock.now() >= before);
});
