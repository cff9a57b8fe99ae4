import type { Instant } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import { judgeJump, type Usual } from './judge-jump.ts';
import { findLastSign, readSeenHours, type ReadSeenHoursRow } from './keep-observations.sql.ts';
import type { Phase, System } from './system.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const WEEKS = [1, 2, 3, 4];
const WEEKS_KNOWN_MIN = 2; // one week may have been a holiday
const LOOK_BACK_HOURS = 6; // minutes are kept as long

const NOTHING = { approved: 0, failed: 0, signedOff: 0 };

export interface SilentPlaces {
  readonly issuerId: number;
  readonly phase: Phase;
  readonly systems: readonly System[];
}

/** The same hour of the same day in the weeks before, as means. */
export function readUsual(on: Connection, hour: Instant): Promise<ReadSeenHoursRow[]> {
  return readSeenHours(on, { hours: WEEKS.map((weeks) => hour - weeks * WEEK_MS) });
}

/** Weeks in which nothing came are no rows, so the mean is over all of them. */
export function usualOf(row: ReadSeenHoursRow | undefined, minutes: number): Usual {
  if (row === undefined || row.weeks < WEEKS_KNOWN_MIN) return null;
  const part = minutes / 60;
  return {
    approved: row.approved * part,
    failed: row.failed * part,
    signedOff: row.signedOff * part,
  };
}

/**
 * When places that are silent fell silent: with the last good sign from any of them, but not while silence was
 * usual there. A shop that opens at seven was not out of order at night.
 */
export async function silentSince(
  connection: Connection,
  places: SilentPlaces,
  { now, from }: { readonly now: Instant; readonly from: Instant },
): Promise<Instant> {
  const ids = idsOf(places);
  const [sign] = await findLastSign(connection, {
    ...ids,
    issuerId: places.issuerId,
    phase: places.phase,
    since: now - LOOK_BACK_HOURS * HOUR_MS,
  });
  const minutes = (now - from) / 60_000;
  const last = sign?.lastAt ?? 0;
  let begin = Math.floor(from / HOUR_MS) * HOUR_MS;
  while (begin > last && begin > now - LOOK_BACK_HOURS * HOUR_MS) {
    const usual = await readUsual(connection, begin - HOUR_MS);
    if (!isHeard(usual, places, minutes)) break;
    begin -= HOUR_MS;
  }
  const isHeardNow = isHeard(await readUsual(connection, begin), places, minutes);
  return Math.max(last, isHeardNow ? begin : from);
}

/** Whether silence would have said something in an hour at any of the places. */
function isHeard(
  usual: readonly ReadSeenHoursRow[],
  { issuerId, phase, systems }: SilentPlaces,
  minutes: number,
): boolean {
  const { chainIds, sellerIds } = idsOf({ systems });
  return usual.some(
    (row) =>
      row.issuerId === issuerId &&
      row.phase === phase &&
      (row.chainId === 0 ? sellerIds.includes(row.sellerId) : chainIds.includes(row.chainId)) &&
      judgeJump(NOTHING, usualOf(row, minutes)) === 'silence',
  );
}

function idsOf({ systems }: Pick<SilentPlaces, 'systems'>) {
  const of = (wanted: System['kind']): number[] =>
    systems.flatMap(({ kind, partyId }) => (kind === wanted && partyId !== null ? [partyId] : []));
  return { chainIds: of('chain'), sellerIds: of('seller') };
}
