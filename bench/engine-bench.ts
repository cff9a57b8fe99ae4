import { availableParallelism } from 'node:os';
import { openKeyRing } from '../src/kernel/crypto.ts';
import { wallClock } from '../src/kernel/clock.ts';
import { seededRandom } from '../src/kernel/seeded-random.ts';
import { openEngine, type RunningEngine } from '../src/instruments/index.ts';
import { holdCatalogue, type CatalogueHolder } from '../src/programmes/index.ts';
import type { Database } from '../src/kernel/database/index.ts';
import { cpuSeconds } from './cpu.ts';
import { drive, type Measured } from './drive.ts';

/** What docs/operations/settings.md advises: eight for each core of the database's machine. */
export const LANES = 8 * availableParallelism();

export const keys = openKeyRing(new Uint8Array(32).fill(7));

export interface Costed extends Measured {
  readonly ownCpuUs: number; // an operation, of this process: the engine and the load generator
  readonly databaseCpuUs: number; // an operation, of every process of the database
}

export interface Bench {
  readonly engine: RunningEngine;
  readonly catalogue: CatalogueHolder;
}

export async function openBench(
  database: Database,
  sizes: { writers?: number; batchMax?: number; queueMax?: number } = {},
): Promise<Bench> {
  const catalogue = await holdCatalogue(database);
  const engine = await openEngine({
    database,
    keys,
    catalogue,
    clock: wallClock,
    random: seededRandom(1),
    lanesOfANewDatabase: LANES,
    ...sizes,
    onTrouble: ({ what, error }) => console.error(what, error),
  });
  return { engine, catalogue };
}

let runs = 0;

/** Redemptions of 10 yen at one merchant, each of another card in turn. */
export function redeemer(
  engine: RunningEngine,
  numbers: readonly string[],
): (index: number) => Promise<boolean> {
  runs += 1;
  const run = `${process.pid}-${runs}`;
  return async (index) => {
    const outcome = await engine.submit({
      kind: 'redeem',
      clientId: 1,
      issuerId: 1,
      requestId: `${run}-${index}`,
      arrivedAt: wallClock.now(),
      card: { by: 'number', number: numbers[(index * 7919) % numbers.length]! },
      amountMinor: 10n,
      unit: 'JPY',
      merchantId: 1,
      isPartialAllowed: false,
    });
    return outcome.outcome === 'accepted';
  };
}

/** Throws when an operation failed: a refusal is quicker than what was to be measured. */
export async function costed(
  operate: (index: number) => Promise<boolean>,
  load: { inFlight: number; seconds: number; warmUpSeconds: number },
  postmasterPid: number | null,
): Promise<Costed> {
  const own = process.cpuUsage();
  const database = postmasterPid === null ? 0 : cpuSeconds(postmasterPid);
  let done = 0;
  const measured = await drive(async (index) => {
    const isGood = await operate(index);
    done += 1;
    return isGood;
  }, load);
  if (measured.failed > 0) throw new Error(`${measured.failed} operations failed`);
  const used = process.cpuUsage(own);
  const databaseUsed = postmasterPid === null ? 0 : cpuSeconds(postmasterPid) - database;
  return {
    ...measured,
    ownCpuUs: (used.user + used.system) / done,
    databaseCpuUs: (databaseUsed * 1e6) / done,
  };
}
