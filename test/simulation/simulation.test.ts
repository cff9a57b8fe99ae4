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
const WITHIN_MS = ASKED === undefined ? 240_000 : Infinity;

/** Seeds are played side by side: each mostly waits for its database. */
let books: Database[];

before(async () => {
  books = await Promise.all([openBooks(), openBooks()]);
});
after(() => Promise.all(books.map((database) => database.close())));

void test('the same seed gives the same chains and the same answers', async () => {
  const [first, again] = await Promise.all(books.map((database) => runSeed(database, 7)));
  assert.equal(again?.digest, first?.digest);
  const [other, after] = await Promise.all(books.map((database, at) => runSeed(database, 8 - at)));
  assert.notEqual(other?.digest, first?.digest);
  assert.equal(after?.digest, first?.digest, 'whatever was played before it');
});

void test(`whatever goes wrong, the books balance and everybody learns the truth (${SEEDS} seeds)`, async (context) => {
  const startedAt = monotonicMs();
  let [begun, ran] = [0, 0];
  const seen = { accepted: 0, kills: 0, unknown: 0, refusals: new Set<string>() };
  const play = async (database: Database): Promise<void> => {
    while (begun < SEEDS && monotonicMs() - startedAt < WITHIN_MS) {
      const seed = (begun += 1);
      const report = await runSeed(database, seed).catch((error: unknown) => {
        const replay = `seed ${seed} failed; replay it with: npm run simulate -- --seed ${seed}`;
        throw new Error(replay, { cause: error });
      });
      ran += 1;
      seen.accepted += report.accepted;
      seen.kills += report.counts['kills'] ?? 0;
      seen.unknown += report.counts['unknown'] ?? 0;
      for (const refusal of report.refusals.keys()) seen.refusals.add(refusal);
    }
  };
  await Promise.all(books.map(play));
  const { accepted, kills, unknown, refusals } = seen;
  context.diagnostic(
    `${ran} seeds, ${accepted} accepted, ${kills} kills, ${unknown} unknown commits, ${refusals.size} refusals`,
  );
  assert.ok(accepted > ran * 10 && kills > 0 && unknown > 0, 'there was work, and trouble');
});
