import type { Clock, Instant } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { RunningEngine } from './open-engine.ts';
import { readPastHolds, readPastLots } from './sweep.sql.ts';

/**
 * Moves expired value to breakage and ends holds whose time has come, some at each round. Nothing waits for
 * it: what has expired cannot be spent from that instant on. Two processes may sweep at the same time.
 */
export interface SweepParts {
  readonly database: Database;
  readonly engine: RunningEngine;
  readonly clock: Clock;
}

/** A round looks at this many lots of each lane and at this many holds, and so submits no more than that. */
const LOTS_OF_A_LANE = 100;
const HOLDS = 2_000;
/** A lot that was held when the sweep came by is looked at again until no hold can be left: 31 days. */
const REVISITED_MS = 32 * 24 * 60 * 60 * 1_000;

/** How far the sweep of a lane has come, in the order of expiry. */
interface Place {
  readonly instant: Instant;
  readonly lotId: bigint;
}

const FROM_THE_START: Place = { instant: 0, lotId: 0n };

/** Where each running engine's sweep is. A new process looks through everything that ever expired, once. */
const places = new WeakMap<RunningEngine, Map<number, Place>>();

/** One round; what could not be done stays where the next one begins. Returns how many cards were changed. */
export async function sweepExpired({ database, engine, clock }: SweepParts): Promise<number> {
  const now = clock.now();
  const place = places.get(engine) ?? new Map<number, Place>();
  places.set(engine, place);
  const lanes = Array.from({ length: engine.laneCount }, (_, lane) => lane);
  const froms = lanes.map((lane) => place.get(lane) ?? FROM_THE_START);
  const holds = await readPastHolds(database, { now, size: HOLDS });
  const lots = await readPastLots(database, {
    lanes,
    afterInstants: froms.map(({ instant }) => instant),
    afterLotIds: froms.map(({ lotId }) => lotId),
    now,
    size: LOTS_OF_A_LANE,
  });
  const due = new Set(holds.map(({ instrumentId }) => instrumentId));
  for (const lot of lots) if (lot.isDue) due.add(lot.instrumentId);
  const outcomes = await Promise.all(
    [...due].map(async (card) => {
      const { outcome } = await engine.submit(expiryOf(card, now));
      return { lane: laneOfId(card), outcome };
    }),
  );
  const lanesLeft = new Set(
    outcomes.flatMap(({ lane, outcome }) =>
      outcome === 'accepted' || outcome === 'refused' ? [] : [lane],
    ),
  );
  for (const lane of lanes.filter((each) => !lanesLeft.has(each))) {
    const seen = lots.filter((lot) => lot.lane === lane);
    const last = seen.at(-1);
    const isAtEnd = last === undefined || seen.length < LOTS_OF_A_LANE;
    place.set(
      lane,
      isAtEnd
        ? { instant: Math.max(0, now - REVISITED_MS), lotId: 0n }
        : { instant: last.expiresAt, lotId: last.lotId },
    );
  }
  return outcomes.filter(({ outcome }) => outcome === 'accepted').length;
}

/** Its id holds the instant of the round, because a refusal is remembered and the lot may be due later. */
function expiryOf(instrumentId: bigint, now: Instant): Parameters<RunningEngine['submit']>[0] {
  return {
    kind: 'expire',
    instrumentId,
    clientId: 0,
    issuerId: 0, // the card's own
    requestId: `expire:${instrumentId}:${now}`,
    arrivedAt: now,
  };
}
