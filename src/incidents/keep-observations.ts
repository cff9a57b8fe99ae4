import type { Instant } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import {
  addSeenHours,
  addSeenMinutes,
  deleteOldHours,
  deleteOldMinutes,
} from './keep-observations.sql.ts';
import type { Observer } from './observe.ts';

const HOUR_MS = 3_600_000;
const MINUTES_KEPT_MS = 6 * HOUR_MS;
const HOURS_KEPT_MS = 36 * 24 * HOUR_MS; // five weeks and a day

/** Writes what this process has counted; all processes together are what is looked at. */
export async function keepObservations(connection: Connection, observer: Observer): Promise<void> {
  const taken = observer.take();
  if (taken.length === 0) return;
  const rows = {
    issuerIds: taken.map(({ issuerId }) => issuerId),
    chainIds: taken.map(({ chainId }) => chainId),
    sellerIds: taken.map(({ sellerId }) => sellerId),
    phases: taken.map(({ phase }) => phase),
    kinds: taken.map(({ kind }) => kind),
    minutes: taken.map(({ at }) => at),
    counts: taken.map(({ seen }) => seen),
  };
  await connection.transaction(async (on) => {
    await addSeenMinutes(on, { ...rows, causes: taken.map(({ cause }) => cause) });
    await addSeenHours(on, rows);
  });
}

export async function forgetObservations(connection: Connection, now: Instant): Promise<void> {
  await deleteOldMinutes(connection, { before: now - MINUTES_KEPT_MS });
  await deleteOldHours(connection, { before: now - HOURS_KEPT_MS });
}
