import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSwitchHouse, type SwitchHouse } from '../../test/support/switch-house.ts';
import { systemRandom } from '../kernel/crypto.ts';
import { silentLog } from '../kernel/log.ts';
import { createOperator, openApprovals } from '../operators/index.ts';
import { RESUME, switchApprovals } from './approve-changes.ts';
import { holdSwitchboard, OVER_KEPT_MS } from './hold-switchboard.ts';
import { findPastSuspension, listPastSuspensions } from './past-suspensions.ts';
import { throwSuspension, SUSPENSIONS_MAX } from './throw-suspension.ts';

async function lift(house: SwitchHouse, suspensionId: number): Promise<void> {
  const { database: connection, clock, desk, issuerId } = house;
  const parts = { connection, clock, log: silentLog() };
  const approvals = openApprovals({ ...parts, handlers: switchApprovals(desk) });
  const [asks, approves] = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const roles = ['channel_manager' as const];
      const email = `${name}-${suspensionId}@staff.example`;
      const wanted = { email, name, locale: 'en' as const, roles, issuerId };
      const staff = { clock, random: systemRandom, actor: 'test' };
      const made = await connection.transaction((on) => createOperator(on, staff, wanted));
      assert.ok(made.ok);
      return made.value.operator;
    }),
  );
  const texts = {
    textJa: '再開しました。',
    textEn: 'It has resumed.',
    criteria: '',
    reason: 'over',
  };
  const change = { suspensionId, afterPhaseNo: 0, effect: 'lifted', conditions: null, ...texts };
  const asked = await approvals.ask(asks!, {
    kind: RESUME,
    issuerId,
    change: { ...change, startsAt: null, expectedEnd: null },
    reason: 'over',
  });
  assert.ok(asked.ok);
  const done = await approvals.approve(approves!, asked.value.approvalId, asked.value.hash);
  assert.ok(done.ok);
}

forBothDatabases(
  'what was over long ago leaves the switch, and stands in the tables',
  async (db) => {
    const house = await openSwitchHouse(db);
    const { desk, clock, issuerId, otherIssuerId } = house;
    const switches = await holdSwitchboard(db, clock); // of a server that runs on
    const gone = await throwSuspension(desk, house.stop({ product: 'apple' }));
    const stays = await throwSuspension(desk, house.stop({ product: 'music' }));
    assert.ok(gone.ok && stays.ok);
    await lift(house, gone.value.suspensionId);
    const known = async () => {
      const board = await switches.refreshIfMoved(db);
      return board.all(null).map(({ suspensionId }) => suspensionId);
    };
    const [over, open] = [gone.value.suspensionId, stays.value.suspensionId];
    assert.deepEqual(await known(), [over, open]);
    const past = (at: number) => listPastSuspensions(db, { issuerId, at, skip: 0, size: 10 });
    assert.equal((await past(clock.now())).total, 0, 'a second ahead');

    clock.advance(OVER_KEPT_MS + 5_000);
    const next = await throwSuspension(desk, house.stop({ product: 'play' }));
    assert.ok(next.ok);
    assert.deepEqual(await known(), [open, next.value.suspensionId], 'it is forgotten at a change');
    const restarted = (await holdSwitchboard(db, clock)).current();
    assert.deepEqual(
      restarted.all(null).map(({ suspensionId }) => suspensionId),
      [open, next.value.suspensionId],
    );
    const { suspensions, total } = await past(clock.now());
    assert.deepEqual([total, suspensions[0]?.suspensionId], [1, over]);
    assert.deepEqual(
      suspensions[0]?.phases.map(({ effect }) => effect),
      ['stopped', 'lifted'],
    );
    const asked = { suspensionId: over, issuerId };
    assert.equal((await findPastSuspension(db, asked))?.suspensionId, over);
    const elsewhere = { ...asked, issuerId: otherIssuerId };
    assert.equal(await findPastSuspension(db, elsewhere), undefined);
  },
);

forBothDatabases('only what is not over counts against the bound', async (db) => {
  const house = await openSwitchHouse(db);
  const { desk, clock, issuerId } = house;
  await db.query(
    `insert into suspensions.suspension
       (issuer_id, operations, precision, internal_reason, thrown_by, thrown_at, epoch, over_from)
     select $1, array['earn'], 'second', 'old', 'test', $2::timestamptz, 0, $2::timestamptz
     from generate_series(1, $3::int)`,
    [issuerId, new Date(clock.now() - 1_000).toISOString(), SUSPENSIONS_MAX],
  );
  assert.ok((await throwSuspension(desk, house.stop({ product: 'apple' }))).ok);
  await db.query(`update suspensions.suspension set over_from = null where epoch = 0`);
  const thrown = await throwSuspension(desk, house.stop({ product: 'music' }));
  assert.equal(thrown.ok ? 'thrown' : thrown.refusal, 'too_many_suspensions');
});
