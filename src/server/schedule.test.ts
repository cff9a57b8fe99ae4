import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openPglite } from '../../test/support/database.ts';
import { DAY_MS, type House, openHouse } from '../../test/support/house.ts';
import { MovedClock } from '../kernel/clock.ts';
import { createLog, silentLog } from '../kernel/log.ts';
import { once } from './every.ts';
import { settleRound } from './schedule.ts';

interface Days {
  readonly house: House;
  /** One round at an instant; the days that then have statements. */
  readonly at: (instant: string) => Promise<string[]>;
  readonly restart: () => void;
}

/** A house whose issuer has its oldest programme in a zone, and another one in Japan. */
async function openDays(context: TestContext, zone: string): Promise<Days> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'kinken-schedule-'));
  const database = await openPglite();
  const house = await openHouse(database);
  context.after(async () => {
    await house.close();
    await database.close();
    await rm(dataFolder, { recursive: true });
  });
  await database.script(`
    update programmes.programme set zone = '${zone}' where programme_id = 1;
    insert into programmes.programme (issuer_id, key, name_ja, name_en, unit, zone)
    values (1, 'second', '二', 'Second', 'JPY', 'Asia/Tokyo');
    update programmes.version set version = version + 1;
  `);
  await house.catalogue.refresh(database);
  const parts = { database, catalogue: house.catalogue, dataFolder, log: silentLog() };
  let settled = new Map<number, string>();
  return {
    house,
    restart() {
      settled = new Map();
    },
    async at(instant) {
      await settleRound({ ...parts, clock: new MovedClock(Date.parse(instant)) }, settled);
      const names = await readdir(join(dataFolder, 'settlement', 'hoshi')).catch(() => []);
      return [...new Set(names.map((name) => name.replace(/^.*-(.{10})\..*$/, '$1')))].toSorted();
    },
  };
}

void test('an issuer of two zones is settled by the days of its oldest programme', async (context) => {
  const { house, at } = await openDays(context, 'America/New_York');
  await house.activated('prepaid', 1_000n); // 22:00 of 1 March in New York, noon of 2 March in Japan
  assert.deepEqual(await at('2026-03-02T04:59:00Z'), []);
  assert.deepEqual(await at('2026-03-02T05:04:00Z'), [], 'its last batches may be under way');
  assert.deepEqual(await at('2026-03-02T05:06:00Z'), ['2026-03-01']);
  assert.deepEqual(await at('2026-03-02T15:06:00Z'), ['2026-03-01'], 'no day of Japan');
  assert.deepEqual(await at('2026-03-03T05:06:00Z'), ['2026-03-01'], 'nothing moved');
});

void test('what was missed is made up for, a day a round, from the first day of the books', async (context) => {
  const { house, at, restart } = await openDays(context, 'Asia/Tokyo');
  const card = await house.activated('prepaid', 1_000n);
  house.clock.advance(DAY_MS);
  await house.redeem(card, 1n);
  house.clock.advance(2 * DAY_MS);
  await house.redeem(card, 1n);
  const now = '2026-03-08T00:00:00Z';
  assert.deepEqual(await at(now), ['2026-03-02']);
  assert.deepEqual(await at(now), ['2026-03-02', '2026-03-03']);
  restart();
  assert.deepEqual(await at(now), ['2026-03-02', '2026-03-03'], 'the last day again');
  assert.deepEqual(await at(now), ['2026-03-02', '2026-03-03'], 'a day without movements');
  assert.deepEqual(await at(now), ['2026-03-02', '2026-03-03', '2026-03-05']);
});

void test('a day in which the clocks change is settled when it is over', async (context) => {
  const { house, at } = await openDays(context, 'America/New_York');
  house.clock.advance(Date.parse('2026-03-08T12:00:00Z') - house.clock.now()); // has 23 hours
  const card = await house.activated('prepaid', 1_000n);
  assert.deepEqual(await at('2026-03-09T04:06:00Z'), ['2026-03-08']);
  house.clock.advance(Date.parse('2026-11-01T12:00:00Z') - house.clock.now()); // has 25
  await house.redeem(card, 1n);
  for (let day = 0; day < 238; day += 1) await at('2026-11-02T04:30:00Z');
  assert.deepEqual(await at('2026-11-02T04:30:00Z'), ['2026-03-08'], 'half past eleven at night');
  assert.deepEqual(await at('2026-11-02T05:06:00Z'), ['2026-03-08', '2026-11-01']);
});

void test('what is done once is logged when it fails, and is not begun after its stop', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  const log = createLog({ isTerminal: false, write: (line) => void told.push(line) });
  let begun = 0;
  const fail = () => {
    begun += 1;
    return Promise.reject(new Error('not there'));
  };
  const failing = once(1_000, log, 'loading', fail);
  const stopped = once(2_000, log, 'loading', fail);
  context.mock.timers.tick(1_000);
  await Promise.all([failing.stop(), stopped.stop()]);
  context.mock.timers.tick(1_000);
  assert.deepEqual([begun, told.length], [1, 1]);
  assert.match(told[0] ?? '', /loading: failed/);
});
