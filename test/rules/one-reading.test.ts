/** What a batch reads: once where its operations say it all, and the same under whatever names its cards come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Act, CardReference } from '../../src/instruments/operation.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { forBothDatabases, openPglite } from '../support/database.ts';
import { openHouse, SELLER, type House } from '../support/house.ts';
import { watchStatements } from '../support/watch-statements.ts';

const unit = 'JPY';

function redeemOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'redeem', card, amountMinor, unit, merchantId: 1, isPartialAllowed: false };
}

function loadOf(card: CardReference, amountMinor: bigint): Act {
  return { kind: 'load', card, amountMinor, unit, lotClass: 'paid', funding: SELLER };
}

/** A batch that lacks a row is halved until its operations go through one by one: here that is a mistake. */
async function openStrict(database: Database): Promise<{ house: House; troubles: unknown[] }> {
  const troubles: unknown[] = [];
  const onTrouble = ({ error }: { readonly error: unknown }): void => void troubles.push(error);
  return { house: await openHouse(database, { onTrouble }), troubles };
}

/** The same card by its number and by its id, with 500 in two lots. */
async function openTwoNames(house: House): Promise<readonly [CardReference, CardReference]> {
  const card = await house.activated('wide', 300n);
  const { instrumentId } = await house.done(loadOf(card, 200n));
  assert.ok(instrumentId !== null);
  return [card, { by: 'instrument', instrumentId }];
}

void test('a redemption and a load read what they need in one way to the database', async () => {
  const plain = await openPglite();
  const watched = watchStatements(plain);
  const house = await openHouse(watched.database);
  const card = await house.activated('limited', 5_000n);
  for (const act of [redeemOf(card, 10n), loadOf(card, 500n), redeemOf(card, 10n)]) {
    watched.forget();
    await house.done(act);
    const reads = watched.statements().filter((title) => /(?:read-|books\.sql read)/.test(title));
    assert.deepEqual(reads, [
      'instruments/read-batch.sql readGateState',
      'instruments/read-batch.sql readRequests',
      'instruments/read-named.sql readNamedCards',
      'ledger/books.sql readAccounts',
    ]);
  }
  await house.close();
  await plain.close();
});

forBothDatabases('R21 a card under two names in one batch is counted once', async (database) => {
  const { house, troubles } = await openStrict(database);
  await database.script(`
    update programmes.product set redeems_by = '{number,member}' where key = 'limited';
    update programmes.version set version = version + 1;
  `);
  const card = await house.activated('limited', 50_000n);
  const { instrumentId } = await house.done(redeemOf(card, 1_000n));
  assert.ok(instrumentId !== null);
  const byId = { by: 'instrument', instrumentId } as const;
  for (const acts of [
    [loadOf(card, 2_000n), redeemOf(byId, 10_000n)],
    [loadOf(byId, 2_000n), redeemOf(card, 8_500n)],
    [redeemOf(card, 500n), redeemOf(byId, 1n)], // 20,000 a day, and not one more
  ]) {
    const outcomes = await Promise.all(acts.map((act) => house.submit(act)));
    const expected = acts[0]?.kind === 'load' ? 'accepted' : 'refused';
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['accepted', expected],
    );
  }
  assert.deepEqual(troubles, []);
  await house.close();
  await database.close();
});

forBothDatabases(
  'R11 what was emptied is given back in a batch that has read the card under its other name',
  async (database) => {
    const { house, troubles } = await openStrict(database);
    const [card, byId] = await openTwoNames(house);
    for (const [one, other] of [
      [card, byId],
      [byId, card],
    ] as const) {
      const { requestId } = await house.done(redeemOf(one, 300n)); // the first lot is empty
      const [, undone] = await Promise.all([
        house.done(redeemOf(other, 50n)),
        house.reverse(requestId, one),
        house.done(loadOf(other, 50n)),
      ]);
      assert.equal(undone.kind, 'reverse');
      assert.equal(await house.spendable(card), 500n);
    }
    assert.deepEqual(troubles, []);
    await house.close();
    await database.close();
  },
);

void test('R32 another issuer’s card takes the statements of one that there is not', async () => {
  const plain = await openPglite();
  const watched = watchStatements(plain);
  const house = await openHouse(watched.database);
  const own = await house.activated('wide', 500n);
  const foreign = await openForeign(house);
  const { number } = house.mint.mintAnywhere(house.catalogue.current().products.get(7)!);
  const unknown: CardReference = { by: 'number', number: number! };
  const acts: readonly ((card: CardReference) => Act)[] = [
    (card) => redeemOf(card, 10n),
    (card) => loadOf(card, 500n),
    (card) => ({ kind: 'hold', card, amountMinor: 10n, unit, merchantId: 1, durationMs: 60_000 }),
    (card) => ({
      kind: 'return',
      card,
      amountMinor: 10n,
      unit,
      merchantId: 1,
      originalRequestId: null,
    }),
    (card) => ({ kind: 'move', card, to: own, amountMinor: 10n, unit }),
    (card) => ({ kind: 'move', card: own, to: card, amountMinor: 10n, unit }),
    (card) => ({ kind: 'void', card, reason: 'lost' }),
    (card) => ({ kind: 'deactivate', card }),
  ];
  for (const act of acts) {
    const said: string[][] = [];
    for (const card of [foreign, unknown]) {
      watched.forget();
      assert.equal(await house.refusal(act(card)), 'instrument_not_found');
      said.push([...watched.statements()]);
    }
    assert.deepEqual(said[0], said[1], act(own).kind);
  }
  await house.close();
  await plain.close();
});

/** An active card of the other issuer, with a part of it held. */
async function openForeign(house: House): Promise<CardReference> {
  const other = { clientId: 3, issuerId: 2 };
  const product = house.catalogue.current().products.get(6)!;
  const { number, lane } = house.mint.mintAnywhere(product);
  const cards = [{ number, code: null, faceMinor: null, opening: null }];
  await house.done({ kind: 'stock', productId: 6, lane, cards }, other);
  const card: CardReference = { by: 'number', number: number! };
  const funding = { from: 'seller', sellerId: 2 } as const;
  await house.done({ kind: 'activate', card, amountMinor: 500n, unit, funding }, other);
  const held = { amountMinor: 100n, unit, merchantId: 3, durationMs: 60_000 };
  await house.done({ kind: 'hold', card, ...held }, other);
  return card;
}
