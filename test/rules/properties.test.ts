/**
 * Random sequences over a few cards, in batches, on the embedded database: whatever happens, value is neither
 * made nor lost, no account falls below its floor, lots and balances agree (`verify`), a request that is sent
 * again gets its answer, and undoing all that can be undone leaves the cards as they were.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Act, CardReference, Envelope } from '../../src/instruments/operation.ts';
import type { Outcome } from '../../src/instruments/outcome.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { onPglite } from '../support/database.ts';
import { FUNDS, SELLER, type House } from '../support/house.ts';
import { judgeSpends } from '../simulation/simulated-books.ts';
import { openSellingHouse, saleBy } from '../support/selling-house.ts';

const unit = 'JPY';
const RUNS = Number(process.env['KINKEN_PROPERTY_RUNS'] ?? 6);
const SEED = Number(process.env['KINKEN_PROPERTY_SEED'] ?? Date.now() % 1_000_000);

/** One step, still without cards: which of them is said by number. */
interface Step {
  readonly what: number;
  readonly card: number;
  readonly other: number;
  readonly amount: number;
  readonly earlier: number; // which step before this one a reversal, repeat, capture or release is about
  readonly waitMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.nat(17),
  card: fc.nat(5),
  other: fc.nat(5),
  amount: fc.integer({ min: 1, max: 4_000 }),
  earlier: fc.nat(30),
  waitMs: fc.constantFrom(0, 0, 0, 1, 30_000, 86_400_000),
});

interface Sent {
  readonly act: Act;
  readonly envelope: Partial<Envelope>;
  readonly outcome: Outcome;
}

test('random operations in random batches keep the books', { timeout: 300_000 }, async () => {
  console.log(`seed ${SEED} (KINKEN_PROPERTY_SEED), ${RUNS} runs (KINKEN_PROPERTY_RUNS)`);
  const batches = fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), {
    minLength: 4,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(batches, async (plan) => {
      const walked = () => onPglite((database) => walk(database, plan));
      const first = await walked();
      assert.equal(await walked(), first, 'the same again with the same seed has the same chain');
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
});

/** Returns the heads of all lanes. */
async function walk(database: Database, plan: readonly (readonly Step[])[]): Promise<string> {
  const troubles: unknown[] = [];
  const house = await openSellingHouse(database, {
    writers: 1,
    onTrouble: ({ error }) => troubles.push(error),
  });
  const cards = await openCards(house);
  const sent: Sent[] = [];
  for (const batch of plan) {
    house.clock.advance(batch[0]?.waitMs ?? 0);
    const asked = batch.map((one, index) => askFor(one, cards, sent, `s${sent.length + index}`));
    const outcomes = await Promise.all(
      asked.map(({ act, envelope }) => house.submit(act, envelope)),
    );
    asked.forEach((one, index) => sent.push({ ...one, outcome: outcomes[index]! }));
  }
  assert.deepEqual(troubles, [], 'no batch broke');
  await repeatAll(house, sent);
  await judgeSpends(database);
  const heads = await database.query(
    `select encode(last_hash, 'hex') as head from ledger.lane order by lane`,
  );
  await house.close();
  return heads.map((row) => String(row['head'])).join();
}

async function openCards(house: House): Promise<CardReference[]> {
  const { byNumber, byCode } = await house.signposted(6_000n);
  await house.done({
    kind: 'fund',
    fundsOfClientId: 1,
    direction: 'in',
    amountMinor: 9_000n,
    unit,
  });
  return [
    byNumber,
    byCode,
    await house.activated('limited', 5_000n),
    await house.activated('wide', 5_000n),
    await house.activated('variable', 5_000n),
    await house.blank('variable'),
  ];
}

function askFor(
  one: Step,
  cards: readonly CardReference[],
  sent: readonly Sent[],
  requestId: string,
): { act: Act; envelope: Partial<Envelope> } {
  const card = cards[one.card]!;
  const amountMinor = BigInt(one.amount);
  const earlier = sent[sent.length - 1 - (one.earlier % Math.max(1, sent.length))];
  // Two contracts, one of them by either of two tenders that share its limit.
  const tender = one.other % 2 === 0 ? ('bill' as const) : ('through' as const);
  const isSale = [2, 3, 17].includes(one.what) && one.other > 1;
  const sale = saleBy(tender, { contract: `090-${one.card % 2}` });
  const envelope = { requestId, ...(isSale && { sale }) };
  const reversal: Act = {
    kind: 'reverse',
    originalRequestId: earlier?.envelope.requestId ?? 'never',
    card: earlier !== undefined && 'card' in earlier.act ? earlier.act.card : null,
    holdId: earlier !== undefined && 'holdId' in earlier.act ? earlier.act.holdId : null,
  };
  const done = earlier?.outcome.outcome === 'accepted' ? earlier.outcome.done : null;
  const holdId = done?.holdId ?? 3n;
  const merchantId = 1;
  const acts: Act[] = [
    { kind: 'redeem', card, amountMinor, unit, merchantId, isPartialAllowed: false },
    { kind: 'redeem', card, amountMinor, unit, merchantId, isPartialAllowed: true },
    {
      kind: 'load',
      card,
      amountMinor,
      unit,
      lotClass: 'free',
      funding: one.other > 2 ? SELLER : FUNDS,
    },
    {
      kind: 'activate',
      card,
      amountMinor: 1_000n,
      unit: null,
      funding: one.other > 2 ? SELLER : FUNDS,
    },
    { kind: 'deactivate', card },
    { kind: 'return', card, amountMinor, unit, merchantId, originalRequestId: null },
    {
      kind: 'return',
      card,
      amountMinor,
      unit,
      merchantId,
      originalRequestId: earlier?.envelope.requestId ?? 'x',
    },
    { kind: 'hold', card, amountMinor, unit, merchantId, durationMs: 60_000 },
    { kind: 'capture', holdId, amountMinor: amountMinor / 4n + 1n, unit, isFinal: one.other === 0 },
    { kind: 'release', holdId },
    { kind: 'freeze', card, owner: 'case', reason: 'x' },
    { kind: 'unfreeze', card, owner: 'case' },
    {
      kind: 'move',
      card,
      to: cards[one.other]!,
      amountMinor: one.amount % 3 === 0 ? null : amountMinor,
      unit,
    },
    reversal,
    reversal,
    reversal,
    { kind: 'expire', instrumentId: done?.instrumentId ?? 3n },
    { kind: 'issue', productId: 1, amountMinor: 500n + amountMinor, unit, funding: FUNDS },
  ];
  if (one.what === 0 && one.earlier === 7 && earlier !== undefined) return earlier;
  return { act: acts[one.what]!, envelope };
}

/** What was accepted is accepted again with the same answer, or has been reversed since. */
async function repeatAll(house: House, sent: readonly Sent[]): Promise<void> {
  const before = await house.snapshot();
  const again = await Promise.all(sent.map(({ act, envelope }) => house.submit(act, envelope)));
  again.forEach((outcome, index) => {
    const { outcome: first, act } = sent[index]!;
    if (outcome.outcome === 'refused' && outcome.refusal === 'already_reversed') return;
    if (
      first.outcome === 'refused' &&
      ['already_reversed', 'request_id_reused'].includes(first.refusal)
    )
      return;
    assert.deepEqual({ ...outcome, isRepeated: true }, { ...first, isRepeated: true }, act.kind);
  });
  assert.equal(await house.snapshot(), before, 'nothing is done twice');
}
