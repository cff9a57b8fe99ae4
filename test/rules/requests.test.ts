/** R1 to R8: requests, their repeats, and what is told of what went wrong. */
import assert from 'node:assert/strict';
import type { Act } from '../../src/instruments/operation.ts';
import type { Outcome } from '../../src/instruments/outcome.ts';
import { forBothDatabases } from '../support/database.ts';
import { CLIENT, DAY_MS, openHouse, PRODUCTS, SELLER, type House } from '../support/house.ts';

const OTHER_CLIENT = { clientId: 2 };

function redeemOf(card: Extract<Act, { kind: 'redeem' }>['card'], amountMinor: bigint): Act {
  return { kind: 'redeem', card, amountMinor, unit: 'JPY', merchantId: 1, isPartialAllowed: false };
}

async function stockedWith(house: House, cards: number): Promise<string[]> {
  const numbers: string[] = [];
  for (let made = 0; made < cards; made += 1) {
    const card = await house.activated('prepaid', 5_000n);
    if (card.by === 'number') numbers.push(card.number);
  }
  return numbers;
}

forBothDatabases('R1 a request belongs to the company, not to its key', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  await house.done(redeemOf(card, 1_000n), { requestId: 'sale' });
  const other = await house.done(redeemOf(card, 1_000n), { requestId: 'sale', ...OTHER_CLIENT });
  assert.equal(other.balanceMinor, 3_000n, 'the same id of another company is another request');
  await house.close();
});

forBothDatabases('R2 the same id with another card is another request', async (database) => {
  const house = await openHouse(database);
  const [one = '', other = ''] = await stockedWith(house, 2);
  await house.done(redeemOf({ by: 'number', number: one }, 1_000n), { requestId: 'sale' });
  await house.done(redeemOf({ by: 'number', number: other }, 1_000n), { requestId: 'sale' });
  const exclusive = { requestId: 'agcod', requestIdIsExclusive: true };
  await house.done(redeemOf({ by: 'number', number: one }, 1_000n), exclusive);
  const before = await house.snapshot();
  assert.equal(
    await house.refusal(redeemOf({ by: 'number', number: other }, 1_000n), exclusive),
    'request_id_reused',
    'where the protocol forbids it',
  );
  const again = await house.submit(redeemOf({ by: 'number', number: one }, 1_000n), exclusive);
  assert.ok(again.outcome === 'accepted' && again.isRepeated);
  assert.equal(await house.snapshot(), before);
  await house.close();
});

forBothDatabases('R3 content is compared as it is meant', async (database) => {
  const house = await openHouse(database);
  const [number = ''] = await stockedWith(house, 1);
  await house.done(redeemOf({ by: 'number', number }, 1_000n), { requestId: 'sale' });
  const wide = number.replace(/[0-9]/g, (digit) =>
    String.fromCharCode(digit.charCodeAt(0) + 0xfee0),
  );
  const again = await house.submit(
    redeemOf({ by: 'number', number: `${wide.slice(0, 4)} ${wide.slice(4)}` }, 1_000n),
    {
      requestId: 'sale',
    },
  );
  assert.ok(again.outcome === 'accepted' && again.isRepeated, 'full width and spaces are the same');
  const less = redeemOf({ by: 'number', number }, 999n);
  assert.equal(await house.refusal(less, { requestId: 'sale' }), 'request_id_reused');
  await house.close();
});

forBothDatabases(
  'R4 a known request gets its stored answer, whatever was stopped between',
  async (database) => {
    const house = await openHouse(database);
    const card = await house.activated('prepaid', 5_000n);
    const first = await house.done(redeemOf(card, 1_000n), { requestId: 'sale' });
    await house.done({ kind: 'freeze', card, owner: 'fraud', reason: 'phishing' });
    assert.equal(await house.refusal(redeemOf(card, 1_000n)), 'instrument_frozen');
    const again = await house.submit(redeemOf(card, 1_000n), { requestId: 'sale' });
    assert.deepEqual(again, { outcome: 'accepted', done: first, isRepeated: true });
    assert.equal(first.balanceMinor, 4_000n);
    await house.close();
  },
);

forBothDatabases('R5 every kind of answer is the same after a restart', async (database) => {
  const house = await openHouse(database);
  const first: [Act, string, Outcome][] = [];
  const doing = async (act: Act): Promise<Extract<Outcome, { outcome: 'accepted' }>['done']> => {
    const requestId = `r${first.length}`;
    const outcome = await house.submit(act, { requestId });
    assert.ok(
      outcome.outcome === 'accepted',
      `${act.kind} ${JSON.stringify(outcome, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}` : v))}`,
    );
    first.push([act, requestId, outcome]);
    return outcome.done;
  };
  const unit = 'JPY';
  const card = await house.activated('prepaid', 20_000n);
  const blank = await house.blank('prepaid');
  const issued = await doing({
    kind: 'issue',
    productId: PRODUCTS.code,
    amountMinor: 500n,
    unit,
    funding: SELLER,
  });
  assert.match(issued.code ?? '', /^[2-9A-Z]{4}(-[2-9A-Z]{4}){3}$/);
  await doing({ kind: 'activate', card: blank, amountMinor: 1_000n, unit: null, funding: SELLER });
  await doing({ kind: 'deactivate', card: blank });
  await doing({ kind: 'load', card, amountMinor: 500n, unit, lotClass: 'free', funding: SELLER });
  await doing({
    kind: 'redeem',
    card,
    amountMinor: 99_999n,
    unit,
    merchantId: 1,
    isPartialAllowed: true,
  });
  await doing({
    kind: 'return',
    card,
    amountMinor: 5_000n,
    unit,
    merchantId: 1,
    originalRequestId: null,
  });
  const held = await doing({
    kind: 'hold',
    card,
    amountMinor: 2_000n,
    unit,
    merchantId: 1,
    durationMs: 60_000,
  });
  const holdId = held.holdId!;
  await doing({ kind: 'capture', holdId, amountMinor: 500n, unit, isFinal: false });
  await doing({ kind: 'release', holdId });
  await doing({ kind: 'freeze', card, owner: 'support', reason: 'asked' });
  await doing({ kind: 'unfreeze', card, owner: 'support' });
  await doing({ kind: 'fund', fundsOfClientId: 1, direction: 'in', amountMinor: 9n, unit });
  const wallet = await house.activated('prepaid', 500n);
  await doing({ kind: 'move', card, to: wallet, amountMinor: 500n, unit });
  await doing({ kind: 'reverse', originalRequestId: 'r12', card, holdId: null });
  await doing({ kind: 'reverse', originalRequestId: 'never', card, holdId: null });
  await doing({ kind: 'void', card, reason: 'lost' });
  await doing({ kind: 'stock', productId: PRODUCTS.wide, lane: 3, cards: [] });
  const [item] = await database.query('select item_id from instruments.item');
  await doing({ kind: 'close_item', itemId: item?.['item_id'] as bigint, note: 'paid back' });
  const refused = await house.submit(redeemOf(wallet, 9_999n), { requestId: 'refused' });
  await house.restart();
  for (const [act, requestId, outcome] of first) {
    const undone = act.kind === 'move';
    const again = await house.submit(act, { requestId });
    assert.deepEqual(
      again,
      undone
        ? { outcome: 'refused', refusal: 'already_reversed', isRepeated: false, balanceMinor: null }
        : { ...outcome, isRepeated: true },
      act.kind,
    );
  }
  assert.deepEqual(await house.submit(redeemOf(wallet, 9_999n), { requestId: 'refused' }), {
    ...refused,
    isRepeated: true,
  });
  await house.close();
});

forBothDatabases('R5 an id older than ten years is too old', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  await house.done(redeemOf(card, 1_000n), { requestId: 'sale' });
  house.clock.advance(11 * 366 * DAY_MS);
  const before = await house.snapshot();
  assert.equal(await house.refusal(redeemOf(card, 1_000n), { requestId: 'sale' }), 'too_old');
  assert.equal(await house.snapshot(), before);
  await house.close();
});

forBothDatabases('R6 asking never closes a request', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  const ask = () => house.engine.findRequest(CLIENT, 'sale', card);
  assert.deepEqual(await ask(), { outcome: 'not_seen' });
  const sale = await house.done(redeemOf(card, 1_000n), { requestId: 'sale' });
  assert.deepEqual(await ask(), { outcome: 'accepted', done: sale });
  assert.deepEqual(await house.engine.findRequest(CLIENT, 'sale', undefined), await ask());
  assert.deepEqual(await house.engine.findRequest({ ...CLIENT, clientId: 2 }, 'sale', card), {
    outcome: 'not_seen',
  });
  await house.reverse('sale', card);
  assert.equal((await ask()).outcome, 'reversed');
  for (let card = 0; card < 12; card += 1) {
    const other = await house.activated('prepaid', 500n);
    await house.done(redeemOf(other, 1n), { requestId: 'sale' });
    const found = await house.engine.findRequest(CLIENT, 'sale', other);
    assert.ok(found.outcome === 'accepted' && found.done.balanceMinor === 499n);
  }
  await house.reverse('late', card);
  assert.equal((await house.engine.findRequest(CLIENT, 'late', card)).outcome, 'reversed');
  await house.close();
});

forBothDatabases('R36 what is no amount changes nothing', async (database) => {
  const house = await openHouse(database);
  const card = await house.activated('wide', 5_000n);
  const before = await house.snapshot();
  for (const amountMinor of [0n, -1n, 2n ** 53n, 2n ** 64n]) {
    assert.equal(await house.refusal(redeemOf(card, amountMinor)), 'amount_not_allowed');
    const load: Act = {
      kind: 'load',
      card,
      amountMinor,
      unit: 'JPY',
      lotClass: 'paid',
      funding: SELLER,
    };
    assert.equal(await house.refusal(load), 'amount_not_allowed');
  }
  assert.equal(await house.snapshot(), before);
  const most = 2n ** 53n - 1n;
  for (let times = 0; times < 3; times += 1) {
    await house.done({
      kind: 'load',
      card,
      amountMinor: most,
      unit: 'JPY',
      lotClass: 'paid',
      funding: SELLER,
    });
  }
  assert.equal(await house.spendable(card), 5_000n + 3n * most);
  await house.done(redeemOf(card, most));
  await house.close();
});
