/** What "that was not me" stops beside value: what waits in the account, whatever else fails, by whichever address. */
import assert from 'node:assert/strict';
import { openCaseWorld } from '../../test/support/case-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import type { GiftWorld, Sender } from '../../test/support/gift-world.ts';

const HANA = 'hana@example.jp';
const THIEF = 'thief@example.jp';
const DAY_MS = 24 * 60 * 60_000;

/** A thief in the account asks for another address, and waits. */
async function askForAddress(world: GiftWorld, hana: Sender, email = THIEF): Promise<void> {
  const { members, codeOf } = world.members;
  const { browser } = hana;
  await world.refresh(hana);
  const session = await hana.session();
  assert.ok(browser.take(await members.beginAddressChange(session, email)).ok);
  const code = await codeOf(email);
  assert.ok(browser.take(await members.proveAddressChange(session, code, browser.from)).ok);
}

forBothDatabases(
  'what a thief has asked for before the stop never comes true, of every kind',
  async (database) => {
    const world = await openCaseWorld(database);
    const { gifts: giftWorld, cases } = world;
    const { members, codeOf, browser: newBrowser } = giftWorld.members;
    const { clock } = giftWorld.house;
    const hana = await giftWorld.sender(HANA);
    const { memberId } = hana;
    const { limitMinor } = await members.limits(memberId);
    await askForAddress(giftWorld, hana);
    const session = await hana.session();
    const raised = await members.changeDayLimit(session, limitMinor + 10_000n, hana.browser.from);
    assert.equal(raised.ok && raised.value, 'waits');
    const wanted = { memberId, email: 'other-thief@example.jp' };
    assert.ok((await members.beginSupportRecovery(wanted)).ok);
    const away = newBrowser();
    away.take(await members.beginRecovery({ email: HANA, locale: 'en' }, away.from));
    assert.ok(away.take(await members.proveRecovery(await codeOf(HANA), away.from)).ok);
    assert.equal((await members.waitingChanges(session)).length, 4);

    assert.ok(await cases.notMe({ memberId, by: 'account', actor: 'member' }));
    const { changes } = await members.evidence(memberId, clock.now() - DAY_MS);
    assert.deepEqual(
      new Set(changes.map((each) => `${each.state} ${each.settledBy}`)),
      new Set(['cancelled case']),
    );
    clock.advance(5 * DAY_MS);
    assert.equal((await members.recoveryOf(away.from))?.state, 'cancelled');
    assert.equal((await members.beginRecoveryEnd(away.from)).ok, false);
    clock.advance(15 * DAY_MS);
    assert.equal(await members.settleDueChanges(), 0);
    assert.equal((await members.findByEmail(database, HANA))?.memberId, memberId);
    assert.equal((await members.limits(memberId)).limitMinor, limitMinor);
    await world.close();
  },
);
