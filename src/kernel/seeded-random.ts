import type { Random } from './crypto.ts';

/** The same numbers for the same seed (xoshiro128**): for simulations and tests, never for a secret. */
export function seededRandom(seed: number): Random {
  const state = spread(seed);
  const next = () => nextWord(state);
  return {
    bytes: (length) => Uint8Array.from({ length }, () => next() & 255),
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
  };
}

/** Four words from one (splitmix32), so that seeds beside each other have nothing in common. */
function spread(seed: number): Uint32Array {
  const state = new Uint32Array(4);
  let word = seed >>> 0;
  for (let place = 0; place < 4; place += 1) {
    word = (word + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    state[place] = mixed ^ (mixed >>> 15);
  }
  return state;
}

function nextWord(state: Uint32Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = state;
  const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
  const third = c ^ a;
  const fourth = d ^ b;
  state[1] = b ^ third;
  state[0] = a ^ fourth;
  state[2] = third ^ (b << 9);
  state[3] = rotate(fourth, 11);
  return result;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
