import { assert, present } from '../kernel/assert.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import {
  type CodeShape,
  type NumberShape,
  type Product,
  judgeCodeShape,
  judgeNumberShape,
} from '../programmes/index.ts';
import {
  finishHash,
  lastOfCode,
  luhnDigit,
  normaliseCode,
  numberLane,
  showCode,
  startHash,
} from './code-shape.ts';
import { codeLane } from './names.ts';
import type { HiddenCode, NewCard } from './operation.ts';

/** A card that exists nowhere yet. Number and code agree on the lane. */
export interface MintedCard {
  readonly lane: number;
  readonly number: string | null;
  readonly code: string | null; // as it is shown; a secret: never stored, never logged
  readonly hidden: HiddenCode | null; // the same code as the write path may see it
}

/**
 * Makes cards. Whether a number or code is taken already only the database knows: the write path
 * refuses `instrument_exists`, and the caller mints another.
 */
export interface Mint {
  /** A card of this product in this lane: what an issue needs. */
  mintInLane(product: Product, lane: number): MintedCard;
  /** A card in whatever lane it falls: a run takes these, at one keyed hash a code. */
  mintAnywhere(product: Product): MintedCard;
}

export function openMint(keys: KeyRing, random: Random, laneCount: number): Mint {
  const codes = new CodeStore(keys, random, laneCount);
  const finish = (product: Product, lane: number, code: string | null): MintedCard => {
    const shape = product.numberShape;
    const number = shape === null ? null : mintNumberInLane(shape, { lane, laneCount }, random);
    return { lane, number, code, hidden: code === null ? null : hideMinted(code, lane, keys) };
  };
  return {
    mintInLane(product, lane) {
      const code = product.codeShape === null ? null : codes.take(product.codeShape, lane);
      return finish(product, lane, code);
    },
    mintAnywhere(product) {
      if (product.codeShape !== null) {
        const code = mintCode(product.codeShape, random);
        return finish(product, laneOf(code, keys, laneCount), code);
      }
      const number = mintNumber(
        present(product.numberShape, 'a product has a code or a number'),
        random,
      );
      return { lane: numberLane(number, laneCount), number, code: null, hidden: null };
    },
  };
}

/** A base that was brought in may have codes that we would never make ourselves (R29). */
export function isMintable(product: Pick<Product, 'codeShape' | 'numberShape'>): boolean {
  const { codeShape, numberShape } = product;
  if (codeShape !== null && judgeCodeShape(codeShape) !== null) return false;
  return numberShape === null || judgeNumberShape(numberShape) === null;
}

/** The card as a `stock` operation carries it. */
export function newCard(card: MintedCard, faceMinor: bigint | null): NewCard {
  return { number: card.number, code: card.hidden, faceMinor, opening: null };
}

/** As it is shown, hyphens included. */
export function mintCode(shape: CodeShape, random: Random): string {
  let drawn = '';
  for (let place = 0; place < shape.length; place += 1) {
    drawn += shape.alphabet.charAt(random.below(shape.alphabet.length));
  }
  return showCode(shape.prefix + drawn, shape);
}

/** How many codes of one shape may wait in one lane. */
const WAITING_MAX = 32;

/**
 * Only one code in `laneCount` falls into a wanted lane, at 3 us for each try; so a code that falls
 * into another lane waits there for whoever wants it next. With every lane asked alike an issue costs
 * about one keyed hash instead of 64. Codes wait in memory only, and who reads memory has the keys.
 */
class CodeStore {
  readonly #keys: KeyRing;
  readonly #random: Random;
  readonly #laneCount: number;
  readonly #waiting = new Map<string, string[][]>();

  constructor(keys: KeyRing, random: Random, laneCount: number) {
    this.#keys = keys;
    this.#random = random;
    this.#laneCount = laneCount;
  }

  take(shape: CodeShape, lane: number): string {
    const lanes = this.#lanesOf(shape);
    const waiting = present(lanes[lane], 'a wanted lane exists').pop();
    if (waiting !== undefined) return waiting;
    for (let tries = 0; tries < this.#laneCount * 1_000; tries += 1) {
      const code = mintCode(shape, this.#random);
      const fallen = laneOf(code, this.#keys, this.#laneCount);
      if (fallen === lane) return code;
      const others = present(lanes[fallen], 'every code falls into a lane');
      if (others.length < WAITING_MAX) others.push(code);
    }
    throw new Error('a thousand times the lanes were tried and no code fell into the wanted one');
  }

  #lanesOf(shape: CodeShape): string[][] {
    const key = `${shape.prefix}|${shape.length}|${shape.groups}|${shape.alphabet}`;
    const known = this.#waiting.get(key);
    if (known !== undefined) return known;
    const lanes = Array.from({ length: this.#laneCount }, (): string[] => []);
    this.#waiting.set(key, lanes);
    return lanes;
  }
}

/** Digits at the end that are drawn anew at each try; the ones before stay. */
const TAIL_DIGITS = 6;

/** By rejection with the cheap hash: 32 lanes take 32 tries on average. */
function mintNumberInLane(
  shape: NumberShape,
  where: { lane: number; laneCount: number },
  random: Random,
): string {
  const head = mintHead(shape, random);
  const started = startHash(head);
  for (let tries = 0; tries < where.laneCount * 1_000; tries += 1) {
    const tail = mintTail(head, random);
    if (finishHash(startHash(tail, started)) % where.laneCount === where.lane) return head + tail;
  }
  throw new Error('a thousand times the lanes were tried and no number fell into the wanted one');
}

function mintNumber(shape: NumberShape, random: Random): string {
  const head = mintHead(shape, random);
  return head + mintTail(head, random);
}

function mintHead(shape: NumberShape, random: Random): string {
  const drawn = shape.digits - shape.prefix.length - 1 - TAIL_DIGITS;
  assert(drawn >= 0, 'a number has six random digits at least');
  let head = shape.prefix;
  for (let place = 0; place < drawn; place += 1) head += String(random.below(10));
  return head;
}

function mintTail(head: string, random: Random): string {
  const digits = String(random.below(10 ** TAIL_DIGITS)).padStart(TAIL_DIGITS, '0');
  return digits + luhnDigit(head + digits);
}

function hideMinted(shown: string, lane: number, keys: KeyRing): HiddenCode {
  const code = normal(shown);
  return {
    name: keys.lookUpName(code),
    homeLane: lane,
    sealed: keys.seal(shown),
    lastFour: lastOfCode(code),
  };
}

function laneOf(shown: string, keys: KeyRing, laneCount: number): number {
  return codeLane(normal(shown), keys, laneCount);
}

function normal(shown: string): string {
  return present(normaliseCode(shown), 'a minted code is a code');
}
