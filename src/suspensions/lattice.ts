import { STOPPED_OPERATIONS, type Movement, type StoppedOperation } from './movement.ts';
import { DIMENSIONS, type Scope, type Suspension } from './suspension.ts';
import { entryOf, makeTimeline, type Entry, type Timeline } from './timeline.ts';

/** All suspensions of one scope, whatever their operations. */
export interface Cell {
  readonly scope: Scope;
  readonly entries: readonly Entry[];
  readonly timelines: Readonly<Record<StoppedOperation, Timeline | null>>;
}

/** The cells that name the same dimensions, by the hash of what they name. */
interface Layer {
  readonly mask: number;
  readonly named: number; // how many dimensions
  readonly at: readonly number[]; // which ones, by their place in DIMENSIONS
  readonly cells: ReadonlyMap<number, readonly Cell[]>;
}

/**
 * Finds the suspensions that a movement falls under with one look-up for each set of dimensions that any
 * suspension names, however many suspensions there are. Of those sets only the ones are tried of which the
 * movement has every dimension, with a value that is named somewhere.
 *
 * A lattice does not change: `withChanged` gives a new one that shares what is the same.
 */
export class Lattice {
  readonly #layers: ReadonlyMap<number, Layer>;
  readonly #ordered: readonly Layer[]; // the most specific first
  /** By dimension, every value that is named. Shared and only ever added to: one too many costs a look-up. */
  readonly #named: readonly Set<number>[];
  readonly #issuers: Set<number>;

  private constructor(
    layers: ReadonlyMap<number, Layer>,
    named: readonly Set<number>[],
    issuers: Set<number>,
  ) {
    this.#layers = layers;
    this.#named = named;
    this.#issuers = issuers;
    this.#ordered = [...layers.values()].toSorted((one, other) => other.named - one.named);
  }

  static readonly empty = (): Lattice =>
    new Lattice(
      new Map(),
      DIMENSIONS.map(() => new Set()),
      new Set(),
    );

  withChanged(suspensions: readonly Suspension[]): Lattice {
    const layers = new Map(this.#layers);
    for (const [mask, changed] of Map.groupBy(suspensions, ({ scope }) => maskOf(scope))) {
      layers.set(mask, changedLayer(layers.get(mask) ?? emptyLayer(mask), changed));
    }
    for (const { scope } of suspensions) {
      this.#issuers.add(scope.issuerId);
      for (const [at, dimension] of DIMENSIONS.entries()) {
        if (scope[dimension] !== 0) this.#named[at]!.add(scope[dimension]);
      }
    }
    return new Lattice(layers, this.#named, this.#issuers);
  }

  /**
   * Calls for each cell that the movement falls under, the most specific first, until it is told `false`.
   * `named` is how many dimensions the cell names.
   */
  visit(movement: Movement, see: (cell: Cell, named: number) => boolean): void {
    if (!this.#issuers.has(movement.issuerId)) return;
    const values = VALUES;
    const mixed = MIXED;
    let present = 0;
    for (let at = 0; at < DIMENSIONS.length; at += 1) {
      const value = movement[DIMENSIONS[at]!];
      values[at] = value;
      if (value === 0 || !this.#named[at]!.has(value)) continue;
      present |= 1 << at;
      mixed[at] = mix(value, at);
    }
    const issuer = mix(movement.issuerId, DIMENSIONS.length);
    for (const { mask, named, at, cells } of this.#ordered) {
      if ((mask & present) !== mask) continue;
      let hash = issuer;
      for (const one of at) hash ^= mixed[one]!;
      const found = cells.get(hash);
      if (found === undefined) continue;
      for (const cell of found) {
        if (isUnder(cell.scope, movement, at) && !see(cell, named)) return;
      }
    }
  }
}

/** Where a judgement puts a movement's values; it is never interrupted, so one place serves all. */
const VALUES = new Int32Array(DIMENSIONS.length);
const MIXED = new Int32Array(DIMENSIONS.length);

function isUnder(scope: Scope, movement: Movement, at: readonly number[]): boolean {
  if (scope.issuerId !== movement.issuerId) return false;
  for (const one of at) if (scope[DIMENSIONS[one]!] !== VALUES[one]) return false;
  return true;
}

function maskOf(scope: Scope): number {
  return DIMENSIONS.reduce((mask, dimension, at) => mask | (scope[dimension] ? 1 << at : 0), 0);
}

function emptyLayer(mask: number): Layer {
  const at = DIMENSIONS.map((_, one) => one).filter((one) => (mask & (1 << one)) !== 0);
  return { mask, named: at.length, at, cells: new Map() };
}

function changedLayer(layer: Layer, changed: readonly Suspension[]): Layer {
  const cells = new Map(layer.cells);
  for (const [hash, suspensions] of Map.groupBy(changed, ({ scope }) => hashOf(scope, layer.at))) {
    const under = [...(cells.get(hash) ?? [])];
    for (const [, same] of Map.groupBy(suspensions, ({ scope }) => sameScopeText(scope))) {
      const { scope } = same[0]!;
      const text = sameScopeText(scope);
      const place = under.findIndex((cell) => sameScopeText(cell.scope) === text);
      const cell = changedCell(place < 0 ? [] : under[place]!.entries, same);
      if (place < 0) under.push(cell);
      else under[place] = cell;
    }
    cells.set(hash, under);
  }
  return { ...layer, cells };
}

function changedCell(known: readonly Entry[], changed: readonly Suspension[]): Cell {
  const fresh = new Map(changed.map((one) => [one.suspensionId, entryOf(one)]));
  const entries = [
    ...known.filter(({ suspensionId }) => !fresh.has(suspensionId)),
    ...fresh.values(),
  ];
  // Most suspensions name no operation, and then all six have one timeline.
  const made = new Map<string, Timeline | null>();
  const timelineFor = (operation: StoppedOperation): Timeline | null => {
    const stopping = entries.filter(({ suspension: { scope } }) => {
      return scope.operations.length === 0 || scope.operations.includes(operation);
    });
    const key = stopping.map(({ suspensionId }) => suspensionId).join();
    if (!made.has(key)) made.set(key, stopping.length === 0 ? null : makeTimeline(stopping));
    return made.get(key)!;
  };
  const timelines = Object.fromEntries(
    STOPPED_OPERATIONS.map((operation) => [operation, timelineFor(operation)]),
  ) as Record<StoppedOperation, Timeline | null>;
  return { scope: changed[0]!.scope, entries, timelines };
}

function sameScopeText(scope: Scope): string {
  return [scope.issuerId, ...DIMENSIONS.map((dimension) => scope[dimension])].join();
}

function hashOf(scope: Scope, at: readonly number[]): number {
  return at.reduce(
    (hash, one) => hash ^ mix(scope[DIMENSIONS[one]!], one),
    mix(scope.issuerId, DIMENSIONS.length),
  );
}

/** 32 well mixed bits of a value in its dimension. Two that collide cost a comparison, not a wrong answer. */
function mix(value: number, dimension: number): number {
  let bits = Math.imul(value ^ Math.imul(dimension + 1, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
