import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Random } from '../kernel/crypto.ts';
import { meetsConditions, type Buyer } from '../programmes/index.ts';
import { seededRandom } from '../kernel/seeded-random.ts';
import { STOPPED_OPERATIONS, type GateVerdict, type Movement } from './movement.ts';
import {
  DIMENSIONS,
  specificityOf,
  type Dimension,
  type Effect,
  type Phase,
  type Scope,
  type Suspension,
} from './suspension.ts';
import { makeSwitchboard, phaseInForce, type Board } from './switchboard.ts';

const AT = Date.parse('2018-02-03T15:03:00+09:00');
const NOTHING = Object.fromEntries(DIMENSIONS.map((name) => [name, 0])) as Record<
  Dimension,
  number
>;

const SALE: Movement = {
  operations: ['sell'],
  issuerId: 1,
  programmeId: 2,
  productId: 3,
  sellerId: 4,
  chainId: 5,
  aggregatorId: 6,
  tenderId: 7,
  merchantId: 0,
  soldBySellerId: 0,
  at: AT,
  buyer: null,
};
const USE: Movement = {
  ...SALE,
  operations: ['use', 'redeem'],
  tenderId: 0,
  merchantId: 8,
  soldBySellerId: 4,
};

function phase(change: Partial<Phase> = {}): Phase {
  return {
    phaseNo: 0,
    effect: 'stopped',
    conditions: null,
    startsAt: AT,
    expectedEnd: null,
    textJa: '停止',
    textEn: 'Stopped',
    criteria: '',
    reason: '',
    actor: 'test',
    approvedBy: null,
    recordedAt: AT - 1_000,
    ...change,
  };
}

function suspension(
  suspensionId: number,
  scope: Partial<Scope>,
  phases: readonly Partial<Phase>[] = [{}],
): Suspension {
  return {
    suspensionId,
    scope: { issuerId: 1, ...NOTHING, operations: [], ...scope },
    announcedText: null,
    announcedAt: null,
    precision: 'second',
    internalReason: '',
    thrownBy: 'test',
    thrownAt: AT - 1_000,
    phases: phases.map((each, phaseNo) => phase({ phaseNo, ...each })),
  };
}

function board(...suspensions: readonly Suspension[]): Board {
  return makeSwitchboard(suspensions, 1);
}

const stoppedBy = (suspensionId: number): GateVerdict => ({ refusal: 'suspended', suspensionId });

void describe('a switchboard', () => {
  void test('refuses from its instant on, and not a millisecond before (R24)', () => {
    const one = board(suspension(1, { productId: 3 }));
    assert.equal(one.judge({ ...SALE, at: AT - 1 }), null);
    assert.deepEqual(one.judge(SALE), stoppedBy(1));
  });

  void test('matches each dimension that is named, and none that an operation lacks (R20)', () => {
    for (const dimension of DIMENSIONS) {
      const named = board(suspension(1, { [dimension]: 9 }));
      assert.deepEqual(named.judge({ ...SALE, [dimension]: 9 }), stoppedBy(1), dimension);
      assert.equal(named.judge({ ...SALE, [dimension]: 10 }), null, dimension);
      assert.equal(named.judge({ ...SALE, [dimension]: 0 }), null, dimension);
    }
    assert.equal(board(suspension(1, { issuerId: 2 })).judge(SALE), null);
    assert.equal(board(suspension(1, { productId: 3, tenderId: 7 })).judge(USE), null);
  });

  void test('tells selling from using, and a place of use from who sold the card (R20)', () => {
    assert.equal(board(suspension(1, { operations: ['use'] })).judge(SALE), null);
    assert.deepEqual(board(suspension(1, { operations: ['use'] })).judge(USE), stoppedBy(1));
    assert.deepEqual(board(suspension(1, { operations: ['redeem'] })).judge(USE), stoppedBy(1));
    const activation = { ...SALE, operations: ['sell', 'activate'] as const };
    const stopped = board(suspension(1, { operations: ['activate'] }));
    assert.deepEqual(stopped.judge(activation), stoppedBy(1));
    assert.equal(stopped.judge(SALE), null);
    const soldThere = board(suspension(1, { soldBySellerId: 4 }));
    assert.deepEqual(soldThere.judge(USE), stoppedBy(1));
    assert.equal(soldThere.judge(SALE), null);
  });

  void test('stops everything of an issuer by one suspension', () => {
    const all = board(suspension(1, {}));
    assert.deepEqual([all.judge(SALE), all.judge(USE)], [stoppedBy(1), stoppedBy(1)]);
  });

  void test('names the most specific, among equals the earliest', () => {
    const wide = suspension(1, { productId: 3 }, [{ startsAt: AT - 9_000 }]);
    const late = suspension(2, { productId: 3, tenderId: 7 }, [{ startsAt: AT - 10 }]);
    const early = suspension(3, { sellerId: 4, tenderId: 7 }, [{ startsAt: AT - 20 }]);
    assert.deepEqual(board(wide, late, early).judge(SALE), stoppedBy(3));
    const selling = suspension(4, { productId: 3, operations: ['sell'] });
    assert.deepEqual(board(wide, selling).judge(SALE), stoppedBy(4));
  });

  void test('lets pass what meets the conditions, and a stop beside them refuses all the same', () => {
    const resumed = suspension(1, { productId: 3, sellerId: 4 }, [
      {},
      {
        effect: 'conditions',
        conditions: { ownLineOnly: true, noWifi: true, devices: ['phone'] },
        startsAt: AT + 100,
      },
    ]);
    const at = AT + 100;
    const judge = (buyer: Buyer | null, one = board(resumed)) => one.judge({ ...SALE, at, buyer });
    const unmet = { refusal: 'conditions_not_met', suspensionId: 1 };
    assert.equal(judge({ line: 'own', device: 'phone' }), null);
    assert.deepEqual(judge({ line: 'wifi', device: 'phone' }), unmet);
    assert.deepEqual(judge({ line: 'own', device: 'pc' }), unmet);
    assert.deepEqual(judge({ line: 'own', device: null }), unmet);
    assert.deepEqual(judge(null), unmet);
    const both = board(resumed, suspension(2, { issuerId: 1 }));
    assert.deepEqual(judge({ line: 'own', device: 'phone' }, both), stoppedBy(2));
  });

  void test('keeps judging the past as it was judged when it was the present', () => {
    const stopped = suspension(1, { productId: 3 });
    const lifted = suspension(1, { productId: 3 }, [{}, { effect: 'lifted', startsAt: AT + 50 }]);
    const after = board(stopped).withChanged([lifted], 2);
    assert.deepEqual(after.judge({ ...SALE, at: AT + 49 }), stoppedBy(1));
    assert.equal(after.judge({ ...SALE, at: AT + 50 }), null);
  });

  void test('takes the phase recorded last of those that have begun', () => {
    const planned = suspension(1, { productId: 3 }, [
      {},
      { effect: 'lifted', startsAt: AT + 500 },
      { effect: 'stopped', startsAt: AT + 200 }, // the planned end is taken back
    ]);
    const one = board(planned);
    assert.deepEqual(one.judge({ ...SALE, at: AT + 600 }), stoppedBy(1));
    assert.equal(one.nextChangeAfter(AT), AT + 200);
    assert.equal(one.nextChangeAfter(AT + 200), null);
  });

  void test('says when that changes which a movement falls under, and nothing else', () => {
    const one = board(
      suspension(1, { productId: 3 }, [
        { startsAt: AT + 40 },
        { effect: 'lifted', startsAt: AT + 60 },
      ]),
      suspension(2, { productId: 3, operations: ['redeem'] }, [{ startsAt: AT + 10 }]),
      suspension(3, { productId: 9 }, [{ startsAt: AT + 5 }]),
      suspension(4, { sellerId: 4 }, [{ startsAt: AT + 50 }]),
    );
    const next = (at: number) => one.nextChangeFor({ ...SALE, at });
    assert.deepEqual(
      [0, 40, 50, 60].map((ms) => next(AT + ms)),
      [AT + 40, AT + 50, AT + 60, null],
    );
    assert.equal(one.nextChangeFor(USE), AT + 10);
  });

  void test('judges as a list that is gone through one by one does, whatever comes and goes', () => {
    for (let seed = 1; seed <= 40; seed += 1)
      compareWithList(seed, { stepMs: 1, searchesInTheEnd: 50 });
  });

  void test('judges so also by the hours that it keeps, which go when others are asked about', () => {
    compareWithList(41, { stepMs: 400_000, searchesInTheEnd: 10_000 }); // over twelve hours
    const stopped = board(
      suspension(1, { productId: 3 }, [{}, { effect: 'lifted', startsAt: AT + 60_000 }]),
    );
    for (let tried = 0; tried < 3_000; tried += 1) stopped.judge(SALE);
    const verdicts = [-1, 0, 59_999, 60_000].map((ms) => stopped.judge({ ...SALE, at: AT + ms }));
    assert.deepEqual(verdicts, [null, stoppedBy(1), stoppedBy(1), null]);
  });
});

/** What the index must answer, without an index. */
function judgeByList(all: readonly Suspension[], movement: Movement): GateVerdict {
  const refusing = all.flatMap((one) => {
    const { scope } = one;
    const { operations } = scope;
    const isUnder =
      scope.issuerId === movement.issuerId &&
      DIMENSIONS.every((name) => scope[name] === 0 || scope[name] === movement[name]) &&
      (operations.length === 0 || operations.some((each) => movement.operations.includes(each)));
    const force = isUnder ? phaseInForce(one, movement.at) : null;
    if (force === null) return [];
    if (force.conditions === null) return [{ one, isStop: true }];
    return meetsConditions(force.conditions, movement.buyer ?? { line: null, device: null })
      ? []
      : [{ one, isStop: false }];
  });
  const beginOf = ({ phases }: Suspension) => Math.min(...phases.map(({ startsAt }) => startsAt));
  const [first] = refusing.toSorted(
    (a, b) =>
      Number(b.isStop) - Number(a.isStop) ||
      specificityOf(b.one.scope) - specificityOf(a.one.scope) ||
      beginOf(a.one) - beginOf(b.one) ||
      a.one.suspensionId - b.one.suspensionId,
  );
  if (first === undefined) return null;
  const refusal = first.isStop ? 'suspended' : 'conditions_not_met';
  return { refusal, suspensionId: first.one.suspensionId };
}

/** `stepMs`: between instants at which something may change. */
function compareWithList(seed: number, how: { stepMs: number; searchesInTheEnd: number }): void {
  const random = seededRandom(seed);
  let one = board();
  const all = new Map<number, Suspension>();
  for (let epoch = 1; epoch <= 20; epoch += 1) {
    const changed = Array.from({ length: 3 }, () => {
      const id = 1 + random.below(25);
      const known = all.get(id);
      const phases = [
        ...(known?.phases ?? []),
        drawPhase(random, known?.phases.length ?? 0, how.stepMs),
      ];
      return { ...(known ?? suspension(id, drawScope(random), [])), phases };
    });
    const distinct = [...new Map(changed.map((each) => [each.suspensionId, each])).values()];
    for (const each of distinct) all.set(each.suspensionId, each);
    one = one.withChanged(distinct, epoch);
    const searches = epoch < 20 ? 50 : how.searchesInTheEnd;
    for (let tried = 0; tried < searches; tried += 1) {
      const movement = drawMovement(random, how.stepMs);
      assert.deepEqual(
        one.judge(movement),
        judgeByList([...all.values()], movement),
        `seed ${seed}`,
      );
    }
  }
}

function drawScope(random: Random): Partial<Scope> {
  const named = DIMENSIONS.filter(() => random.below(4) === 0).map((name) => [
    name,
    1 + random.below(2),
  ]);
  const operations = STOPPED_OPERATIONS.filter(() => random.below(6) === 0);
  return { ...Object.fromEntries(named), issuerId: 1 + random.below(2), operations };
}

function drawPhase(random: Random, phaseNo: number, stepMs: number): Phase {
  const effect = (['stopped', 'conditions', 'lifted', 'ended'] as Effect[])[random.below(4)]!;
  const conditions =
    effect !== 'conditions' ? null : { noWifi: random.below(2) === 0, ownLineOnly: true };
  return phase({ phaseNo, effect, conditions, startsAt: AT + stepMs * random.below(100) });
}

function drawMovement(random: Random, stepMs: number): Movement {
  const values = DIMENSIONS.map((name) => [name, random.below(3)]);
  return {
    ...SALE,
    ...Object.fromEntries(values),
    issuerId: 1 + random.below(2),
    operations: ['use', ...STOPPED_OPERATIONS.slice(0, 5).filter(() => random.below(3) === 0)],
    at: AT + stepMs * (random.below(110) - 5),
    buyer: random.below(2) === 0 ? null : { line: 'own', device: 'phone' },
  };
}
