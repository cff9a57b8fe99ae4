/** Each operation's refusals, each in a state in which it is the first that applies; nothing changes by it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Act, CardReference } from '../../src/instruments/operation.ts';
import { REFUSALS, type Refusal } from '../../src/instruments/refusal.ts';
import { REFUSALS_OF } from '../../src/instruments/refusals-of.ts';
import { forBothDatabases } from '../support/database.ts';
import { DAY_MS, FUNDS, openHouse, PRODUCTS, SELLER, type House } from '../support/house.ts';

const unit = 'JPY';
const NOBODY: CardReference = { by: 'number', number: '6002000000000000' };
type Case = readonly [Refusal, Act];

/** Cards in every state that an operation can be refused for. */
async function cardsOf(house: House) {
  const issue = (amountMinor: bigint) => house.issued(amountMinor);
  const voided = await house.activated('prepaid', 1_000n);
  await house.done({ kind: 'void', card: voided, reason: 'lost' });
  const used = await issue(500n);
  await house.redeem(used, 500n);
  const usedPosa = await house.activated('fixed', 1_500n);
  await house.redeem(usedPosa, 1_500n);
  const expired = await house.activated('variable', 2_000n);
  house.clock.advance(100 * DAY_MS);
  const past = await house.engine.inquireBalance({ clientId: 1, issuerId: 1 }, expired);
  assert.ok(past.ok);
  await house.done({ kind: 'expire', instrumentId: past.value.instrumentId });
  const frozen = await house.activated('prepaid', 5_000n);
  await house.done({ kind: 'freeze', card: frozen, owner: 'support', reason: 'asked' });
  const frozenPosa = await house.blank('variable');
  await house.done({ kind: 'freeze', card: frozenPosa, owner: 'support', reason: 'asked' });
  const deactivated = await house.activated('fixed', 3_000n);
  await house.done({ kind: 'deactivate', card: deactivated });
  const held = await house.activated('prepaid', 5_000n);
  const hold: Act = {
    kind: 'hold',
    card: held,
    amountMinor: 1_000n,
    unit,
    merchantId: 1,
    durationMs: 5 * DAY_MS,
  };
  const { holdId } = await house.done(hold, { requestId: 'hold' });
  const gone = await house.done({ ...hold, amountMinor: 5n });
  await house.done({ kind: 'release', holdId: gone.holdId! }, { requestId: 'release' });
  const spent = await house.activated('prepaid', 5_000n);
  await house.done(
    {
      kind: 'redeem',
      card: spent,
      amountMinor: 100n,
      unit,
      merchantId: 1,
      isPartialAllowed: false,
    },
    { requestId: 'sale' },
  );
  const dayFull = await house.activated('limited', 50_000n);
  await house.redeem(dayFull, 20_000n);
  const monthFull = await house.activated('limited', 50_000n);
  await house.done({
    kind: 'load',
    card: monthFull,
    amountMinor: 50_000n,
    unit,
    lotClass: 'paid',
    funding: SELLER,
  });
  for (const _day of [1, 2]) {
    await house.redeem(monthFull, 20_000n);
    house.clock.advance(DAY_MS);
  }
  await house.redeem(dayFull, 20_000n);
  return {
    voided,
    used,
    usedPosa,
    expired,
    frozen,
    frozenPosa,
    deactivated,
    held,
    spent,
    dayFull,
    monthFull,
    holdId: holdId!,
    releasedHoldId: gone.holdId!,
    code: await issue(5_000n),
    blank: await house.blank('prepaid'),
    blankPosa: await house.blank('variable'),
    prepaid: await house.activated('prepaid', 90_00n),
    rich: await house.activated('wide', 200_000n),
    instrumentId: past.value.instrumentId,
  };
}

forBothDatabases(
  'every refusal is given in its state, and nothing changes by it',
  async (database) => {
    const house = await openHouse(database);
    const cards = await cardsOf(house);
    const card = cards.prepaid;
    const issue: Act & { kind: 'issue' } = {
      kind: 'issue',
      productId: PRODUCTS.code,
      amountMinor: 500n,
      unit,
      funding: SELLER,
    };
    const activate: Act & { kind: 'activate' } = {
      kind: 'activate',
      card: cards.blankPosa,
      amountMinor: 1_000n,
      unit,
      funding: SELLER,
    };
    const load: Act & { kind: 'load' } = {
      kind: 'load',
      card,
      amountMinor: 500n,
      unit,
      lotClass: 'paid',
      funding: SELLER,
    };
    const redeem: Act & { kind: 'redeem' } = {
      kind: 'redeem',
      card,
      amountMinor: 100n,
      unit,
      merchantId: 1,
      isPartialAllowed: false,
    };
    const hold: Act & { kind: 'hold' } = {
      kind: 'hold',
      card,
      amountMinor: 100n,
      unit,
      merchantId: 1,
      durationMs: 60_000,
    };
    const back: Act & { kind: 'return' } = {
      kind: 'return',
      card: cards.spent,
      amountMinor: 1n,
      unit,
      merchantId: 1,
      originalRequestId: null,
    };
    const capture: Act & { kind: 'capture' } = {
      kind: 'capture',
      holdId: cards.holdId,
      amountMinor: 1n,
      unit,
      isFinal: false,
    };
    const move: Act & { kind: 'move' } = {
      kind: 'move',
      card,
      to: cards.spent,
      amountMinor: 500n,
      unit,
    };
    const elsewhere = { from: 'seller', sellerId: 2 } as const;
    const byId: CardReference = { by: 'instrument', instrumentId: cards.instrumentId };
    const usable = (act: (card: CardReference) => Act): Case[] => [
      ['instrument_voided', act(cards.voided)],
      ['instrument_not_active', act(cards.blank)],
      ['instrument_used', act(cards.used)],
      ['instrument_expired', act(cards.expired)],
      ['instrument_frozen', act(cards.frozen)],
    ];
    const use = (act: Act & { kind: 'redeem' | 'hold' }): Case[] => [
      ['merchant_not_found', { ...act, merchantId: 3 }],
      ['instrument_not_found', { ...act, card: NOBODY }],
      ['not_redeemable_this_way', { ...act, card: byId }],
      ...usable((one) => ({ ...act, card: one })),
      ['unit_differs', { ...act, unit: 'USD' }],
      ['insufficient_value', { ...act, amountMinor: 9_001n }],
      ['day_limit_exceeded', { ...act, card: cards.dayFull, amountMinor: 1n }],
      ['month_limit_exceeded', { ...act, card: cards.monthFull, amountMinor: 10_001n }],
    ];
    const cases: Case[] = [
      ['product_not_found', { ...issue, productId: PRODUCTS.foreign }],
      ['seller_not_found', { ...issue, funding: elsewhere }],
      ['product_not_sold_this_way', { ...issue, productId: PRODUCTS.fixed }],
      ['unit_differs', { ...issue, unit: 'USD' }],
      ['amount_not_allowed', { ...issue, amountMinor: 499n }],
      ['insufficient_funds', { ...issue, funding: FUNDS }],
      ['seller_not_found', { ...activate, funding: elsewhere }],
      ['instrument_not_found', { ...activate, card: NOBODY }],
      ['product_not_sold_this_way', { ...activate, card: cards.code }],
      ['instrument_voided', { ...activate, card: cards.voided }],
      ['instrument_already_active', { ...activate, card }],
      ['instrument_not_reactivatable', { ...activate, card: cards.deactivated }],
      ['instrument_used', { ...activate, card: cards.usedPosa }],
      ['instrument_expired', { ...activate, card: cards.expired }],
      ['instrument_frozen', { ...activate, card: cards.frozenPosa }],
      ['unit_differs', { ...activate, unit: 'USD' }],
      ['amount_not_allowed', { ...activate, amountMinor: 999n }],
      ['insufficient_funds', { ...activate, funding: FUNDS }],
      ['instrument_not_found', { kind: 'deactivate', card: NOBODY }],
      ['product_not_sold_this_way', { kind: 'deactivate', card: cards.code }],
      ['instrument_voided', { kind: 'deactivate', card: cards.voided }],
      ['instrument_not_active', { kind: 'deactivate', card: cards.blank }],
      ['instrument_expired', { kind: 'deactivate', card: cards.expired }],
      ['instrument_frozen', { kind: 'deactivate', card: cards.frozen }],
      ['already_spent', { kind: 'deactivate', card: cards.spent }],
      ['has_open_hold', { kind: 'deactivate', card: cards.held }],
      ['seller_not_found', { ...load, funding: elsewhere }],
      ['instrument_not_found', { ...load, card: NOBODY }],
      ...usable((one) => ({ ...load, card: one })),
      ['not_reloadable', { ...load, card: cards.code }],
      ['unit_differs', { ...load, unit: 'USD' }],
      ['load_out_of_range', { ...load, amountMinor: 499n }],
      ['balance_limit_exceeded', { ...load, card: cards.monthFull, amountMinor: 50_000n }],
      ['insufficient_funds', { ...load, funding: FUNDS }],
      ...use(redeem),
      ...use(hold),
      ['merchant_not_found', { ...back, merchantId: 3 }],
      ['instrument_not_found', { ...back, card: NOBODY }],
      ['instrument_not_active', { ...back, card: cards.blank }],
      ['unit_differs', { ...back, unit: 'USD' }],
      ['original_not_found', { ...back, originalRequestId: 'hold' }],
      ['return_exceeds_redemption', { ...back, amountMinor: 101n }],
      ['hold_not_found', { ...capture, holdId: 3n }],
      ['unit_differs', { ...capture, unit: 'USD' }],
      ['hold_not_open', { ...capture, holdId: cards.releasedHoldId }],
      ['hold_exceeded', { ...capture, amountMinor: 1_001n }],
      ['has_open_hold', { kind: 'void', card: cards.held, reason: 'x' }],
      ['hold_not_found', { kind: 'release', holdId: 3n }],
      ['hold_not_open', { kind: 'release', holdId: cards.releasedHoldId }],
      ['instrument_not_found', { kind: 'freeze', card: NOBODY, owner: 'case', reason: 'x' }],
      ['instrument_voided', { kind: 'freeze', card: cards.voided, owner: 'case', reason: 'x' }],
      ['instrument_not_found', { kind: 'unfreeze', card: NOBODY, owner: 'case' }],
      ['not_frozen_by_this_owner', { kind: 'unfreeze', card: cards.frozen, owner: 'case' }],
      ['instrument_not_found', { kind: 'void', card: NOBODY, reason: 'x' }],
      ['instrument_voided', { kind: 'void', card: cards.voided, reason: 'x' }],
      ['instrument_not_found', { ...move, to: NOBODY }],
      ['not_redeemable_this_way', { ...move, card: byId }],
      ['same_instrument', { ...move, to: card }],
      ...usable((one) => ({ ...move, card: one })),
      ...usable((one) => ({ ...move, to: one })),
      ['not_reloadable', { ...move, to: cards.code }],
      ['unit_differs', { ...move, unit: 'USD' }],
      ['load_out_of_range', { ...move, amountMinor: 499n }],
      ['balance_limit_exceeded', { ...move, card: cards.rich, amountMinor: 100_000n }],
      ['insufficient_value', { ...move, amountMinor: 9_001n }],
      ['day_limit_exceeded', { ...move, card: cards.dayFull, to: card }],
      ['month_limit_exceeded', { ...move, card: cards.monthFull, to: card, amountMinor: 10_001n }],
      ['card_differs', { kind: 'reverse', originalRequestId: 'sale', card, holdId: null }],
      [
        'not_reversible',
        { kind: 'reverse', originalRequestId: 'release', card: null, holdId: cards.releasedHoldId },
      ],
      ['instrument_not_found', { kind: 'expire', instrumentId: 3n }],
      ['nothing_to_expire', { kind: 'expire', instrumentId: cards.instrumentId }],
      [
        'unit_differs',
        { kind: 'fund', fundsOfClientId: 1, direction: 'in', amountMinor: 1n, unit: 'USD' },
      ],
      [
        'insufficient_funds',
        { kind: 'fund', fundsOfClientId: 1, direction: 'out', amountMinor: 1n, unit },
      ],
      ['item_not_found', { kind: 'close_item', itemId: 3n, note: 'x' }],
      ['product_not_found', { kind: 'stock', productId: PRODUCTS.foreign, lane: 1, cards: [] }],
    ];
    let before = await house.snapshot();
    for (const [expected, act] of cases) {
      const told = await house.refusal(act);
      assert.equal(
        told,
        expected,
        `${act.kind} ${JSON.stringify(act, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}` : v))}`,
      );
      if (expected === 'card_differs') before = await house.snapshot(); // it leaves an item
    }
    assert.equal(await house.snapshot(), before);
    await house.close();
  },
);

test('every operation checks in the order of the one list', () => {
  for (const [kind, refusals] of Object.entries(REFUSALS_OF)) {
    const places = refusals.map((refusal) => REFUSALS.indexOf(refusal));
    assert.deepEqual(
      places,
      [...places].sort((one, other) => one - other),
      kind,
    );
  }
});

test('docs/protocols/operations.md says what the code says', async () => {
  const text = await readFile('docs/protocols/operations.md', 'utf8');
  for (const [kind, refusals] of Object.entries(REFUSALS_OF)) {
    const section = text.split(`\n## ${kind}\n`)[1]?.split('\n## ')[0] ?? '';
    const said = [...(section.split('Refused:')[1] ?? '').matchAll(/`([a-z_]+)`/g)].map(
      ([, name]) => name,
    );
    assert.deepEqual(said, refusals, kind);
  }
});
