import type { Instant } from '../kernel/clock.ts';
import { STOPPED_OPERATIONS, type Movement, type StoppedOperation } from './movement.ts';
import { DIMENSIONS, stretchesOf, type Scope, type Suspension } from './suspension.ts';
import { entryOf, makeTimeline, type Entry, type Timeline } from './timeline.ts';

/** All suspensions of one scope, whatever their operations. */
export interface Cell {
  readonly scope: Scope;
  readonly named: number; // how many dimensions
  /** Before and from these on nothing of it is in force: most of what was ever thrown is over. */
  readonly beginsAt: Instant;
  readonly quietFrom: Instant; // Infinity: its end is not known
  readonly values: Int32Array; // of the dimensions, and the issuer behind them
  readonly entries: readonly Entry[];
  readonly timelines: readonly (Timeline | null)[]; // by the place of the operation in its list
}

/** The cells that name the same dimensions, by the hash of what they name. */
interface Layer {
  readonly mask: number;
  readonly named: number;
  readonly cells: ReadonlyMap<number, readonly Cell[]>;
}

/** Which hashes there may be. Shared by all lattices and only ever added to: one too many costs a look-up. */
interface Filters {
  readonly ofValues: readonly Uint8Array[]; // by dimension, the issuer behind them
  readonly ofCells: Uint8Array;
}

const DIMENSION_COUNT = DIMENSIONS.length;
const ISSUER = DIMENSION_COUNT;
const VALUE_FILTER_SIZE = 2 ** 14;
/** Bytes: with 10,000 scopes one bit in a hundred is set, and the 128 KiB stay near the processor. */
const CELL_FILTER_BYTES = 2 ** 17;
/** Of the few that are in force in one hour. */
const HOUR_FILTER_BYTES = 2 ** 12;

const HOUR_MS = 3_600_000;
const HOURS_MAX = 4;
/** How many searches pay for one walk over all cells: half a microsecond each with 10,000 of them. */
const SEARCHES_BEFORE_AN_HOUR = 1_000;

/**
 * Finds the suspensions that a movement falls under with one probe for each set of dimensions that any
 * suspension names, however many suspensions there are. Measured with 10,000 suspensions over 12 such sets
 * and over all 255: see the part `gate` of the benchmarks.
 *
 * Most of what was ever thrown is over, and most that is asked arrived just now: of the hours that are asked
 * about, it keeps a lattice of what may be in force in them (200 of 10,000: a third of the time).
 *
 * A lattice does not change: `withChanged` gives a new one that shares what is the same.
 */
export class Lattice {
  readonly #layers: ReadonlyMap<number, Layer>;
  readonly #ordered: readonly Layer[]; // the most specific first
  readonly #masks: Uint8Array; // of the ordered ones
  readonly #filters: Filters;
  readonly #hours = new Map<number, Lattice>();
  #searches = 0; // since an hour was kept, of hours that are not

  private constructor(layers: ReadonlyMap<number, Layer>, filters: Filters) {
    this.#layers = layers;
    this.#filters = filters;
    this.#ordered = [...layers.values()].toSorted((one, other) => other.named - one.named);
    this.#masks = Uint8Array.from(this.#ordered, ({ mask }) => mask);
  }

  static empty(): Lattice {
    return new Lattice(new Map(), newFilters(CELL_FILTER_BYTES));
  }

  withChanged(suspensions: readonly Suspension[]): Lattice {
    const layers = new Map(this.#layers);
    for (const [mask, changed] of Map.groupBy(suspensions, ({ scope }) => maskOf(scope))) {
      layers.set(mask, changedLayer(layers.get(mask) ?? emptyLayer(mask), changed));
    }
    for (const { scope } of suspensions) this.#admit(scope);
    return new Lattice(layers, this.#filters);
  }

  #admit(scope: Scope): void {
    const values = valuesOf(scope);
    for (const [at, value] of values.entries()) {
      if (value !== 0) this.#filters.ofValues[at]![mix(value, at) & (VALUE_FILTER_SIZE - 1)] = 1;
    }
    const { ofCells } = this.#filters;
    const bit = bitInFilter(hashOf(values), maskOf(scope), ofCells);
    ofCells[bit >>> 3]! |= 1 << (bit & 7);
  }

  /** A lattice in which everything is that may be in force at an instant. */
  #around(at: Instant): Lattice {
    const hour = Math.floor(at / HOUR_MS);
    const kept = this.#hours.get(hour);
    if (kept !== undefined) return kept;
    this.#searches += 1;
    if (this.#searches < SEARCHES_BEFORE_AN_HOUR) return this;
    this.#searches = 0;
    const [oldest] = this.#hours.keys();
    if (oldest !== undefined && this.#hours.size === HOURS_MAX) this.#hours.delete(oldest);
    const made = this.#during(hour * HOUR_MS, (hour + 1) * HOUR_MS);
    this.#hours.set(hour, made);
    return made;
  }

  #during(from: Instant, until: Instant): Lattice {
    const layers = new Map<number, Layer>();
    const meant: Cell[] = [];
    for (const layer of this.#layers.values()) {
      const cells = new Map<number, readonly Cell[]>();
      for (const [hash, same] of layer.cells) {
        const own = same.filter((cell) => cell.beginsAt < until && from < cell.quietFrom);
        if (own.length > 0) cells.set(hash, own);
        meant.push(...own);
      }
      if (cells.size > 0) layers.set(layer.mask, { ...layer, cells });
    }
    const made = new Lattice(layers, newFilters(HOUR_FILTER_BYTES));
    for (const { scope } of meant) made.#admit(scope);
    return made;
  }

  /**
   * The cells that the movement falls under and in which something may be in force at its instant, the most
   * specific first. The list is the lattice's own, and holds until it is asked again.
   */
  find(movement: Movement): readonly Cell[] {
    const { at } = movement;
    return this.#around(at).#search(movement, at, at);
  }

  /** The same of all in which anything may change after its instant. */
  findChanging(movement: Movement): readonly Cell[] {
    return this.#search(movement, Infinity, movement.at);
  }

  #search(movement: Movement, begunBy: Instant, notQuietBy: Instant): readonly Cell[] {
    if (FOUND.length > 0) FOUND.length = 0;
    const present = this.#mixValues(movement);
    const masks = this.#masks;
    const { ofCells } = this.#filters;
    for (let place = 0; place < masks.length; place += 1) {
      const mask = masks[place]!;
      if ((mask & present) !== mask) continue;
      const hash = MIXED_LOW[mask & 15]! ^ MIXED_HIGH[mask >> 4]!;
      const bit = bitInFilter(hash, mask, ofCells);
      if ((ofCells[bit >>> 3]! & (1 << (bit & 7))) === 0) continue;
      const cells = this.#ordered[place]!.cells.get(hash);
      if (cells === undefined) continue;
      for (const cell of cells) {
        if (begunBy < cell.beginsAt || notQuietBy >= cell.quietFrom) continue;
        if (isUnder(cell.values)) FOUND.push(cell);
      }
    }
    return FOUND;
  }

  /**
   * Puts the movement's values and the hash of each subset of them where the search finds them; returns which
   * dimensions have a value that some suspension names.
   */
  #mixValues(movement: Movement): number {
    const { ofValues } = this.#filters;
    VALUES[0] = movement.programmeId;
    VALUES[1] = movement.productId;
    VALUES[2] = movement.sellerId;
    VALUES[3] = movement.chainId;
    VALUES[4] = movement.aggregatorId;
    VALUES[5] = movement.tenderId;
    VALUES[6] = movement.merchantId;
    VALUES[7] = movement.soldBySellerId;
    VALUES[ISSUER] = movement.issuerId;
    let present = 0;
    for (let at = 0; at < DIMENSION_COUNT; at += 1) {
      const value = VALUES[at]!;
      const mixed = mix(value, at);
      MIXED[at] = mixed;
      if (value !== 0 && ofValues[at]![mixed & (VALUE_FILTER_SIZE - 1)] !== 0) present |= 1 << at;
    }
    MIXED_LOW[0] = 0;
    MIXED_HIGH[0] = mix(movement.issuerId, ISSUER);
    for (let half = 1; half < 16; half += 1) {
      const lowest = 31 - Math.clz32(half & -half);
      const rest = half & (half - 1);
      MIXED_LOW[half] = MIXED_LOW[rest]! ^ MIXED[lowest]!;
      MIXED_HIGH[half] = MIXED_HIGH[rest]! ^ MIXED[lowest + 4]!;
    }
    return present;
  }
}

/** Where a judgement puts a movement's values; it is never interrupted, so one place serves all. */
const VALUES = new Int32Array(DIMENSION_COUNT + 1);
const MIXED = new Int32Array(DIMENSION_COUNT);
const FOUND: Cell[] = [];
const MIXED_LOW = new Int32Array(16);
const MIXED_HIGH = new Int32Array(16);

/** What a cell does not name is 0 there, and stands for anything. */
function isUnder(values: Int32Array): boolean {
  for (let at = 0; at <= ISSUER; at += 1) {
    if (values[at] !== 0 && values[at] !== VALUES[at]) return false;
  }
  return true;
}

function valuesOf(scope: Scope): Int32Array {
  return Int32Array.from([...DIMENSIONS.map((dimension) => scope[dimension]), scope.issuerId]);
}

function hashOf(values: Int32Array): number {
  return values.reduce((hash, value, at) => (value === 0 ? hash : hash ^ mix(value, at)), 0);
}

function newFilters(cellBytes: number): Filters {
  return {
    ofValues: Array.from({ length: ISSUER + 1 }, () => new Uint8Array(VALUE_FILTER_SIZE)),
    ofCells: new Uint8Array(cellBytes),
  };
}

function bitInFilter(hash: number, mask: number, filter: Uint8Array): number {
  return (hash ^ (hash >>> 15) ^ Math.imul(mask, 0x9e3779b1)) & (filter.length * 8 - 1);
}

function maskOf(scope: Scope): number {
  return DIMENSIONS.reduce((mask, dimension, at) => mask | (scope[dimension] ? 1 << at : 0), 0);
}

function emptyLayer(mask: number): Layer {
  const named = DIMENSIONS.filter((_, at) => (mask & (1 << at)) !== 0).length;
  return { mask, named, cells: new Map() };
}

function changedLayer(layer: Layer, changed: readonly Suspension[]): Layer {
  const cells = new Map(layer.cells);
  for (const [hash, suspensions] of Map.groupBy(changed, ({ scope }) => hashOf(valuesOf(scope)))) {
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
  const { scope } = changed[0]!;
  const stretches = entries.flatMap(({ suspension }) =>
    stretchesOf(suspension).filter(({ phase }) => phase.effect !== 'lifted'),
  );
  return {
    scope,
    named: DIMENSIONS.filter((dimension) => scope[dimension] !== 0).length,
    beginsAt: stretches.reduce((first, { from }) => Math.min(first, from), Infinity),
    quietFrom: stretches.reduce((last, { until }) => Math.max(last, until ?? Infinity), -Infinity),
    values: valuesOf(scope),
    entries,
    timelines: STOPPED_OPERATIONS.map(timelineFor),
  };
}

function sameScopeText(scope: Scope): string {
  return [scope.issuerId, ...DIMENSIONS.map((dimension) => scope[dimension])].join();
}

/** 32 well mixed bits of a value in its dimension. Two that collide cost a comparison, not a wrong answer. */
function mix(value: number, dimension: number): number {
  let bits = Math.imul(value ^ Math.imul(dimension + 1, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
