import { join } from 'node:path';
import { sweepExpired, type RunningEngine } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import { dayIn, endOfDayAfter, startOfDay } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { BEFORE_ALL_ROOTS, deliverRoots, makeDueRoots } from '../ledger/index.ts';
import { AUDIT_CHAIN } from '../operators/index.ts';
import type { CatalogueHolder, Programme } from '../programmes/index.ts';
import { countSales, forgetSales } from '../sales/index.ts';
import { findFirstDay, findLastSettledDay, settleDay } from '../settlement/index.ts';
import { every, type Rounds } from './every.ts';

/**
 * What happens by itself. Nothing here is a job in a queue: each round looks in the tables for what is due,
 * and doing it twice is doing it once, so several processes may look at the same time.
 */
export interface ScheduleParts {
  readonly database: Database;
  readonly catalogue: CatalogueHolder;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly log: Logger;
  readonly engine: RunningEngine;
  readonly dataFolder: string;
}

const SWEEP_EVERY_MS = 10_000;
const DAILY_EVERY_MS = 60_000;
const SALES_EVERY_MS = 1_000;
/** A day is settled some minutes after it is over, so that its last batches have committed everywhere. */
const SETTLE_AFTER_MS = 5 * 60_000;

export function startSchedule(parts: ScheduleParts): Rounds {
  let rootDay = BEFORE_ALL_ROOTS; // the folder has every root up to this day
  const settled = new Map<number, string>(); // by issuer, the last day
  const rounds = [
    every(SWEEP_EVERY_MS, parts.log, 'expiry', () => sweep(parts)),
    every(DAILY_EVERY_MS, parts.log, 'roots', async () => {
      rootDay = await makeRoots(parts, rootDay);
    }),
    every(DAILY_EVERY_MS, parts.log, 'settlement', () => settleRound(parts, settled)),
    every(SALES_EVERY_MS, parts.log, 'sales', async () => void (await countSales(parts))),
    every(DAILY_EVERY_MS, parts.log, 'old sales', () => forgetSales(parts)),
  ];
  return {
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
    },
  };
}

async function sweep({ database, engine, clock, log }: ScheduleParts): Promise<void> {
  const swept = await sweepExpired({ database, engine, clock });
  if (swept > 0) log.info({ cards: swept }, 'expired value was moved to breakage');
}

/** Returns the last day whose root the folder has. */
async function makeRoots(parts: ScheduleParts, afterDay: string): Promise<string> {
  const { database, clock, keys, dataFolder, log } = parts;
  await makeDueRoots(database, clock, { ...keys, chains: [AUDIT_CHAIN] });
  const roots = await deliverRoots(database, join(dataFolder, 'roots'), afterDay);
  for (const { day, file, isNew } of roots)
    if (isNew) log.info({ day, file }, 'a daily root was written');
  return roots.at(-1)?.day ?? afterDay;
}

/**
 * Every issuer's days, in the zone of its first programme: a movement stands in one statement of its party. The
 * files say how far the days have come, so what was missed while no server was there is made up for, a day a
 * round. An issuer that cannot be settled does not stop the others.
 */
export async function settleRound(
  parts: Pick<ScheduleParts, 'database' | 'catalogue' | 'clock' | 'dataFolder' | 'log'>,
  settled: Map<number, string>,
): Promise<void> {
  const { catalogue, clock, dataFolder, log } = parts;
  const { issuers, programmes } = catalogue.current();
  const folder = join(dataFolder, 'settlement');
  const late = clock.now() - SETTLE_AFTER_MS;
  for (const { issuerId, zone } of firstOfEach(programmes.values())) {
    const issuer = issuers.get(issuerId)?.key ?? '';
    const last = dayBefore(dayIn(late, zone), zone);
    const done = settled.get(issuerId);
    const day =
      done === undefined
        ? ((await findLastSettledDay(folder, issuer)) ?? // again: some of its files may be missing
          (await findFirstDay(parts.database, zone)) ??
          last)
        : dayAfter(done, zone);
    if (day > last) continue;
    try {
      const files = await settleDay(parts.database, catalogue.current(), clock, {
        issuerId,
        day,
        zone,
        folder,
      });
      settled.set(issuerId, day);
      if (files.length > 0) log.info({ issuer, day, files: files.length }, 'a day was settled');
    } catch (error) {
      log.error({ error, issuer, day }, 'a day was not settled');
    }
  }
}

/** The oldest programme of each issuer. */
function firstOfEach(programmes: Iterable<Programme>): Iterable<Programme> {
  const first = new Map<number, Programme>();
  for (const programme of programmes) {
    const { issuerId, programmeId } = programme;
    const known = first.get(issuerId);
    if (known === undefined || programmeId < known.programmeId) first.set(issuerId, programme);
  }
  return first.values();
}

/** Not 24 hours ago: a day in which the clocks change has 23 or 25. */
function dayBefore(day: string, zone: string): string {
  const start = present(startOfDay(day, zone), 'a day is written YYYY-MM-DD');
  return dayIn(start - 1, zone);
}

function dayAfter(day: string, zone: string): string {
  const start = present(startOfDay(day, zone), 'a day is written YYYY-MM-DD');
  return dayIn(endOfDayAfter(start, 0, zone), zone);
}
