/** What a judgement costs: measured in `npm run bench -- gate`, bounded here generously, so that it stays an index. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeGateLoad, measureGate } from '../../bench/gate-load.ts';

/** Four times what it may take on a quiet machine: tests share theirs. Going through a list takes a hundred times it. */
const BOUND_US = 10;
const ROUNDS = 6;

void test('one sale is judged in microseconds with 10,000 suspensions and 100,000 offers', () => {
  const load = makeGateLoad();
  for (const board of [load.usual, load.everyMask]) {
    const rounds = Array.from({ length: ROUNDS }, () =>
      measureGate(load, board, 'offer and switch'),
    );
    const best = Math.min(...rounds);
    assert.ok(best < BOUND_US, `${best} us`);
  }
});
