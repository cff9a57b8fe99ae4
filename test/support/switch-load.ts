/**
 * Sales at a steady rate through two engines that know nothing of each other, while a stop goes on and off; and then
 * each sale is held against the switch's own history: on which side of which instant had it arrived?
 */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs, wallClock } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { seededRandom } from '../../src/kernel/seeded-random.ts';
import { openEngine, type RunningEngine } from '../../src/instruments/index.ts';
import { holdCatalogue } from '../../src/programmes/index.ts';
import { holdSwitchboard, type Movement } from '../../src/suspensions/index.ts';
import { CLIENT, PRODUCTS } from './house.ts';
import { issueOf, openSellingHouse, scopeOf } from './selling-house.ts';

export interface SwitchLoad {
  readonly seconds: number;
  readonly perSecond: number;
  /** How long a stop stays, and how long sale goes on between two stops. */
  readonly everyMs: number;
}

export interface SwitchLoadReport {
  readonly sold: number;
  readonly stopped: number;
  readonly perSecond: number;
  readonly changes: number;
  readonly wrongSide: number;
  readonly nearestMs: number; // of a sale to an instant at which the switch moved
  readonly p99Ms: number;
}

interface Sale {
  readonly arrivedAt: number;
  readonly ms: number;
  readonly refusal: string | null;
}

export async function sellWhileSwitching(
  database: Database,
  load: SwitchLoad,
): Promise<SwitchLoadReport> {
  const house = await openSellingHouse(database, { clock: wallClock });
  const other = await openEngine({
    database,
    keys: house.keys,
    clock: wallClock,
    random: seededRandom(2),
    catalogue: await holdCatalogue(database),
  });
  const began = monotonicMs();
  const endsAt = began + load.seconds * 1_000;
  const sales: Promise<Sale>[] = [];
  const switching = switchOnAndOff(house, load, endsAt);
  while (monotonicMs() < endsAt) {
    const due = Math.floor(((monotonicMs() - began) / 1_000) * load.perSecond);
    for (let number = sales.length; number < due; number += 1) {
      sales.push(sell(number % 2 === 0 ? house.engine : other, number));
    }
    await pause(2);
  }
  const [sold, changes] = await Promise.all([Promise.all(sales), switching]);
  const tookMs = monotonicMs() - began;
  const report = await judgeSales(database, sold, changes, tookMs);
  const [row] = await database.query('select count(*) as cards from instruments.instrument');
  assert.equal(Number(row?.['cards']), report.sold, 'what was accepted is there, and nothing else');
  await other.close();
  await house.close();
  return report;
}

async function switchOnAndOff(
  house: Awaited<ReturnType<typeof openSellingHouse>>,
  { everyMs }: SwitchLoad,
  endsAt: number,
): Promise<number> {
  let changes = 0;
  while (monotonicMs() < endsAt - 1_500) {
    const thrown = await house.stop({ productId: PRODUCTS.code, sellerId: 1 });
    await pause(everyMs);
    await house.lift(thrown.suspensionId);
    await pause(everyMs);
    changes += 2;
  }
  return changes;
}

async function sell(engine: RunningEngine, number: number): Promise<Sale> {
  const arrivedAt = wallClock.now();
  const began = monotonicMs();
  const operation = { ...CLIENT, requestId: `sale-${number}`, arrivedAt, ...issueOf(500n) };
  const outcome = await engine.submit(operation);
  assert.ok(outcome.outcome === 'accepted' || outcome.outcome === 'refused', outcome.outcome);
  const refusal = outcome.outcome === 'refused' ? outcome.refusal : null;
  return { arrivedAt, ms: monotonicMs() - began, refusal };
}

async function judgeSales(
  database: Database,
  sales: readonly Sale[],
  changes: number,
  tookMs: number,
): Promise<SwitchLoadReport> {
  const board = (await holdSwitchboard(database)).current();
  const { operations: _, ...ids } = scopeOf({
    programmeId: 1,
    productId: PRODUCTS.code,
    sellerId: 1,
  });
  const instants = board.all(1).flatMap(({ phases }) => phases.map(({ startsAt }) => startsAt));
  let [sold, stopped, wrongSide, nearestMs] = [0, 0, 0, Infinity];
  for (const { arrivedAt, refusal } of sales) {
    const movement: Movement = { ...ids, operations: ['sell'], at: arrivedAt, buyer: null };
    const expected = board.judge(movement)?.refusal ?? null;
    if (refusal === null) sold += 1;
    else stopped += 1;
    if (refusal !== expected) wrongSide += 1;
    for (const at of instants) nearestMs = Math.min(nearestMs, Math.abs(at - arrivedAt));
  }
  const ordered = sales.map(({ ms }) => ms).toSorted((one, another) => one - another);
  return {
    ...{ sold, stopped, wrongSide, nearestMs, changes },
    perSecond: sales.length / (tookMs / 1_000),
    p99Ms: ordered[Math.floor(ordered.length * 0.99)] ?? 0,
  };
}
