import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { CLIENT, SELLER } from '../../test/support/house.ts';
import { openWalletWorld, type WalletWorld } from '../../test/support/wallet-world.ts';
import type { Envelope, Outcome } from '../instruments/index.ts';

let requests = 0;

function pay(
  { engine, house }: WalletWorld,
  digits: string,
  amountMinor: bigint,
  envelope: Partial<Envelope> = {},
): Promise<Outcome> {
  requests += 1;
  return engine.submit({
    ...CLIENT,
    requestId: `till-${requests}`,
    arrivedAt: house.clock.now(),
    kind: 'redeem',
    card: { by: 'number', number: digits },
    amountMinor,
    unit: 'JPY',
    merchantId: 1,
    isPartialAllowed: false,
    ...envelope,
  });
}

function said(outcome: Outcome): string {
  return outcome.outcome === 'refused' ? outcome.refusal : outcome.outcome;
}

forBothDatabases(
  "a code that is added is dead, and its value is its member's",
  async (database) => {
    const place = await openWalletWorld(database);
    const { house, wallets } = place;
    const { member, card, instrumentId } = await place.filled('hana@example.jp', 5_000n);
    const [holding, ...more] = await wallets.holdings(member.memberId);
    assert.deepEqual(
      [holding?.instrumentId, holding?.spendableMinor, holding?.how],
      [instrumentId, 5_000n, 'moved'],
    );
    assert.equal(more.length, 0, 'what was moved on is not shown');
    assert.equal(holding?.lots.length, 1);
    assert.ok(holding?.lots[0]?.expiresAt, 'the balance stands by its expiry');
    assert.equal(said(await house.redeem(card, 1n)), 'instrument_used');
    const again = await wallets.add(member.memberId, card);
    assert.ok(
      again.ok && again.value.instrumentId === instrumentId,
      'done again it does nothing twice',
    );
    const thief = await place.member('thief@example.jp');
    const stolen = await wallets.add(thief.memberId, card);
    assert.equal(!stolen.ok && stolen.refusal, 'used');
    assert.deepEqual(await wallets.holdings(thief.memberId), []);
    const unknown = await wallets.add(member.memberId, { by: 'code', code: 'ABCD-EFGH-JKLM-NPQR' });
    assert.equal(!unknown.ok && unknown.refusal, 'not_found');
    const history = await wallets.history(member.memberId, null);
    assert.deepEqual(
      history.map(({ what }) => what),
      [{ is: 'act', kind: 'moved', helper: null }],
      'what a code did before is not its history',
    );
    await place.close();
  },
);

forBothDatabases(
  'a card that is loaded is bound by its number with proof of purchase, once',
  async (database) => {
    const place = await openWalletWorld(database);
    const { house, wallets } = place;
    const card = await house.activated('prepaid', 3_000n);
    assert.ok(card.by === 'number');
    const { memberId } = await place.member('hana@example.jp');
    const by = (amountMinor: bigint, day: string) => ({ ...card, proof: { amountMinor, day } });
    const wrong = await wallets.add(memberId, by(3_001n, '2026-03-02'));
    assert.equal(!wrong.ok && wrong.refusal, 'not_found', 'a number stands on the outside');
    const added = await wallets.add(memberId, by(3_000n, '2026-03-02'));
    assert.ok(added.ok && added.value.way === 'bind');
    const other = await place.member('taro@example.jp');
    const second = await wallets.add(other.memberId, by(3_000n, '2026-03-02'));
    assert.equal(!second.ok && second.refusal, 'held_by_another');
    const [holding] = await wallets.holdings(memberId);
    assert.match(holding?.maskedNumber ?? '', /^\d{6}\*+\d{4}$/);
    await house.done({
      kind: 'load',
      card,
      amountMinor: 500n,
      unit: 'JPY',
      lotClass: 'paid',
      funding: SELLER,
    });
    assert.equal(
      (await wallets.holdings(memberId))[0]?.spendableMinor,
      3_500n,
      'it is still the same card',
    );
    await place.close();
  },
);

forBothDatabases(
  'a barcode is good once and for a minute, for its amount, and repeats stay one',
  async (database) => {
    const place = await openWalletWorld(database);
    const { house, engine } = place;
    const { member, instrumentId } = await place.filled('hana@example.jp', 20_000n);
    const show = (maxMinor?: bigint) => place.shown(member, instrumentId, maxMinor);
    const first = await show();
    assert.equal(await show(), first, 'a page that is loaded again shows the same');
    assert.match(first, /^9890\d{15}$/);
    assert.equal(said(await pay(place, first, 5_001n)), 'barcode_over', 'shown for less');
    const [one, other] = await Promise.all([
      pay(place, first, 1_000n, { requestId: 'one' }),
      pay(place, first, 1_000n, { requestId: 'other' }),
    ]);
    assert.deepEqual(
      [said(one), said(other)].toSorted(),
      ['accepted', 'barcode_over'],
      'used twice at one moment',
    );
    const right = said(one) === 'accepted' ? 'one' : 'other';
    const twice = await Promise.all(
      [1, 2, 3].map(() => pay(place, first, 1_000n, { requestId: right })),
    );
    assert.ok(
      twice.every((each) => each.outcome === 'accepted' && each.isRepeated),
      'a repeat is the same request',
    );
    house.clock.advance(120_000);
    const card = { by: 'number', number: first } as const;
    const undo = { kind: 'reverse', originalRequestId: right, card, holdId: null } as const;
    const reversed = await engine.submit({
      ...CLIENT,
      ...undo,
      requestId: 'undo',
      arrivedAt: house.clock.now(),
    });
    assert.equal(said(reversed), 'accepted', 'also when the minute is long over');
    assert.equal(
      (await place.wallets.holding(member.memberId, instrumentId))?.spendableMinor,
      20_000n,
    );
    const second = await show();
    assert.notEqual(second, first);
    house.clock.advance(60_001);
    assert.equal(said(await pay(place, second, 100n)), 'barcode_over', 'older than its minute');
    const guess = `${second.slice(0, -2)}00`;
    assert.equal(
      said(await pay(place, guess, 100n)),
      'instrument_not_found',
      'a guess is a wrong number',
    );
    await place.close();
  },
);

forBothDatabases(
  'the same request at two processes at one moment takes a barcode once',
  async (database) => {
    const place = await openWalletWorld(database);
    const { member, instrumentId } = await place.filled('hana@example.jp', 9_000n);
    const digits = await place.shown(member, instrumentId);
    const all = await Promise.all(
      Array.from({ length: 8 }, () => pay(place, digits, 500n, { requestId: 'same' })),
    );
    assert.deepEqual(new Set(all.map(said)), new Set(['accepted']));
    assert.equal(
      (await place.wallets.holding(member.memberId, instrumentId))?.spendableMinor,
      8_500n,
    );
    const asked = await place.engine.findRequest(CLIENT, 'same', {
      by: 'barcode',
      barcode: digits,
    });
    assert.equal(asked.outcome, 'accepted');
    await place.close();
  },
);

forBothDatabases(
  'what a member spends on a day has a bound, and what was refused is given back',
  async (database) => {
    const place = await openWalletWorld(database);
    const { house, world } = place;
    const { member, instrumentId } = await place.filled('hana@example.jp', 50_000n);
    const { member: poor, instrumentId: little } = await place.filled('taro@example.jp', 1_000n);
    const over = await pay(place, await place.shown(poor, little), 1_001n);
    assert.equal(said(over), 'insufficient_value');
    assert.equal((await world.members.limits(poor.memberId)).spentMinor, 0n);
    assert.equal(
      said(await pay(place, await place.shown(member, instrumentId, 45_000n), 45_000n)),
      'accepted',
    );
    const last = await place.shown(member, instrumentId, 6_000n);
    assert.equal((await world.members.limits(member.memberId)).leftMinor, 5_000n);
    assert.equal(
      said(await pay(place, last, 5_001n)),
      'barcode_over',
      'above what is left of the day',
    );
    assert.equal(
      said(await pay(place, last, 5_000n)),
      'accepted',
      'the barcode was not used up by it',
    );
    house.clock.advance(24 * 60 * 60_000);
    assert.equal((await world.members.limits(member.memberId)).leftMinor, 50_000n);
    await place.close();
  },
);

forBothDatabases(
  'a purchase that was reversed by a process that died then gives its day back on the repeat, once',
  async (database) => {
    const place = await openWalletWorld(database);
    const { house, engine, world } = place;
    const { member, instrumentId } = await place.filled('hana@example.jp', 9_000n);
    const digits = await place.shown(member, instrumentId);
    const paid = await pay(place, digits, 2_000n, { requestId: 'bought' });
    assert.equal(said(paid), 'accepted');
    const other = await pay(place, digits, 1_999n, { requestId: 'bought' });
    assert.equal(said(other), 'request_id_reused');
    assert.equal((await world.members.limits(member.memberId)).spentMinor, 2_000n, 'it stands');
    const undo = {
      ...CLIENT,
      kind: 'reverse',
      originalRequestId: 'bought',
      holdId: null,
      requestId: 'undo',
      arrivedAt: house.clock.now(),
    } as const;
    // The engine had it; the process died before the amount of the day was given back.
    await house.engine.submit({ ...undo, card: { by: 'instrument', instrumentId } });
    assert.equal((await world.members.limits(member.memberId)).spentMinor, 2_000n);
    for (let time = 0; time < 2; time += 1) {
      const again = await engine.submit({ ...undo, card: { by: 'number', number: digits } });
      assert.ok(again.outcome === 'accepted' && again.isRepeated);
      assert.equal((await world.members.limits(member.memberId)).spentMinor, 0n);
    }
    await place.close();
  },
);

forBothDatabases(
  'a case stops a wallet at once, and only its last one lifts it',
  async (database) => {
    const place = await openWalletWorld(database);
    const { wallets } = place;
    const { member, instrumentId } = await place.filled('hana@example.jp', 5_000n);
    const { memberId } = member;
    const digits = await place.shown(member, instrumentId);
    const stopped = await wallets.freezeAll(memberId, { caseNumber: 'C-1' });
    assert.deepEqual(
      stopped.map((each) => [each.instrumentId, each.spendableMinor, each.isFrozen]),
      [[instrumentId, 5_000n, true]],
    );
    assert.equal(said(await pay(place, digits, 100n)), 'barcode_over', 'also what is being shown');
    assert.equal((await wallets.holdings(memberId))[0]?.isFrozen, true);
    const late = await place.house.issued(1_000n);
    const added = await wallets.add(memberId, late);
    assert.equal(!added.ok && added.refusal, 'wallet_stopped');
    await wallets.freezeAll(memberId, { caseNumber: 'C-1' });
    await wallets.freezeAll(memberId, { caseNumber: 'C-2' });
    await wallets.unfreezeAll(memberId, { caseNumber: 'C-1' });
    assert.equal(
      (await wallets.holdings(memberId))[0]?.isFrozen,
      true,
      'the other case still stops it',
    );
    await wallets.unfreezeAll(memberId, { caseNumber: 'C-2' });
    assert.equal((await wallets.holdings(memberId))[0]?.isFrozen, false);
    assert.equal(said(await pay(place, await place.shown(member, instrumentId), 100n)), 'accepted');
    assert.deepEqual(
      await wallets.freezeAll(memberId, { caseNumber: 'C-1' }),
      [],
      'a lifted case stops nothing',
    );
    await place.close();
  },
);
