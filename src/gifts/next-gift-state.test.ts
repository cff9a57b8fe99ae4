import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GIFT_MOVES,
  GIFT_STATES,
  nextGiftState,
  type GiftMove,
  type GiftState,
} from './next-gift-state.ts';

/** All 99 pairs, written out a second time: a change of the table is a change of this one. */
const EXPECTED: Readonly<Record<GiftState, string>> = {
  //          send fail open claim charge settle repair cancel stop void expire
  scheduled: 'sent refused - - - - - cancelled - cancelled -',
  sent: '- - opened claimed charging - - cancelled - cancelled expired',
  opened: '- - - claimed charging - - cancelled - cancelled expired',
  claimed: '- - - - charging - - - cancelled cancelled expired',
  charging: '- refused - - - charged - - - cancelled -',
  charged: '- refused - - - - - - - - -',
  cancelled: '- - - - - - - - - - -',
  expired: '- - - - - - - - - - -',
  refused: '- refused - - - - charging - - - -',
};

for (const state of GIFT_STATES) {
  void test(`what can happen to a gift that is ${state}`, () => {
    const row = GIFT_MOVES.map((move) => nextGiftState(state, move) ?? '-').join(' ');
    assert.equal(row, EXPECTED[state]);
  });
}

void test('everything that is not paid for can be stopped by a case', () => {
  const open: readonly GiftState[] = ['scheduled', 'sent', 'opened', 'claimed', 'charging'];
  const voidable = GIFT_STATES.filter((state) => nextGiftState(state, 'void') !== null);
  assert.deepEqual(voidable, open);
});

void test('money is taken only behind a claim: nothing but `settle` leads to charged, and it comes from charging', () => {
  const ways = GIFT_STATES.flatMap((state) =>
    GIFT_MOVES.filter((move) => nextGiftState(state, move) === 'charged').map((move) => [
      state,
      move,
    ]),
  );
  assert.deepEqual(ways, [['charging', 'settle']]);
  const claims: readonly GiftMove[] = ['claim', 'charge'];
  for (const move of claims) assert.equal(nextGiftState('scheduled', move), null);
});
