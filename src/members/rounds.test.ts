import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openMemberWorld } from '../../test/support/member-world.ts';

const DAY_MS = 24 * 60 * 60_000;

forBothDatabases("a change that cannot be made is in nobody else's way", async (on) => {
  const world = await openMemberWorld(on);
  const { members, clock } = world;
  const asked: string[] = [];
  for (const email of ['hana@example.jp', 'taro@example.jp']) {
    const home = await world.member(email);
    const session = await members.find(home.from.cookie);
    assert.ok(session);
    assert.ok((await members.changeDayLimit(session, 80_000n, home.from)).ok);
    asked.push(session.member.memberId);
    clock.advance(1_000);
  }
  const [broken, other] = asked;
  assert.ok(broken !== undefined && other !== undefined);
  await on.query(
    `update members.delayed_change set content_sealed = '\\x00'::bytea where member_id = $1`,
    [broken],
  );
  clock.advance(DAY_MS);
  assert.equal(await members.settleDueChanges(), 1);
  assert.equal((await members.limits(broken)).limitMinor, 50_000n);
  assert.equal((await members.limits(other)).limitMinor, 80_000n);
});

forBothDatabases(
  'attempts at addresses that nobody has are forgotten before those of members',
  async (on) => {
    const world = await openMemberWorld(on);
    const { members, clock } = world;
    await world.member('hana@example.jp');
    const stranger = { email: 'nobody@example.jp', password: 'any words at all' };
    assert.ok(!(await members.signIn(stranger, world.browser().from)).ok);
    const counted = `select
      count(*) filter (where member_id is null)::int as strangers,
      count(*) filter (where member_id is not null)::int as own
    from members.sign_in`;
    const [before] = await on.query(counted);
    assert.ok(Number(before?.['strangers']) > 0 && Number(before?.['own']) > 0);
    clock.advance(200 * DAY_MS);
    await members.forgetOld();
    assert.deepEqual(await on.query(counted), [{ strangers: 0, own: before?.['own'] }]);
  },
);
