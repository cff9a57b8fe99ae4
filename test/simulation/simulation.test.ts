import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { monotonicMs } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { runSeed } from './run-seed.ts';
import { openBooks } from './simulated-books.ts';

/** `KINKEN_SEEDS=5000` runs as many as that; `npm run simulate` replays one. */
const ASKED = process.env['KINKEN_SEEDS'];
const SEEDS = Number(ASKED ?? 200);

/** A slow machine runs fewer, and says how many. */
const WITHIN_MS = ASKED === undefined ? 150_000 : Infinity;

let database: Database;

before(async () => {
  database = await openBooks();
});
after(() => database.close());

void test('the same seed gives the same chains and the same answers', async () => {
  const first = await runSeed(database, 7);
  const again = await runSeed(database, 7);
  assert.equal(again.digest, first.digest);
  const other = await runSeed(database, 8);
  assert.notEqual(other.digest, first.digest);
});

void test(`whatever goes wrong, the books balance and everybody learns the truth (${SEEDS} seeds)`, async (context) => {
  const startedAt = monotonicMs();
  let ran = 0;
  const seen = { accepted: 0, kills: 0, unknown: 0, refusals: new Set<string>() };
  for (let seed = 1; seed <= SEEDS && monotonicMs() - startedAt < WITHIN_MS; seed += 1) {
    ran += 1;
    const report = await runSeed(database, seed).catch((error: unknown) => {
      const replay = `seed ${seed} failed; replay it with: npm run simulate -- --seed ${seed}`;
      throw new Error(replay, { cause: error });
    });
    seen.accepted += report.accepted;
    seen.kills += report.counts['kills'] ?? 0;
    seen.unknown += report.counts['unknown'] ?? 0;
    for (const refusal of report.refusals.keys()) seen.refusals.add(refusal);
  }
  const { accepted, kills, unknown, refusals } = seen;
  context.diagnostic(
    `${ran} seeds, ${accepted} accepted, ${kills} kills, ${unknown} unknown commits, ${refusals.size} refusals`,
  );
  assert.ok(accepted > ran * 10 && kills > 0 && unknown > 0, 'there was work, and trouble');
});
