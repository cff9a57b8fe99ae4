import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { CLIENT } from '../../test/support/house.ts';
import { openWalletWorld, type WalletWorld } from '../../test/support/wallet-world.ts';
import type { Member } from '../members/index.ts';
import { CLOSING_MS } from './closing.ts';

const DAY_MS = 24 * 60 * 60_000;

async function paid(place: WalletWorld, digits: string, amountMinor: bigint, requestId: string) {
  const outcome = await place.engine.submit({
    ...CLIENT,
    requestId,
    arrivedAt: place.house.clock.now(),
    kind: 'redeem',
    card: { by: 'barcode', barcode: digits },
    amountMinor,
    unit: 'JPY',
    merchantId: 1,
    isPartialAllowed: false,
  });
  return outcome.outcome === 'refused' ? outcome.refusal : outcome.outcome;
}

/** Somebody who helps, with so much a day. */
async function helped(place: WalletWorld, owner: Member, helper: Member, dayMaxMinor: bigint) {
  const { wallets } = place;
  const wanted = { email: helper.email, mayPay: dayMaxMinor > 0n, dayMaxMinor };
  assert.ok((await wallets.askForHelp(owner, wanted)).ok);
  const asked = (await wallets.helpedBy(helper)).find(({ isAccepted }) => !isAccepted);
  assert.ok(asked);
  assert.ok((await wallets.acceptHelping(helper, asked.helperId)).ok);
  return asked.helperId;
}

forBothDatabases('a helper acts within bounds, by name, and is out at once', async (database) => {
  const place = await openWalletWorld(database);
  const { wallets, house } = place;
  const { member, instrumentId } = await place.filled('grandma@example.jp', 9_000n);
  const helper = await place.member('Mago@example.jp');
  const stranger = await place.member('stranger@example.jp');
  const wanted = { email: 'mago@example.jp', mayPay: true, dayMaxMinor: 3_000n };
  const self = await wallets.askForHelp(member, { ...wanted, email: 'Grandma@example.jp' });
  assert.equal(!self.ok && self.refusal, 'is_yourself');
  const much = await wallets.askForHelp(member, { ...wanted, dayMaxMinor: 30_001n });
  assert.equal(!much.ok && much.refusal, 'amount_not_valid');
  const helperId = await helped(place, member, helper, 3_000n);
  const mails = await place.world.mails('mago@example.jp');
  assert.ok(!/https?:/.test(mails[0]?.content?.text ?? 'no mail'), 'the mail has no link');
  assert.equal(await wallets.helping(stranger.memberId, helperId), undefined);
  assert.ok(!(await wallets.acceptHelping(stranger, helperId)).ok);
  assert.equal(await wallets.helping(member.memberId, helperId), undefined, 'nobody helps oneself');

  const showing = { memberId: member.memberId, shownTo: helper.memberId, helperId, instrumentId };
  const show = async () => {
    const shown = await wallets.showBarcode({ ...showing, maxMinor: 3_000n });
    assert.ok(shown.ok);
    return shown.value.digits;
  };
  assert.equal(await paid(place, await show(), 2_000n, 'first'), 'accepted');
  const helping = await wallets.helping(helper.memberId, helperId);
  assert.ok(helping);
  const left = async () => [await wallets.leftOfHelperDay(helping), await leftToGive()];
  const leftToGive = () => wallets.leftOfGivingDay({ ...helping, giveDayMaxMinor: 3_000n });
  assert.deepEqual(await left(), [1_000n, 3_000n]);
  const { members } = place.world;
  const spent = { amountMinor: 47_500n, spentAt: house.clock.now() };
  await database.transaction((on) => members.spendWithin(on, member.memberId, spent.amountMinor));
  assert.deepEqual(
    await left(),
    [500n, 500n],
    "what is left of the member's own day, when it is less",
  );
  await database.transaction((on) => members.giveBackWithin(on, member.memberId, spent));
  const [one, other] = await Promise.all([show(), show()]);
  const both = await Promise.all([
    paid(place, one, 1_000n, 'second'),
    paid(place, other, 1_000n, 'third'),
  ]);
  assert.deepEqual(both.filter((said) => said === 'accepted').length, 1, 'the day has its bound');
  house.clock.advance(DAY_MS);
  const late = await show();
  const stopped = await wallets.endHelping(member, helperId);
  assert.ok(stopped.ok);
  assert.equal(await paid(place, late, 100n, 'late'), 'barcode_over', 'also what is being shown');
  assert.equal(await wallets.helping(helper.memberId, helperId), undefined);
  assert.deepEqual(await wallets.helpedBy(helper), []);
  const history = await wallets.history(member.memberId, null);
  const acts = history.flatMap(({ what }) => (what.is === 'act' ? [what] : []));
  assert.ok(
    acts.some(({ kind, helper: by }) => kind === 'barcode' && by === 'Hana'),
    'by name',
  );
  assert.ok(acts.some(({ kind }) => kind === 'helper_ended'));
  await place.close();
});

forBothDatabases(
  'a closed account leaves no name, and its value comes back to the address',
  async (database) => {
    const place = await openWalletWorld(database);
    const { wallets, world, house } = place;
    const { member } = await place.filled('hana@example.jp', 4_000n);
    const emptied = await wallets.add(member.memberId, await house.issued(1_000n));
    assert.ok(emptied.ok);
    const digits = await place.shown(member, emptied.value.instrumentId);
    assert.equal(await paid(place, digits, 1_000n, 'all'), 'accepted');
    assert.ok((await wallets.askToClose(member)).ok);
    const twice = await wallets.askToClose(member);
    assert.equal(!twice.ok && twice.refusal, 'already_asked');
    assert.ok((await wallets.stopClosing(member)).ok);
    house.clock.advance(CLOSING_MS + 1);
    await wallets.round();
    assert.equal((await wallets.holdings(member.memberId)).length, 1, 'it was cancelled');
    assert.ok((await wallets.askToClose(member)).ok);
    await wallets.round();
    assert.equal((await wallets.holdings(member.memberId)).length, 1, 'it waits');
    house.clock.advance(CLOSING_MS + 1);
    await Promise.all([wallets.round(), wallets.round()]);
    assert.deepEqual(await wallets.holdings(member.memberId), []);
    assert.equal(await world.members.findById(database, member.memberId), undefined);
    const [row] = await database.query('select name, email from members.member where id = $1', [
      member.memberId,
    ]);
    assert.equal(row?.['name'], '-');
    assert.doesNotMatch(String(row?.['email']), /hana/);
    const [left] = await database.query(
      'select (select count(*) from members.sign_in where member_id = $1)::int as sign_ins, ' +
        '(select count(*) from members.device where member_id = $1)::int as devices, ' +
        '(select count(*) from members.credential where member_id = $1)::int as passwords',
      [member.memberId],
    );
    assert.deepEqual(left, { sign_ins: 0, devices: 0, passwords: 0 });

    const other = await place.member('other@example.jp');
    assert.equal(await wallets.keptFor(other), 0);
    assert.equal(await wallets.takeBack(other), 0);
    const again = await place.member('Hana@example.jp');
    assert.equal(await wallets.keptFor(again), 1, 'what is used up is nothing to come for');
    await Promise.all([wallets.takeBack(again), wallets.takeBack(again)]);
    const [holding, ...more] = await wallets.holdings(again.memberId);
    assert.deepEqual([holding?.spendableMinor, holding?.how, more.length], [4_000n, 'returned', 0]);
    await place.close();
  },
);

forBothDatabases(
  'a stopped wallet is not closed, and one of the dead is kept for the heirs, or given back to whoever lives',
  async (database) => {
    const backs: string[] = []; // whose account was opened again
    const place = await openWalletWorld(database, () => ({
      onMemberBack: async (_on, memberId) => void backs.push(memberId),
    }));
    const { wallets, world, house } = place;
    const { member, instrumentId } = await place.filled('hana@example.jp', 4_000n);
    const helper = await place.member('mago@example.jp');
    const helperId = await helped(place, member, helper, 3_000n);
    const showing = { memberId: member.memberId, shownTo: helper.memberId, helperId, instrumentId };
    const shown = await wallets.showBarcode({ ...showing, maxMinor: 1_000n });
    assert.ok(shown.ok);
    const told = {
      memberId: member.memberId,
      issuerId: 1,
      operator: 'support',
      note: 'daughter, 090-0000-0000',
    };
    const record = (memberId: string, askedAt = house.clock.now()) =>
      database.transaction((on) => wallets.recordDeath(on, { ...told, memberId, askedAt }));
    assert.equal(await record(member.memberId), true);
    assert.equal(await record(member.memberId), true, 'done again it does nothing twice');
    assert.equal(await record('nobody'), false);
    assert.equal(await paid(place, shown.value.digits, 100n, 'heir'), 'barcode_over');
    assert.equal(await wallets.helping(helper.memberId, helperId), undefined, 'help ends with it');
    await wallets.round(); // what was killed before its freezes is gone on with
    assert.equal((await wallets.holdings(member.memberId))[0]?.isFrozen, true);
    assert.equal((await wallets.deathOf(member.memberId))?.note, told.note);
    const [row] = await database.query('select note_sealed::text as sealed from wallets.death');
    assert.doesNotMatch(String(row?.['sealed']), /daughter/);
    const browser = world.browser();
    const given = { email: 'hana@example.jp', password: 'blue dog on a long road' };
    const refusalOf = async (password: string) => {
      const answer = await world.members.signIn({ ...given, password }, browser.from);
      return answer.ok ? answer.value : answer.refusal;
    };
    assert.equal(
      await refusalOf(given.password),
      'account_barred',
      'a right password is not wrong',
    );
    assert.equal(await refusalOf('another password'), 'sign_in_refused');
    const typed = { email: given.email, locale: 'en' } as const;
    browser.take(await world.members.beginMailFirst(typed, browser.from));
    const proof = { code: await world.codeOf(given.email), password: given.password };
    const proved = await world.members.finishMailFirst(proof, browser.from);
    assert.equal(!proved.ok && proved.refusal, 'account_barred', 'behind the mailbox, too');
    const asked = await wallets.askToClose(member);
    assert.equal(!asked.ok && asked.refusal, 'wallet_stopped');
    const help = { email: 'new@example.jp', mayPay: true, dayMaxMinor: 100n };
    const more = await wallets.askForHelp(member, help);
    assert.equal(!more.ok && more.refusal, 'wallet_stopped');
    house.clock.advance(60 * DAY_MS);
    await wallets.round();
    assert.equal((await wallets.holdings(member.memberId))[0]?.spendableMinor, 4_000n);

    // It was told of somebody who lives.
    const toldAt = house.clock.now() - 60 * DAY_MS;
    const takeBack = (change: { issuerId?: number; askedAt?: number } = {}) =>
      database.transaction((on) =>
        wallets.takeDeathBack(on, { ...told, askedAt: house.clock.now(), ...change }),
      );
    assert.equal(await takeBack({ issuerId: 2 }), false, "another desk's");
    assert.equal(await takeBack({ askedAt: toldAt - 1 }), false, 'asked of an earlier one');
    const holding = async () => (await wallets.holdings(member.memberId))[0];
    assert.deepEqual([await takeBack(), await takeBack()], [true, false]);
    assert.equal(await wallets.deathOf(member.memberId), undefined);
    house.clock.advance(1_000);
    assert.equal(await record(member.memberId), false, 'its value is still to be given back');
    await wallets.round();
    assert.equal(await record(member.memberId, toldAt), false, 'asked before that was taken back');
    assert.equal((await holding())?.isFrozen, false);
    assert.equal(await wallets.isStopped(member.memberId), false);
    assert.equal(await refusalOf(given.password), 'code_by_mail');
    const notices = await database.query(
      "select template from notices.notice where template like 'death_%' order by written_at, template",
    );
    assert.deepEqual(
      notices.map(({ template }) => template),
      ['death_recorded', 'death_taken_back'],
      'the address is told',
    );
    assert.equal(await record(member.memberId), true, 'it may come true later');
    await wallets.round();
    assert.deepEqual([(await holding())?.isFrozen, backs], [true, [member.memberId]]);
    await place.close();
  },
);

forBothDatabases(
  "what cannot be closed or frozen is in nobody else's way, and what ends with an account ends in its transaction",
  async (database) => {
    const broken = new Set<string>();
    const ended: [string, string][] = [];
    const place = await openWalletWorld(database, () => ({
      async onMemberEnd(on, memberId, why) {
        if (broken.has(memberId)) throw new Error('it cannot be ended');
        await on.query('select 1');
        ended.push([memberId, why]);
      },
    }));
    const { wallets, house, world } = place;
    const members = [];
    for (const name of ['first', 'second', 'third']) {
      house.clock.advance(1_000);
      const member = await place.member(`${name}@example.jp`);
      assert.ok((await wallets.askToClose(member)).ok);
      members.push(member);
    }
    const [first, second, third] = members.map(({ memberId }) => memberId);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    broken.add(first);
    const told = { memberId: second, issuerId: 1, operator: 'support', askedAt: 0, note: 'son' };
    await database.transaction((on) => wallets.recordDeath(on, told));
    // More that are stopped than are looked at in one round: none of them is in the way.
    await database.query(
      `with waiting as (
        insert into wallets.stop (member_id, case_number, stopped_at)
        select 'stopped-' || n, 'C-' || n, now() from generate_series(1, 60) as n
        returning member_id
      )
      insert into wallets.closing (member_id, asked_at, due_at)
      select member_id, '2020-01-01', '2020-01-15' from waiting`,
    );
    house.clock.advance(CLOSING_MS + 1);
    await wallets.round();
    assert.deepEqual(ended, [
      [second, 'died'],
      [third, 'closed'],
    ]);
    assert.equal(await world.members.findById(database, third), undefined);
    assert.ok(await world.members.findById(database, first), 'nothing of it was done in part');
    broken.clear();
    await wallets.round();
    assert.equal(await world.members.findById(database, first), undefined, 'it stayed due');
    assert.equal(ended.length, 3, 'each once');
    await place.close();
  },
);

forBothDatabases(
  'a copy has everything that a wallet knows, and its making stands in the history',
  async (database) => {
    const place = await openWalletWorld(database);
    const { member } = await place.filled('hana@example.jp', 4_000n);
    const copy = await place.wallets.copy(member);
    assert.equal(copy.holdings.length, 1);
    assert.deepEqual(
      copy.history.map(({ what }) => (what.is === 'act' ? what.kind : what.kind)).toSorted(),
      ['copy_made', 'moved'],
    );
    await place.close();
  },
);
