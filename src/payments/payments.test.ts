import assert from 'node:assert/strict';
import { MovedClock } from '../kernel/clock.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openTill, TILL_OPENS } from '../../test/support/payment-till.ts';
import type { Payment, PaymentOwner, Settled } from './payment.ts';
import { claimDue } from './payments.sql.ts';
import type { PaymentProvider } from './provider.ts';
import { WORK_POLICY, type DueCall } from './work-payments.ts';
import { writeOutcomes } from './write-outcomes.ts';

const MINUTE = 60_000;

forBothDatabases(
  'a card is promised at sending and charged at the claim, and both books agree',
  async (database) => {
    const { payments, prepare, want, find, told, agree } = openTill(database);
    const id = await prepare('card_approves');
    await want('begin', id);
    assert.deepEqual(await payments.work(), { calls: 1, settled: 1 });
    assert.equal((await find(id)).state, 'authorised');
    assert.deepEqual(await agree(), { takenMinor: 0n, givenBackMinor: 0n });
    await want('take', id);
    await payments.work();
    assert.equal((await find(id)).state, 'taken');
    assert.deepEqual(
      told.map(({ was, payment }) => [was, payment.state]),
      [
        ['prepared', 'authorised'],
        ['authorised', 'taken'],
      ],
    );
    assert.deepEqual(await agree(), { takenMinor: 5_000n, givenBackMinor: 0n });
  },
);

forBothDatabases('a promise that has died is asked for anew at the claim', async (database) => {
  const { clock, payments, prepare, want, find, agree } = openTill(database);
  const id = await prepare('card_approves');
  await want('begin', id);
  await payments.work();
  clock.advance(8 * 86_400_000);
  assert.equal((await want('take', id)).doing, 'authorise');
  await payments.work();
  assert.equal((await find(id)).state, 'taken');
  assert.deepEqual(await agree(), { takenMinor: 5_000n, givenBackMinor: 0n });
});

forBothDatabases(
  'a charge whose outcome is unknown is inquired about until it is known, and not made again',
  async (database) => {
    const { clock, payments, prepare, want, find, agree } = openTill(database);
    const late = await prepare('carrier_late', 'charge_at_sending');
    const lost = await prepare('carrier_times_out_done', 'charge_at_sending', 700n);
    await want('begin', late, lost);
    await payments.work();
    assert.equal((await find(late)).isUnderWay, true);
    for (const seconds of [1, 2, 4]) {
      clock.advance(seconds * 1_000);
      await payments.work();
    }
    assert.equal((await find(late)).state, 'prepared');
    assert.equal((await find(lost)).state, 'taken');
    clock.advance(MINUTE);
    await payments.work();
    assert.equal((await find(late)).state, 'taken');
    assert.deepEqual(await agree(), { takenMinor: 5_700n, givenBackMinor: 0n });
  },
);

forBothDatabases(
  'a capture that never arrives is tried anew, then told as not possible, and nothing is taken',
  async (database) => {
    const { clock, payments, prepare, want, find, told, agree } = openTill(database);
    const id = await prepare('card_times_out_not_done');
    await want('begin', id);
    await payments.work();
    await want('take', id);
    for (let round = 0; round < 20; round += 1) {
      await payments.work();
      clock.advance(MINUTE);
    }
    const payment = await find(id);
    assert.deepEqual(
      [payment.state, payment.declined, payment.doing],
      ['declined', 'unreachable', null],
    );
    assert.equal(told.filter(({ payment: { state } }) => state === 'declined').length, 1);
    assert.deepEqual(await agree(), { takenMinor: 0n, givenBackMinor: 0n });
  },
);

forBothDatabases(
  'what is cancelled while it is captured is given back in full at once (R23)',
  async (database) => {
    let cancelNow: (() => Promise<unknown>) | undefined;
    const wrap = (provider: PaymentProvider): PaymentProvider => ({
      ...provider,
      async call(call) {
        const answer = await provider.call(call);
        if (call.step === 'capture') await cancelNow?.();
        return answer;
      },
    });
    const { payments, prepare, want, find, told, agree } = openTill(database, { wrap });
    const id = await prepare('card_approves');
    await want('begin', id);
    await payments.work();
    await want('take', id);
    cancelNow = async () => {
      const waiting = await want('cancel', id);
      assert.deepEqual(
        [waiting.goal, waiting.doing, waiting.isUnderWay],
        ['cancelled', 'capture', true],
      );
    };
    await payments.work();
    assert.equal((await find(id)).state, 'refunded');
    assert.deepEqual(
      told.map(({ payment }) => payment.state),
      ['authorised', 'taken', 'refunded'],
    );
    assert.deepEqual(await agree(), { takenMinor: 5_000n, givenBackMinor: 5_000n });
  },
);

forBothDatabases('what a provider refuses to give back is told as such', async (database) => {
  const { payments, prepare, want, find, agree } = openTill(database);
  const id = await prepare('card_no_refund', 'charge_at_sending');
  await want('begin', id);
  await payments.work();
  await want('cancel', id);
  await payments.work();
  assert.equal((await find(id)).state, 'not_refunded');
  assert.deepEqual(await agree(), { takenMinor: 5_000n, givenBackMinor: 0n });
});

forBothDatabases(
  'a process that dies between a call and its outcome loses nothing and doubles nothing',
  async (database) => {
    const clock = new MovedClock(TILL_OPENS);
    const hung: (() => void)[] = [];
    // Two deaths: before the call went out, and behind it with the answer lost.
    const dying =
      (when: 'before' | 'behind') =>
      (provider: PaymentProvider): PaymentProvider => ({
        ...provider,
        async call(call) {
          if (when === 'behind') await provider.call(call);
          return new Promise((resolve) => hung.push(() => resolve({ outcome: 'unknown' })));
        },
      });
    const ids: bigint[] = [];
    for (const when of ['before', 'behind'] as const) {
      const dead = openTill(database, { clock, wrap: dying(when) });
      const id = await dead.prepare('card_approves', 'charge_at_sending', 300n);
      ids.push(id);
      await dead.want('begin', id);
      void dead.payments.work();
      while (hung.length < ids.length) await new Promise((resolve) => setImmediate(resolve));
    }
    const living = openTill(database, { clock });
    assert.deepEqual(
      await living.payments.work(),
      { calls: 0, settled: 0 },
      'the lease still runs',
    );
    clock.advance(61_000);
    await living.payments.work();
    clock.advance(MINUTE);
    await living.payments.work();
    for (const id of ids) assert.equal((await living.find(id)).state, 'taken');
    assert.deepEqual(await living.agree(), { takenMinor: 600n, givenBackMinor: 0n });
    const late = await database.query(`select outcome, count(*)::int as times
    from payments.attempt group by outcome order by outcome`);
    assert.deepEqual(late, [
      { outcome: 'done', times: 2 },
      { outcome: 'not_done', times: 1 },
    ]);
    for (const answer of hung) answer(); // what comes back from the dead changes nothing
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(await living.agree(), { takenMinor: 600n, givenBackMinor: 0n });
  },
);

forBothDatabases('an owner that cannot keep an outcome does not lose it', async (database) => {
  const { clock, payments, prepare, want, find, agree } = openTill(database);
  let isBroken = true;
  let asked = 0;
  let frozen: PromiseWithResolvers<void> | undefined;
  const heard: bigint[] = [];
  payments.own({
    kind: 'case',
    async taken() {
      const place = (asked += 1);
      await (place === 4 ? frozen?.promise : undefined);
      return place;
    },
    lock: async (_on, outcomes) => ({
      // Moved on behind the first asking.
      moved: outcomes.flatMap(({ paymentId, ready }) => (ready === 1 ? [paymentId] : [])),
      async settled(settled) {
        if (isBroken) throw new Error('broken');
        heard.push(...settled.map(({ payment }) => payment.paymentId));
      },
    }),
  });
  const id = await prepare('card_approves', 'charge_at_sending');
  const other = await prepare('card_approves', 'charge_at_sending');
  await database.query(`update payments.payment set purpose = 'case:1' where payment_id = ${id}`);
  await want('begin', id, other);
  await payments.work();
  assert.equal((await find(id)).state, 'prepared');
  assert.equal((await find(other)).state, 'taken', 'one that fails does not hold up the others');
  assert.equal(asked, 2, 'an owner that moved on is asked again before anything is written');
  isBroken = false;
  clock.advance(61_000);
  await payments.work();
  assert.equal((await find(id)).state, 'taken');
  assert.equal(asked, 3);
  assert.deepEqual(await agree(), { takenMinor: 10_000n, givenBackMinor: 0n });

  // A process that stands still for longer than its lease, while its owner is asked.
  const third = await prepare('card_approves', 'charge_at_sending');
  await database.query(
    `update payments.payment set purpose = 'case:2' where payment_id = ${third}`,
  );
  await want('begin', third);
  frozen = Promise.withResolvers();
  const round = payments.work();
  while (asked < 4) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(61_000);
  assert.deepEqual(
    await payments.work(),
    { calls: 0, settled: 0 },
    'what it has under way it does not claim again',
  );
  frozen.resolve();
  assert.deepEqual(await round, { calls: 1, settled: 1 });
  assert.deepEqual(heard, [id, third], 'each is heard of once');
});

forBothDatabases('of two outcomes of one attempt the first is written', async (database) => {
  const { clock, prepare, want, sandbox, agree } = openTill(database);
  await want('begin', await prepare('card_approves', 'charge_at_sending'));
  const now = clock.now();
  const attemptIds = ['an attempt that is heard of twice'];
  const claim = { now, leasedUntil: now, size: 1, underWay: [], attemptIds };
  const [claimed] = await claimDue(database, claim);
  const due = claimed as DueCall;
  const answer = await sandbox.call({ ...due, token: 'card_approves' });
  const heard: Settled[] = [];
  const owner: PaymentOwner = {
    kind: 'gift',
    taken: async () => undefined,
    lock: async () => ({ moved: [], settled: async (settled) => void heard.push(...settled) }),
  };
  const tools = { database, clock, owners: new Map([['gift', owner]]), policy: WORK_POLICY };
  const outcome = { due, answer, ready: null };
  await writeOutcomes(tools, [outcome, outcome]);
  assert.equal(heard.length, 1);
  assert.deepEqual(await agree(), { takenMinor: 5_000n, givenBackMinor: 0n });
});

forBothDatabases('two processes side by side charge many payments once each', async (database) => {
  const clock = new MovedClock(TILL_OPENS);
  const one = openTill(database, { clock, policy: { callsMax: 20 } });
  const other = openTill(database, { clock, policy: { callsMax: 20 } });
  const first = await one.prepare('card_approves', 'charge_at_sending', 10n);
  await database.query(`insert into payments.payment
    (member_id, method_id, amount_minor, unit, plan, purpose, wanted_at, changed_at)
    select member_id, method_id, amount_minor, unit, plan, 'gift:' || (100 + n), wanted_at, changed_at
    from payments.payment, generate_series(1, 199) as n where payment_id = ${first}`);
  const ids = (await database.query('select payment_id from payments.payment')).map(
    (row) => row['payment_id'] as bigint,
  );
  await one.want('begin', ...ids);
  const rounds = await Promise.all([one.payments.work(), other.payments.work()]);
  assert.equal(
    rounds.reduce((sum, { calls }) => sum + calls, 0),
    200,
  );
  assert.deepEqual(await one.agree(), { takenMinor: 2_000n, givenBackMinor: 0n });
});

forBothDatabases(
  'works by itself from the moment something is wanted, until it is stopped',
  async (database) => {
    const arrived = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const { payments, prepare, want, find } = openTill(database, {
      // Nothing of this comes by a look from time to time.
      policy: { lookEveryMs: 600_000, callsMax: 1 },
      wrap: (provider) => ({
        ...provider,
        async call(call) {
          if (call.step === 'charge') await (arrived.resolve(), answered.promise);
          return provider.call(call);
        },
      }),
    });
    const comesTo = async (id: bigint, state: Payment['state']) => {
      for (let tries = 0; (await find(id)).state !== state; tries += 1) {
        assert.ok(tries < 3_000, 'it is worked on at once');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const working = payments.start();
    const ids = [await prepare('card_approves'), await prepare('card_approves')];
    const charged = await prepare('carrier_approves', 'charge_at_sending');
    await want('begin', ...ids, charged);
    payments.nudge();
    for (const id of ids) await comesTo(id, 'authorised'); // one behind the other
    await arrived.promise;
    await want('cancel', charged);
    answered.resolve();
    await comesTo(charged, 'refunded'); // the step behind the one that was under way
    await working.stop();
  },
);

forBothDatabases(
  "a method is its member's own, its token is sealed and forgotten when it was removed, and there are few of them",
  async (database) => {
    const { payments } = openTill(database);
    const wanted = { memberId: 'hana', tenderId: 1, tenderKind: 'card', token: 'card_approves' };
    const added = await payments.addMethod(wanted);
    assert.ok(added.ok);
    const { methodId } = added.value;
    assert.deepEqual(await payments.methods('hana'), [
      { methodId, memberId: 'hana', tenderId: 1, kind: 'card', lastDigits: '4242' },
    ]);
    const rows = await database.query(`select encode(token_sealed, 'escape') as sealed
    from payments.method`);
    assert.ok(!String(rows[0]?.['sealed']).includes('card_approves'));
    assert.equal(await payments.removeMethod('taro', methodId), false);
    const asTaro = { memberId: 'taro', methodId, amountMinor: 1n, unit: 'JPY', purpose: 'gift:1' };
    const plan = 'charge_at_sending' as const;
    assert.deepEqual(await payments.prepare(database, { ...asTaro, plan }), {
      ok: false,
      refusal: 'method_not_found',
    });
    const prepared = { ...asTaro, memberId: 'hana', plan };
    const payment = await payments.prepare(database, prepared);
    assert.ok(payment.ok);
    if (database.kind === 'postgres') {
      const undone = database.transaction(async (on) => {
        assert.ok((await payments.prepare(on, { ...prepared, purpose: 'gift:2' })).ok);
        const free = 'select from payments.method for no key update skip locked';
        assert.equal((await database.query(free)).length, 0, 'nobody removes it meanwhile');
        throw new Error('undone');
      });
      await assert.rejects(undone, /undone/);
    }
    assert.equal(await payments.removeMethod('hana', methodId), true);
    const kept = async () => {
      const [row] = await database.query(
        'select num_nonnulls(token_sealed, last_digits) as kept from payments.method',
      );
      return row?.['kept'];
    };
    assert.equal(await kept(), 2, 'what was begun by it goes on');
    assert.equal(await payments.forgetRemoved(), 0);
    await payments.want(database, 'begin', [payment.value.paymentId]);
    await payments.work();
    const [taken] = await payments.find(database, [payment.value.paymentId]);
    assert.equal(taken?.state, 'taken');
    assert.equal(await payments.forgetRemoved(), 1);
    assert.equal(await kept(), 0, 'no call needs them any more');
    await payments.want(database, 'cancel', [payment.value.paymentId]);
    await payments.work();
    const [back] = await payments.find(database, [payment.value.paymentId]);
    assert.equal(back?.state, 'refunded', 'what was taken is given back without them');
    const refusal = async (change: Partial<typeof wanted>) => {
      const answer = await payments.addMethod({ ...wanted, ...change });
      return answer.ok ? 'added' : answer.refusal;
    };
    assert.equal(await refusal({ token: '4111111111111111' }), 'token_not_known');
    assert.equal(await refusal({ tenderKind: 'carrier' }), 'token_does_not_fit');
    for (let count = 0; count < 10; count += 1) assert.equal(await refusal({}), 'added');
    assert.equal(await refusal({}), 'too_many_methods');
  },
);
