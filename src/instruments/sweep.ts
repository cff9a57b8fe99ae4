import type { Clock, Instant } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { RunningEngine } from './open-engine.ts';
import type { Outcome } from './outcome.ts';
import { readIssuersOfCards, readPastHolds, readPastLots } from './sweep.sql.ts';

/**
 * Moves expired value to breakage and ends holds whose time has come, some at each round. Nothing waits for
 * it: what has expired cannot be spent from that instant on. Two processes may sweep at the same time.
 */
export interface SweepParts {
  readonly database: Database;
  readonly engine: RunningEngine;
  readonly clock: Clock;
}

/** A round looks at this many lots and holds of each lane, and so submits no more than that. */
const LOTS_OF_A_LANE = 100;
const HOLDS_OF_A_LANE = 32;
/** So many wait for their turn at once: a till that comes then is behind less than a batch (400). */
const IN_FLIGHT = 200;
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
  const holds = await readPastHolds(database, { now, size: HOLDS_OF_A_LANE });
  const lots = await readPastLots(database, {
    lanes,
    afterInstants: froms.map(({ instant }) => instant),
    afterLotIds: froms.map(({ lotId }) => lotId),
    now,
    size: LOTS_OF_A_LANE,
  });
  const due = new Map<bigint, string>(); // what of each card is due, and since when
  for (const lot of lots) {
    if (lot.isDue && !due.has(lot.instrumentId))
      due.set(lot.instrumentId, `${lot.lotId}:${lot.expiresAt}`);
  }
  for (const { instrumentId, holdId } of holds) {
    if (!due.has(instrumentId)) due.set(instrumentId, String(holdId));
  }
  const outcomes = await submitDue({ database, engine, clock }, due);
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

/**
 * Some at a time. A request's id is its card and the first thing there that is due: what was ended has a new
 * instant when it comes back (R11), and a card whose expiry breaks is one item, not one a round.
 */
async function submitDue(
  { database, engine, clock }: SweepParts,
  due: ReadonlyMap<bigint, string>,
): Promise<{ lane: number; outcome: Outcome['outcome'] }[]> {
  if (due.size === 0) return [];
  const instrumentIds = [...due.keys()];
  const lanes = instrumentIds.map(laneOfId);
  const cards = await readIssuersOfCards(database, { lanes, instrumentIds });
  const outcomes: { lane: number; outcome: Outcome['outcome'] }[] = [];
  for (let first = 0; first < cards.length; first += IN_FLIGHT) {
    const some = cards.slice(first, first + IN_FLIGHT).map(async ({ instrumentId, issuerId }) => {
      const { outcome } = await engine.submit({
        kind: 'expire',
        instrumentId,
        clientId: 0,
        issuerId,
        requestId: `expire:${instrumentId}:${due.get(instrumentId)}`,
        arrivedAt: clock.now(),
      });
      return { lane: laneOfId(instrumentId), outcome };
    });
    outcomes.push(...(await Promise.all(some)));
  }
  return outcomes;
}
