import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openMemberWorld, refusalOf } from '../../test/support/member-world.ts';

const DAY_MS = 24 * 60 * 60_000;

forBothDatabases('a limit of a day is exact, also of many who spend at one moment', async (on) => {
  const world = await openMemberWorld(on); // noon in Japan
  const { members, clock } = world;
  const home = await world.member('hana@example.jp');
  const session = await members.find(home.from.cookie);
  assert.ok(session);
  const { memberId } = session.member;
  const spend = (amountMinor: bigint) =>
    on.transaction((inside) => members.spendWithin(inside, memberId, amountMinor));
  const spent = await Promise.all(Array.from({ length: 20 }, () => spend(4_000n)));
  assert.equal(spent.filter(({ ok }) => ok).length, 12, '48,000 of 50,000');
  const last = await spend(2_001n);
  assert.deepEqual(last, {
    ok: false,
    limitMinor: 50_000n,
    spentMinor: 48_000n,
    leftMinor: 2_000n,
    until: clock.now() + DAY_MS / 2,
  });
  await assert.rejects(
    on.transaction(async (inside) => {
      await members.spendWithin(inside, memberId, 2_000n);
      throw new Error('the gift was not sent after all');
    }),
  );
  assert.equal((await members.limits(memberId)).leftMinor, 2_000n, 'undone with its transaction');
  const spentAt = clock.now();
  await on.transaction((inside) =>
    members.giveBackWithin(inside, memberId, { amountMinor: 8_000n, spentAt }),
  );
  assert.equal((await members.limits(memberId)).leftMinor, 10_000n);
  clock.advance(DAY_MS);
  assert.ok((await spend(50_000n)).ok, 'another day');
  await on.transaction((inside) =>
    members.giveBackWithin(inside, memberId, { amountMinor: 8_000n, spentAt }),
  );
  assert.equal((await members.limits(memberId)).leftMinor, 0n, 'what is given back late is not');
});

forBothDatabases(
  'a limit is lowered at once, and raised after a day that can be stopped',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock } = world;
    const home = await world.member('hana@example.jp');
    const session = await members.find(home.from.cookie);
    assert.ok(session);
    const { memberId } = session.member;
    const change = (limit: bigint) => members.changeDayLimit(session, limit, home.from);
    const limit = async () => (await members.limits(memberId)).limitMinor;
    assert.equal(refusalOf(await change(-1n)), 'limit_not_valid');
    assert.equal(refusalOf(await change(1_000_001n)), 'limit_not_valid');
    const raised = await change(80_000n);
    assert.equal(raised.ok && raised.value, 'waits');
    assert.equal(await limit(), 50_000n);
    const lowered = await change(10_000n);
    assert.equal(lowered.ok && lowered.value, 'done');
    assert.equal(await limit(), 10_000n);
    assert.deepEqual(await members.waitingChanges(session), [], 'what waited is over');
    assert.ok((await change(90_000n)).ok);
    const [told] = await world.mails('hana@example.jp');
    assert.match(told?.content?.text ?? '', /90,000 yen/);
    clock.advance(DAY_MS - 1);
    await members.settleDueChanges();
    assert.equal(await limit(), 10_000n);
    await members.cancelByNotice(told?.number ?? '', home.from);
    clock.advance(1);
    await members.settleDueChanges();
    assert.equal(await limit(), 10_000n, 'stopped');
    assert.equal(
      refusalOf(await change(20_000n)),
      'step_up_needed',
      'the factor was shown yesterday',
    );
    assert.ok((await change(5_000n)).ok, 'lowering needs none');
    home.take(await members.beginMailFactor(session));
    const code = await world.codeOf('hana@example.jp');
    assert.equal(refusalOf(await members.showMailFactor(session, '1', home.from)), 'code_wrong');
    assert.ok((await members.showMailFactor(session, code, home.from)).ok);
    assert.ok((await change(20_000n)).ok);
    clock.advance(DAY_MS);
    await members.settleDueChanges();
    assert.equal(await limit(), 20_000n);
  },
);
