import { join } from 'node:path';
import { sweepExpired, type RunningEngine } from '../instruments/index.ts';
import { dayIn } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import { deliverRootFile, makeDueRoots } from '../ledger/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import { settleDay } from '../settlement/index.ts';

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

export interface Schedule {
  /** Resolves when the rounds under way have ended. */
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 10_000;
const DAILY_EVERY_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** A day is settled some minutes after it is over, so that its last batches have committed everywhere. */
const SETTLE_AFTER_MS = 5 * 60_000;

export function startSchedule(parts: ScheduleParts): Schedule {
  const rounds = [
    every(SWEEP_EVERY_MS, parts.log, 'expiry', () => sweep(parts)),
    every(DAILY_EVERY_MS, parts.log, 'roots', () => makeRoots(parts)),
    every(DAILY_EVERY_MS, parts.log, 'settlement', () => settle(parts)),
  ];
  return {
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
    },
  };
}

/** A round begins when the one before has ended; one that fails is logged and tried again. */
function every(ms: number, log: Logger, what: string, round: () => Promise<void>): Schedule {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = round()
      .catch((error: unknown) => log.error({ error }, `${what}: a round failed`))
      .finally(() => {
        isRunning = false;
      });
  }, ms);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

async function sweep({ database, engine, clock, log }: ScheduleParts): Promise<void> {
  const swept = await sweepExpired({ database, engine, clock });
  if (swept > 0) log.info({ cards: swept }, 'expired value was moved to breakage');
}

async function makeRoots({ database, clock, keys, dataFolder, log }: ScheduleParts): Promise<void> {
  for (const root of await makeDueRoots(database, clock, keys)) {
    const file = await deliverRootFile(join(dataFolder, 'roots'), root);
    log.info({ day: root.day, file }, 'the daily root was signed');
  }
}

/** The day before, of every issuer, in the zone of each of its programmes. */
async function settle({
  database,
  catalogue,
  clock,
  dataFolder,
  log,
}: ScheduleParts): Promise<void> {
  const current = catalogue.current();
  const yesterday = clock.now() - DAY_MS - SETTLE_AFTER_MS;
  const orders = new Map<string, { issuerId: number; zone: string; day: string }>();
  for (const { issuerId, zone } of current.programmes.values()) {
    const day = dayIn(yesterday, zone);
    orders.set(`${issuerId}:${zone}`, { issuerId, zone, day });
  }
  for (const [key, order] of orders) {
    if (settled.get(key) === order.day) continue;
    const folder = join(dataFolder, 'settlement');
    const files = await settleDay(database, current, clock, { ...order, folder });
    settled.set(key, order.day);
    if (files.length > 0) log.info({ day: order.day, files: files.length }, 'the day was settled');
  }
}

/** What this process has settled already; settling again would write the same bytes. */
const settled = new Map<string, string>();
