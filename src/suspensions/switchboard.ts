import type { Instant } from '../kernel/clock.ts';
import { meetsConditions, type Buyer } from '../programmes/index.ts';
import { Lattice } from './lattice.ts';
import {
  STOPPED_OPERATIONS,
  type GateVerdict,
  type Movement,
  type StoppedOperation,
} from './movement.ts';
import { stretchesOf, type Phase, type Suspension } from './suspension.ts';
import { firstAfter, isBefore, stretchAt, type Entry } from './timeline.ts';

/** A suspension that is in force, and by which of its phases. */
export interface InForce {
  readonly suspension: Suspension;
  readonly phase: Phase;
}

/**
 * All suspensions of one epoch, as one immutable value. A batch that reads another epoch than it was judged
 * by judges again (R18, R19).
 */
export interface Switchboard {
  readonly epoch: number;
  /** By the instant of its arrival, whenever it is asked: 15:02:59 stands, 15:03:00 is refused (R24). */
  judge(movement: Movement): GateVerdict;
  /** Everything in force at `movement.at` that it falls under, the most specific first. */
  inForceFor(movement: Movement): readonly InForce[];
  find(suspensionId: number): Suspension | undefined;
  /** Of one issuer, or of all (null), in the order in which they were thrown. */
  all(issuerId: number | null): readonly Suspension[];
  /** When the next phase of any begins; null: nothing is planned. */
  nextChangeAfter(at: Instant): Instant | null;
  /** The same of those alone that the movement falls under: asked for each of many offers. */
  nextChangeFor(movement: Movement): Instant | null;
}

export function makeSwitchboard(suspensions: readonly Suspension[], epoch: number): Board {
  return new Board(epoch, new Map(), Lattice.empty()).withChanged(suspensions, epoch);
}

export class Board implements Switchboard {
  readonly epoch: number;
  readonly #byId: ReadonlyMap<number, Suspension>;
  readonly #lattice: Lattice;
  #changes: readonly Instant[] | null = null; // ascending; put in order when it is first asked for

  constructor(epoch: number, byId: ReadonlyMap<number, Suspension>, lattice: Lattice) {
    this.epoch = epoch;
    this.#byId = byId;
    this.#lattice = lattice;
  }

  withChanged(suspensions: readonly Suspension[], epoch: number): Board {
    if (suspensions.length === 0) return new Board(epoch, this.#byId, this.#lattice);
    const byId = new Map(this.#byId);
    for (const suspension of suspensions) byId.set(suspension.suspensionId, suspension);
    return new Board(epoch, byId, this.#lattice.withChanged(suspensions));
  }

  /** Without what has been over since before an instant. */
  without(overSince: Instant): Board {
    const kept = [...this.#byId.values()].filter(({ phases }) => {
      const newest = phases.at(-1);
      return newest === undefined || newest.effect !== 'lifted' || newest.startsAt > overSince;
    });
    return kept.length === this.#byId.size ? this : makeSwitchboard(kept, this.epoch);
  }

  judge(movement: Movement): GateVerdict {
    let stop: Entry | null = null;
    let unmet: Entry | null = null;
    let stoppedAt = 0; // how many dimensions the stop names: what names fewer cannot be before it
    for (const cell of this.#lattice.find(movement)) {
      if (stop !== null && cell.named < stoppedAt) break;
      for (const operation of movement.operations) {
        const timeline = cell.timelines[PLACE_OF[operation]];
        if (timeline == null) continue;
        const at = stretchAt(timeline, movement.at);
        if (at < 0) continue;
        const stopping = timeline.stop[at]!;
        if (stopping !== null && (stop === null || isBefore(stopping, stop))) {
          stop = stopping;
          stoppedAt = cell.named;
        }
        for (const { entry, conditions } of timeline.conditions[at]!) {
          if (meetsConditions(conditions, movement.buyer ?? NOTHING_SAID)) continue;
          if (unmet === null || isBefore(entry, unmet)) unmet = entry;
        }
      }
    }
    const refusing = stop ?? unmet;
    if (refusing === null) return null;
    return {
      refusal: stop === null ? 'conditions_not_met' : 'suspended',
      suspensionId: refusing.suspensionId,
    };
  }

  inForceFor(movement: Movement): readonly InForce[] {
    const found: (InForce & { readonly entry: Entry })[] = [];
    for (const cell of this.#lattice.find(movement)) {
      for (const entry of cell.entries) {
        const { suspension } = entry;
        const { operations } = suspension.scope;
        const isMeant =
          operations.length === 0 || operations.some((one) => movement.operations.includes(one));
        const phase = isMeant ? phaseInForce(suspension, movement.at) : null;
        if (phase !== null) found.push({ entry, suspension, phase });
      }
    }
    return found
      .toSorted((one, other) => (isBefore(one.entry, other.entry) ? -1 : 1))
      .map(({ suspension, phase }) => ({ suspension, phase }));
  }

  find(suspensionId: number): Suspension | undefined {
    return this.#byId.get(suspensionId);
  }

  all(issuerId: number | null): readonly Suspension[] {
    const all = [...this.#byId.values()];
    return issuerId === null ? all : all.filter(({ scope }) => scope.issuerId === issuerId);
  }

  nextChangeAfter(at: Instant): Instant | null {
    this.#changes ??= [...this.#byId.values()]
      .flatMap((suspension) => stretchesOf(suspension).map(({ from }) => from))
      .toSorted((one, other) => one - other);
    return firstAfter(this.#changes, at);
  }

  nextChangeFor(movement: Movement): Instant | null {
    let next: Instant | null = null;
    for (const { timelines } of this.#lattice.findChanging(movement)) {
      for (const operation of movement.operations) {
        const timeline = timelines[PLACE_OF[operation]];
        const change = timeline == null ? null : firstAfter(timeline.from, movement.at);
        if (change !== null && (next === null || change < next)) next = change;
      }
    }
    return next;
  }
}

/** What a seller does not say of its buyer is not met. */
const NOTHING_SAID: Buyer = { line: null, device: null };

/** A cell has its timelines in the order of the list of operations. */
const PLACE_OF = Object.fromEntries(
  STOPPED_OPERATIONS.map((operation, place) => [operation, place]),
) as Record<StoppedOperation, number>;

/** The phase that refuses or asks for something at an instant; null: it does nothing then. */
export function phaseInForce(suspension: Pick<Suspension, 'phases'>, at: Instant): Phase | null {
  const phase = suspension.phases.findLast(({ startsAt }) => startsAt <= at);
  return phase === undefined || phase.effect === 'lifted' ? null : phase;
}
