/** R18, R19, R20, R24: what offers and the switch say of an operation, by the instant of its arrival. */
import assert from 'node:assert/strict';
import type { Act, CardReference } from '../../src/instruments/operation.ts';
import { openEngine } from '../../src/instruments/open-engine.ts';
import { seededRandom } from '../../src/kernel/seeded-random.ts';
import { changeSeller, holdCatalogue } from '../../src/programmes/index.ts';
import { forBothDatabases } from '../support/database.ts';
import { CLIENT, DAY_MS, PRODUCTS, SELLER, START } from '../support/house.ts';
import {
  CHAIN,
  CHAIN_SELLER,
  issueOf,
  openSellingHouse,
  saleBy,
  TENDERS,
} from '../support/selling-house.ts';

const unit = 'JPY';
const MINUTE_MS = 60_000;

function redeemOf(card: CardReference, merchantId = 1): Act & { kind: 'redeem' } {
  return { kind: 'redeem', card, amountMinor: 100n, unit, merchantId, isPartialAllowed: false };
}

forBothDatabases(
  'R24 a millisecond before the instant a sale stands, at the instant it is refused, in every process',
  async (database) => {
    const house = await openSellingHouse(database);
    const { keys, clock } = house;
    const other = await openEngine({
      database,
      keys,
      clock,
      random: seededRandom(2),
      catalogue: await holdCatalogue(database),
    });
    const at = START + MINUTE_MS;
    const { suspensionId } = await house.stop({ productId: PRODUCTS.code }, at);
    clock.advance(5 * MINUTE_MS); // decided long after: only the arrival counts
    const ask = (engine: typeof other, requestId: string, arrivedAt: number) =>
      engine.submit({ ...CLIENT, requestId, arrivedAt, ...issueOf(500n) });
    for (const [name, engine] of [
      ['own', house.engine],
      ['other', other],
    ] as const) {
      const before = await ask(engine, `${name}-before`, at - 1);
      assert.equal(before.outcome, 'accepted', name);
      const behind = await ask(engine, `${name}-at`, at);
      assert.deepEqual(behind, {
        outcome: 'refused',
        refusal: 'suspended',
        isRepeated: false,
        balanceMinor: null,
        suspensionId,
      });
      assert.deepEqual(await ask(engine, `${name}-at`, at), { ...behind, isRepeated: true });
    }
    const found = await house.engine.findRequest(CLIENT, 'own-at', null);
    assert.equal(found.outcome === 'refused' && found.suspensionId, suspensionId);
    await other.close();
    await house.close();
  },
);

forBothDatabases(
  'R19 a stop "now" is a second ahead, and reaches an engine that nobody has told',
  async (database) => {
    const house = await openSellingHouse(database);
    const thrown = await house.stop({ sellerId: 1 });
    assert.equal(thrown.startsAt, house.clock.now() + 1_000);
    await house.done(issueOf(500n), { requestId: 'inside the second' });
    house.clock.advance(1_000);
    assert.equal(await house.refusal(issueOf(500n)), 'suspended');
    const behind = START + 2 * DAY_MS;
    await house.lift(thrown.suspensionId, undefined, behind);
    house.clock.advance(2 * DAY_MS - 1_001);
    assert.equal(await house.refusal(issueOf(500n)), 'suspended');
    house.clock.advance(1);
    await house.done(issueOf(500n));
    await house.close();
  },
);

forBothDatabases(
  'R4 what was sold before a stop is sold again when it is asked for again',
  async (database) => {
    const house = await openSellingHouse(database);
    const first = await house.done(issueOf(500n), { requestId: 'sold' });
    await house.stop({});
    house.clock.advance(MINUTE_MS);
    const again = await house.submit(issueOf(500n), { requestId: 'sold' });
    assert.deepEqual(again, { outcome: 'accepted', done: first, isRepeated: true });
    await house.close();
  },
);

forBothDatabases('R18 what undoes is never stopped, nor what has happened', async (database) => {
  const house = await openSellingHouse(database);
  const card = await house.activated('prepaid', 5_000n);
  const unspent = await house.activated('variable', 5_000n);
  await house.done(redeemOf(card), { requestId: 'used' });
  await house.done(redeemOf(card), { requestId: 'also used' });
  const hold: Act = {
    kind: 'hold',
    card,
    amountMinor: 10n,
    unit,
    merchantId: 1,
    durationMs: DAY_MS,
  };
  const held = await house.done(hold);
  const other = await house.done(hold);
  await house.stop({}); // everything of the issuer
  house.clock.advance(MINUTE_MS);
  for (const act of [
    issueOf(500n),
    {
      kind: 'activate',
      card: await house.blank('variable'),
      amountMinor: 1_000n,
      unit,
      funding: SELLER,
    },
    { kind: 'load', card, amountMinor: 500n, unit, lotClass: 'paid', funding: SELLER },
    redeemOf(card),
    hold,
    { kind: 'move', card: await house.blank('wide'), to: card, amountMinor: 1n, unit },
  ] as Act[]) {
    assert.equal(await house.refusal(act), 'suspended', act.kind);
  }
  await house.reverse('used', card);
  const giveBack = { card, amountMinor: 100n, unit, merchantId: 1 };
  await house.done({ kind: 'return', ...giveBack, originalRequestId: 'also used' });
  const capture = { kind: 'capture', amountMinor: 10n, unit, isFinal: true } as const;
  await house.done({ ...capture, holdId: held.holdId! });
  await house.done({ kind: 'release', holdId: other.holdId! });
  await house.done({ kind: 'deactivate', card: unspent });
  await house.done({ kind: 'freeze', card, owner: 'fraud', reason: 'asked' });
  await house.done({ kind: 'unfreeze', card, owner: 'fraud' });
  await house.done(redeemOf(card), { isAdvice: true });
  assert.equal(await house.spendable(card), 4_890n);
  await house.close();
});

forBothDatabases(
  'R18 what has moved while an operation was on its way judges it again',
  async (database) => {
    const house = await openSellingHouse(database);
    await house.offer({ product: 'code', tender: 'cash', amountMaxMinor: 3_000 });
    const sale = saleBy('cash');
    await house.done(issueOf(3_000n), { sale });
    assert.equal(await house.refusal(issueOf(3_001n), { sale }), 'amount_not_offered');
    assert.equal(
      await house.refusal(issueOf(500n), { sale: saleBy('cash', { tenderId: 99 }) }),
      'tender_not_found',
    );
    await house.offerOnly('code');
    await house.done(issueOf(3_000n), { sale });
    await house.done(issueOf(500n)); // by cash, in which alone it is offered
    assert.equal(await house.refusal(issueOf(3_001n)), 'amount_not_offered', 'that offer holds');
    assert.equal(
      await house.refusal(issueOf(500n), { sale: saleBy('through', { contract: 'x' }) }),
      'not_offered',
    );
    await house.close();
  },
);

forBothDatabases('an offer holds from its beginning to its end', async (database) => {
  const house = await openSellingHouse(database);
  const sale = saleBy('cash');
  const [from, until] = [START + DAY_MS, START + 2 * DAY_MS];
  await house.offerOnly('code');
  await house.offer({ product: 'code', tender: 'cash', ...dates(from, until) });
  assert.equal(await house.refusal(issueOf(500n), { sale }), 'not_offered');
  house.clock.advance(DAY_MS);
  await house.done(issueOf(500n), { sale });
  house.clock.advance(DAY_MS);
  assert.equal(await house.refusal(issueOf(500n), { sale }), 'offer_ended');
  await house.done(issueOf(500n), { sale, arrivedAt: until - 1 });
  await house.close();
});

forBothDatabases(
  'whoever does not say how is paid passes neither offer nor stop nor limit',
  async (database) => {
    const house = await openSellingHouse(database);
    await house.done(issueOf(500n)); // nobody has an offer yet: sold freely
    await house.offer({ product: 'code', tender: 'bill', amountMaxMinor: 3_000 });
    await house.stop({ tenderId: TENDERS.bill });
    house.clock.advance(MINUTE_MS);
    const silent = await house.submit(issueOf(50_000n), { requestId: 'silent' });
    assert.equal(silent.outcome === 'refused' && silent.refusal, 'tender_missing');
    const shopOnly = { sale: saleBy(null) };
    assert.equal(await house.refusal(issueOf(500n), shopOnly), 'tender_missing');
    await house.done(issueOf(500n), { sale: saleBy('cash') }); // sold freely by another tender
    const card = await house.activated('prepaid', 5_000n);
    await house.redeem(card, 100n);
    await house.offer({ product: 'variable', tender: 'cash' });
    const till = { kind: 'activate', amountMinor: 3_000n, unit, funding: SELLER } as const;
    const rack = await house.blank('variable');
    await house.done({ ...till, card: rack }); // by the one tender that it is offered by
    await house.stop({ tenderId: TENDERS.cash });
    house.clock.advance(MINUTE_MS);
    const next = await house.blank('variable');
    assert.equal(await house.refusal({ ...till, card: next }), 'suspended', 'a stop of it holds');
    await house.offer({ product: 'variable', tender: 'through' });
    house.clock.advance(MINUTE_MS);
    assert.equal(await house.refusal({ ...till, card: next }), 'tender_missing', 'which of two?');
    await house.done({ ...till, card: next }, { isAdvice: true }); // it has happened (R18)
    await house.close();
  },
);

forBothDatabases(
  'what completes an order is judged by the switch at its instant, and by no offer any more',
  async (database) => {
    const house = await openSellingHouse(database);
    const sale = saleBy('cash');
    const soldAt = START + 1;
    house.clock.advance(2);
    await house.offer({ product: 'code', tender: 'cash', amountMaxMinor: 1_000 });
    assert.equal(await house.refusal(issueOf(3_000n), { sale }), 'amount_not_offered');
    await house.done(issueOf(3_000n), { sale, soldAt });
    house.clock.advance(MINUTE_MS);
    await house.stop({ productId: PRODUCTS.code }, house.clock.now() + 1_000);
    house.clock.advance(MINUTE_MS);
    const at = house.clock.now();
    assert.equal(await house.refusal(issueOf(500n), { sale, soldAt: at }), 'suspended');
    await house.close();
  },
);

function dates(validFrom: number, endsAt: number): object {
  return {
    validFrom: new Date(validFrom).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
  };
}

forBothDatabases(
  'R20 for a sale seller, chain and tender are those of the sale; for a use, of its place',
  async (database) => {
    const house = await openSellingHouse(database);
    const lift = (suspensionId: number) => house.lift(suspensionId);
    const stopped = async (named: Parameters<typeof house.stop>[0]): Promise<number> => {
      const { suspensionId } = await house.stop(named);
      house.clock.advance(MINUTE_MS);
      return suspensionId;
    };
    const sold = await house.activated('prepaid', 5_000n); // by the shop, seller 1
    const inChain = { place: { sellerId: CHAIN_SELLER.sellerId } };
    const atChain: Act = { ...issueOf(500n), funding: CHAIN_SELLER };

    let id = await stopped({ tenderId: TENDERS.bill });
    const sale = saleBy('bill', { contract: '090-1111-2222' });
    assert.equal(await house.refusal(issueOf(500n), { sale }), 'suspended');
    await house.done(issueOf(500n), { sale: saleBy('cash') });
    await house.done(issueOf(500n), { sale: saleBy('through', { contract: '090-1111-2222' }) });
    await house.done(issueOf(500n)); // it does not say how it is paid: a dimension it lacks never matches
    await lift(id);
    house.clock.advance(MINUTE_MS);

    id = await stopped({ aggregatorId: CHAIN.aggregatorId });
    assert.equal(await house.refusal(atChain), 'suspended');
    await house.done(issueOf(500n));
    assert.equal(await house.refusal(redeemOf(sold), inChain), 'suspended', 'the place is in it');
    await house.done(redeemOf(sold), { place: { sellerId: 1 } });
    await house.done(redeemOf(sold));
    await lift(id);
    house.clock.advance(MINUTE_MS);

    id = await stopped({ chainId: CHAIN.chainId, operations: ['sell'] });
    assert.equal(await house.refusal(atChain), 'suspended');
    await house.done(redeemOf(sold), inChain);
    await lift(id);
    house.clock.advance(MINUTE_MS);

    id = await stopped({ soldBySellerId: 1, operations: ['use'] });
    assert.equal(await house.refusal(redeemOf(sold)), 'suspended');
    await house.done(issueOf(500n));
    await lift(id);
    house.clock.advance(MINUTE_MS);

    id = await stopped({ merchantId: 1 });
    assert.equal(await house.refusal(redeemOf(sold)), 'suspended');
    await house.done(redeemOf(sold, 2));
    await house.done(issueOf(500n));
    await lift(id);

    // A seller that leaves the chain is stopped with it until that instant (R24).
    const leaves = house.clock.now() + 2 * MINUTE_MS;
    const desk = { ...house.desk, record: async () => undefined };
    const where = { issuer: 'hoshi', seller: 'chained' };
    assert.ok((await changeSeller(desk, where, { chain: null, validFrom: leaves })).ok);
    await stopped({ chainId: CHAIN.chainId });
    house.clock.advance(2 * MINUTE_MS);
    assert.equal(await house.refusal(atChain, { arrivedAt: leaves - 1 }), 'suspended');
    await house.done(atChain, { arrivedAt: leaves });
    await house.close();
  },
);

forBothDatabases(
  'a sale that was resumed with conditions asks for line and device; what is not said is not met',
  async (database) => {
    const house = await openSellingHouse(database);
    const thrown = await house.stop({ tenderId: TENDERS.cash });
    await house.lift(thrown.suspensionId, { ownLineOnly: true, devices: ['phone'] });
    house.clock.advance(MINUTE_MS);
    const by = (buyer: ReturnType<typeof saleBy>['buyer']) => ({ sale: saleBy('cash', { buyer }) });
    const refused = await house.submit(issueOf(500n), by({ line: 'wifi', device: 'phone' }));
    assert.equal(refused.outcome === 'refused' && refused.refusal, 'conditions_not_met');
    assert.equal(refused.outcome === 'refused' && refused.suspensionId, thrown.suspensionId);
    assert.equal(await house.refusal(issueOf(500n), by(null)), 'conditions_not_met');
    assert.equal(
      await house.refusal(issueOf(500n), by({ line: 'own', device: 'pc' })),
      'conditions_not_met',
    );
    await house.done(issueOf(500n), by({ line: 'own', device: 'phone' }));
    await house.close();
  },
);

forBothDatabases('a sale names a shop of its seller, or is refused', async (database) => {
  const house = await openSellingHouse(database);
  const { shopId } = CHAIN;
  assert.equal(
    await house.refusal(issueOf(500n), { sale: saleBy('cash', { shopId }) }),
    'shop_not_found',
  );
  const act: Act = { ...issueOf(500n), funding: CHAIN_SELLER };
  await house.done(act, { sale: saleBy('cash', { shopId }), requestId: 'in ueno' });
  const [row] = await database.query(
    `select seller_id, facts from instruments.request where request_id = 'in ueno'`,
  );
  assert.equal(row?.['seller_id'], 3);
  assert.deepEqual(
    { ...(row?.['facts'] as object), lotId: '', expiresAt: 0 },
    { tenderId: TENDERS.cash, shopId, lotId: '', expiresAt: 0 },
  );
  await house.close();
});
