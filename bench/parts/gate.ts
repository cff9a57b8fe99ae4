import { makeGateLoad, measureGate, OFFERS, SUSPENSIONS, type Measured } from '../gate-load.ts';
import type { BenchPart, Figure } from '../part.ts';

const ROUNDS = 20;
const BOUND_US = 2.5;

/** Judging one sale, alone: no database, no engine, processor time. */
export const gate: BenchPart = {
  name: 'gate',
  isLong: false,
  async run() {
    const load = makeGateLoad();
    const loaded = `${SUSPENSIONS.toLocaleString('en')} suspensions, ${OFFERS.toLocaleString('en')} offers`;
    const cases = [
      { what: 'The switch judges a sale', board: load.usual, part: 'switch' },
      { what: 'The same, any set of dimensions named', board: load.everyMask, part: 'switch' },
      { what: 'A sale finds its offer and is judged', board: load.usual, part: 'offer and switch' },
    ] as const;
    return cases.map(({ what, board, part }): Figure => {
      const middle = middleOf(() => measureGate(load, board, part satisfies Measured));
      return {
        what,
        ours: `${middle.toFixed(2)} us`,
        beside: `${BOUND_US} us at most`,
        ratio: `${(BOUND_US / middle).toFixed(1)}x`,
        note: `${loaded}; processor time`,
      };
    });
  },
};

function middleOf(measure: () => number): number {
  const rounds = Array.from({ length: ROUNDS }, measure).toSorted((one, other) => one - other);
  return rounds[ROUNDS >> 1] ?? 0;
}
