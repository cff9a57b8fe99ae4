import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideMiss, judgeGuess, VISITOR, type Guesser } from './decide-guess.ts';

const START = Date.UTC(2026, 0, 5);

function missed(times: number, everyMs = 0): Guesser {
  let guesser: Guesser | undefined;
  for (let time = 0; time < times; time += 1) {
    guesser = decideMiss(guesser, VISITOR, START + time * everyMs);
  }
  assert.ok(guesser);
  return guesser;
}

test('a few mistyped codes cost nothing', () => {
  assert.equal(judgeGuess(missed(5), VISITOR, START).retryAfterMs, 0);
});

test('the delay doubles with every further miss and is never longer than a minute', () => {
  const delays = [6, 7, 8, 9, 19].map((times) => judgeGuess(missed(times), VISITOR, START));
  assert.deepEqual(
    delays.map((verdict) => verdict.retryAfterMs),
    [1_000, 2_000, 4_000, 8_000, 60_000],
  );
});

test('after twenty misses nothing is looked at for an hour', () => {
  const guesser = missed(20);
  assert.deepEqual(judgeGuess(guesser, VISITOR, START), {
    retryAfterMs: 3_600_000,
    isStopped: true,
  });
  assert.equal(judgeGuess(guesser, VISITOR, START + 3_599_999).isStopped, true);
  assert.equal(judgeGuess(guesser, VISITOR, START + 3_600_000).isStopped, false);
});

test('misses fade one a minute, so a slow person is never stopped', () => {
  assert.equal(judgeGuess(missed(200, 60_000), VISITOR, START + 200 * 60_000).retryAfterMs, 0);
});

test('who guesses on after a stop is stopped again sooner', () => {
  let guesser = missed(20);
  const after = START + 3_600_000;
  for (let time = 0; time < 10; time += 1) guesser = decideMiss(guesser, VISITOR, after);
  assert.equal(judgeGuess(guesser, VISITOR, after).isStopped, true);
});
