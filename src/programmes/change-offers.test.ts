import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { MovedClock } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import { newOffer, newProduct, newProgramme, newSeller, newTender } from './contract.ts';
import type { CatalogueDesk } from './change-catalogue.ts';
import { offersFile } from './import-contract.ts';
import {
  changeChain,
  changeOffer,
  changeSeller,
  changeTender,
  createAggregator,
  createChain,
  createIssuer,
  createOffer,
  createProduct,
  createProgramme,
  createSeller,
  createShop,
  createTender,
  importOffers,
  isEnded,
  loadCatalogue,
} from './index.ts';

const NAMES = { nameJa: '名前', nameEn: 'Name' };
const START = Date.parse('2018-02-01T00:00:00Z');
const DAY = 86_400_000;
const LIMIT = { ageFrom: 0, ageTo: null, contract: null, limitMinor: 10_000 };
const WHERE = { issuer: 'demo', seller: 'online', product: 'gift', tender: 'bill' };

forBothDatabases(
  'an offer is judged by an instant: before it began, while it holds, and at its end',
  async (database) => {
    const { desk, offerAt } = await worldOn(database);
    const ends = new Date(START + 2 * DAY).toISOString();
    const begins = new Date(START + DAY).toISOString();
    const made = await createOffer(desk, 'demo', offer({ validFrom: begins, endsAt: ends }));
    assert.ok(made.ok);
    assert.equal(await offerAt(START + DAY - 1), undefined);
    const held = await offerAt(START + DAY);
    assert.equal(held?.offerId, made.value.offerId);
    assert.ok(held && !isEnded(held, START + 2 * DAY - 1));
    assert.ok(held && isEnded(held, START + 2 * DAY));
  },
);

forBothDatabases(
  'a change is for what comes after it: what was judged before stays as it was judged',
  async (database) => {
    const { desk, clock, offerAt } = await worldOn(database);
    await createOffer(desk, 'demo', offer({ amountMaxMinor: 10_000 }));
    clock.advance(1_000);
    const changed = await changeOffer(desk, WHERE, { amountMaxMinor: 5_000 });
    assert.ok(changed.ok);
    assert.equal((await offerAt(START + 1_999))?.amountMaxMinor, 10_000n);
    assert.equal((await offerAt(START + 2_000))?.amountMaxMinor, 5_000n);
    const past = await changeOffer(desk, WHERE, { validFrom: START });
    assert.deepEqual(past, { ok: false, refusal: 'valid_from_past' });
  },
);

forBothDatabases(
  'R19 an offer begins behind its commit: what takes too long is put off',
  async (database) => {
    const { desk, clock, offerAt } = await worldOn(database);
    const slow = { ...desk, record: async () => clock.advance(3_000) };
    const made = await createOffer(slow, 'demo', offer({}));
    assert.ok(made.ok && made.value.validFrom >= clock.now() + 500);
    assert.equal(await offerAt(clock.now()), undefined);
    const soon = clock.now() + 10; // before anybody can know of it
    const changed = await changeOffer(desk, WHERE, { validFrom: soon, amountMaxMinor: 5_000 });
    assert.ok(changed.ok && changed.value.validFrom === clock.now() + 1_000);
    const rows = await database.query('select 1 from programmes.offer');
    assert.equal(rows.length, 1, 'the try that was too late has left nothing');
  },
);

forBothDatabases(
  'a new offer does not begin in the past, but where a past is made up',
  async (database) => {
    const { desk, offerAt } = await worldOn(database);
    const said = { validFrom: new Date(START - DAY).toISOString() };
    const past = offer(said);
    const refused = await createOffer(desk, 'demo', past);
    assert.deepEqual(refused, { ok: false, refusal: 'valid_from_past' });
    const file = offersFile.parse({
      offers: [{ seller: 'online', product: 'gift', tender: 'bill', ...said }],
    });
    const imported = await importOffers(desk, 'demo', file);
    assert.ok(imported.ok && !imported.value.isDone && imported.value.problems.length === 1);
    assert.ok((await createOffer({ ...desk, makesPast: true }, 'demo', past)).ok);
    assert.ok((await offerAt(START - DAY)) !== undefined);
  },
);

forBothDatabases(
  'the newest word counts: what ends today is not revived by what was scheduled before',
  async (database) => {
    const { desk, clock, offerAt } = await worldOn(database);
    await createOffer(desk, 'demo', offer({ amountMaxMinor: 10_000 }));
    await changeOffer(desk, WHERE, { validFrom: START + 10 * DAY, amountMaxMinor: 20_000 });
    assert.equal((await offerAt(START + 10 * DAY))?.amountMaxMinor, 20_000n);
    clock.advance(DAY);
    // A change goes on from what is in force, not from what was scheduled.
    await changeOffer(desk, WHERE, { endsAt: clock.now() });
    const later = await offerAt(START + 11 * DAY);
    assert.equal(later?.amountMaxMinor, 10_000n);
    assert.ok(later && isEnded(later, START + 11 * DAY));
    const rows = await database.query(
      `select valid_until is not null and valid_until <= valid_from as never from programmes.revision
       where kind = 'offer' order by revision_id`,
    );
    assert.deepEqual(
      rows.map((row) => row['never']),
      [false, true, false],
    );
  },
);

forBothDatabases('what makes no sense as an offer is refused', async (database) => {
  const { desk } = await worldOn(database);
  const refusalOf = async (wanted: object) => {
    const made = await createOffer(desk, 'demo', offer(wanted));
    return made.ok ? 'accepted' : made.refusal;
  };
  assert.equal(await refusalOf({ product: 'none' }), 'product_not_found');
  assert.equal(await refusalOf({ seller: 'none' }), 'seller_not_found');
  assert.equal(await refusalOf({ tender: 'none' }), 'tender_not_found');
  assert.equal(await refusalOf({ endsAt: '2018-01-01T00:00:00Z' }), 'ends_before_it_begins');
  const reversed = { amountMinMinor: 3_000, amountMaxMinor: 1_000 };
  assert.equal(await refusalOf(reversed), 'amount_range_reversed');
  assert.equal(await refusalOf({ amountMinMinor: 50_001 }), 'amount_range_reversed');
  const outside = { amountMinMinor: 60_000, amountMaxMinor: 70_000 };
  assert.equal(await refusalOf(outside), 'amount_outside_product');
  assert.equal(await refusalOf({}), 'accepted');
  assert.equal(await refusalOf({}), 'key_taken');
  const missing = await changeOffer(desk, { ...WHERE, seller: 'none' }, {});
  assert.deepEqual(missing, { ok: false, refusal: 'seller_not_found' });
});

forBothDatabases(
  'limits of a tender may be announced for a day to come; who shares a limit has none of its own',
  async (database) => {
    const { desk, read } = await worldOn(database);
    const where = { issuer: 'demo', tender: 'bill' };
    const april = START + 60 * DAY;
    const limits = {
      monthLimits: [{ ageFrom: 0, ageTo: null, contract: null, limitMinor: 5_000 }],
    };
    assert.ok((await changeTender(desk, where, { ...limits, validFrom: april })).ok);
    const catalogue = await read();
    const tenderId = catalogue.findTender(1, 'bill')?.tenderId ?? 0;
    assert.deepEqual(catalogue.tenderAt(tenderId, april - 1)?.monthLimits, []);
    assert.equal(catalogue.tenderAt(tenderId, april)?.monthLimits[0]?.limitMinor, 5_000n);

    const through = newTender.parse({
      key: 'second',
      kind: 'carrier',
      ...NAMES,
      chargedThrough: 'bill',
    });
    assert.ok((await createTender(desk, 'demo', through)).ok);
    const refusals = await Promise.all([
      createTender(desk, 'demo', { ...through, key: 'third', chargedThrough: 'second' }),
      changeTender(desk, where, { chargedThrough: 'second' }),
      changeTender(desk, where, { chargedThrough: 'bill' }),
    ]);
    for (const result of refusals) {
      assert.deepEqual(result, { ok: false, refusal: 'tender_charged_through_itself' });
    }
    // What is announced for later does not hide what holds until then, nor the other way round.
    const ofSecond = { issuer: 'demo', tender: 'second' };
    const alone = { chargedThrough: null, validFrom: april };
    assert.ok((await changeTender(desk, ofSecond, alone)).ok);
    assert.ok(
      (await createTender(desk, 'demo', { ...through, key: 'third', chargedThrough: null })).ok,
    );
    for (const [of, chargedThrough] of [
      ['bill', 'third'], // `second` shares its limit until April
      ['third', 'second'], // which is charged through `bill` until then
    ] as const) {
      const result = await changeTender(desk, { issuer: 'demo', tender: of }, { chargedThrough });
      assert.deepEqual(result, { ok: false, refusal: 'tender_charged_through_itself' }, of);
    }
    const fromApril = { chargedThrough: 'second', validFrom: april };
    assert.ok((await changeTender(desk, { issuer: 'demo', tender: 'third' }, fromApril)).ok);
    const back = await changeTender(desk, ofSecond, { chargedThrough: 'bill' });
    assert.deepEqual(back, { ok: false, refusal: 'tender_charged_through_itself' });
  },
);

forBothDatabases(
  'a place is what it will be from a day to come on: chain, aggregator, seller and shop, one by one or by file',
  async (database) => {
    const { desk, clock, read } = await worldOn(database);
    const april = START + 60 * DAY;
    const at = { validFrom: april };
    const ok = async (result: Promise<{ ok: boolean }>) => assert.ok((await result).ok);
    await ok(createAggregator(desk, 'demo', { key: 'line', ...NAMES }));
    await ok(createChain(desk, 'demo', { key: 'mart', ...NAMES, aggregator: null }));
    await ok(changeChain(desk, { issuer: 'demo', chain: 'mart' }, { aggregator: 'line', ...at }));
    await ok(changeSeller(desk, { issuer: 'demo', seller: 'online' }, { chain: 'mart', ...at }));
    const fresh = { key: 'fresh', ...NAMES, validFrom: new Date(april).toISOString() };
    const file = offersFile.parse({
      sellers: [fresh, { ...fresh, key: 'online', nameEn: 'Renamed', chain: 'mart' }],
      shops: [{ ...fresh, seller: 'fresh', key: 'one' }],
    });
    const imported = await importOffers(desk, 'demo', file);
    assert.ok(imported.ok && imported.value.isDone);
    const again = await importOffers(desk, 'demo', file);
    assert.ok(again.ok && again.value.differences.length === 0);
    const late = { seller: 'online', key: 'two', ...NAMES, ...at };
    await ok(createShop(desk, 'demo', late));

    const catalogue = await read();
    const sellerId = catalogue.findSeller(1, 'online')?.sellerId ?? 0;
    const freshId = catalogue.findSeller(1, 'fresh')?.sellerId ?? 0;
    const shopId = catalogue.findShop(sellerId, 'two')?.shopId ?? 0;
    const placeAt = (instant: number) => {
      const chainId = catalogue.sellerAt(sellerId, instant)?.chainId ?? 0;
      const shown = catalogue.asAt(instant);
      assert.equal(shown.sellers.get(sellerId)?.chainId ?? 0, chainId);
      const aggregatorId = shown.chains.get(catalogue.findChain(1, 'mart')!.chainId)?.aggregatorId;
      const begun = [catalogue.sellerAt(freshId, instant), catalogue.shopAt(shopId, instant)];
      return [chainId, aggregatorId, ...begun.map((each) => each !== undefined)];
    };
    assert.deepEqual(placeAt(april - 1), [0, null, false, false]);
    assert.deepEqual(placeAt(april), [1, 1, true, true]);
    assert.equal(
      catalogue.asAt(START).findSeller(1, 'fresh')?.sellerId,
      freshId,
      'it can be prepared',
    );

    // The newest word counts, and nothing begins in the past.
    clock.advance(DAY);
    await ok(changeSeller(desk, { issuer: 'demo', seller: 'online' }, { nameEn: 'Now' }));
    const after = await loadCatalogue(database, catalogue);
    assert.equal(after.sellerAt(sellerId, april)?.chainId, null, 'what was scheduled fell away');
    assert.equal(after.sellerAt(sellerId, clock.now())?.nameEn, 'Now');
    // A new name opens nothing, and whoever reads all anew reads the same.
    await ok(changeSeller(desk, { issuer: 'demo', seller: 'fresh' }, { nameEn: 'Fresher' }));
    for (const each of [await loadCatalogue(database, after), await read()]) {
      assert.equal(each.sellerAt(freshId, clock.now()), undefined);
      assert.equal(each.sellerAt(freshId, april)?.nameEn, 'Fresher');
    }
    const sooner = { nameEn: 'Soon', validFrom: clock.now() + DAY };
    await ok(changeSeller(desk, { issuer: 'demo', seller: 'fresh' }, sooner));
    for (const each of [await loadCatalogue(database, after), await read()]) {
      assert.equal(each.sellerAt(freshId, clock.now()), undefined, 'it was never there before');
      assert.equal(each.sellerAt(freshId, clock.now() + DAY)?.nameEn, 'Soon');
    }
    const past = await changeChain(desk, { issuer: 'demo', chain: 'mart' }, { validFrom: START });
    assert.deepEqual(past, { ok: false, refusal: 'valid_from_past' });
  },
);

forBothDatabases('a newer reading goes on from the one before it', async (database) => {
  const { desk, clock, read } = await worldOn(database);
  await createOffer(desk, 'demo', offer({ amountMaxMinor: 10_000 }));
  const before = await read();
  clock.advance(1_000);
  const route = [...before.offers.inForce(clock.now())][0]!;
  clock.advance(DAY);
  await changeOffer(desk, WHERE, { amountMaxMinor: 4_000 });
  await createSeller(desk, 'demo', newSeller.parse({ key: 'second', ...NAMES }));
  await createOffer(desk, 'demo', offer({ seller: 'second' }));
  const after = await loadCatalogue(database, before);
  const whole = await read();
  const shown = (catalogue: typeof after) => [
    catalogue.version,
    catalogue.offers.size,
    [...catalogue.offers.inForce(clock.now() + 1_000)],
    [...catalogue.offers.inForce(START + 1_000)],
  ];
  assert.deepEqual(shown(after), shown(whole));
  assert.equal(before.offers.size, 1); // a batch in flight keeps what it was judged by
  assert.equal(before.offerAt(route, clock.now())?.amountMaxMinor, 10_000n);
  assert.equal(await loadCatalogue(database, after), after);
});

forBothDatabases(
  'R19 a tender is changed behind its commit, and a new one begins in no past',
  async (database) => {
    const { desk, clock, read } = await worldOn(database);
    clock.advance(60_000);
    const at = clock.now();
    const bill = { issuer: 'demo', tender: 'bill' };
    const changed = await changeTender(desk, bill, { monthLimits: [LIMIT] });
    assert.ok(changed.ok);
    const catalogue = await read();
    const limits = (instant: number) =>
      catalogue.tenderAt(changed.value.tenderId, instant)?.monthLimits.length;
    assert.deepEqual([limits(at + 999), limits(at + 1_000)], [0, 1]);
    const soon = await changeTender(desk, bill, { validFrom: at + 10, sessionMinutes: 14 });
    assert.ok(soon.ok);
    const sessions = (await read()).tenderAt(changed.value.tenderId, at + 999)?.sessionMinutes;
    assert.equal(sessions, null, 'nobody could have known of it by then');
    const past = { ok: false, refusal: 'valid_from_past' };
    assert.deepEqual(await changeTender(desk, bill, { validFrom: at - 1 }), past);

    const cash = newTender.parse({ key: 'cash', kind: 'cash', ...NAMES });
    assert.deepEqual(await createTender(desk, 'demo', { ...cash, validFrom: at - 1 }), past);
    const file = offersFile.parse({
      tenders: [{ key: 'cash', kind: 'cash', ...NAMES, validFrom: new Date(at - 1).toISOString() }],
    });
    const imported = await importOffers(desk, 'demo', file);
    assert.ok(imported.ok && !imported.value.isDone && imported.value.problems.length === 1);
    const slow = { ...desk, record: async () => clock.advance(3_000) };
    const made = await createTender(slow, 'demo', cash);
    assert.ok(made.ok);
    const later = await read();
    assert.equal(later.tenderAt(made.value.tenderId, clock.now()), undefined, 'it was put off');
    assert.ok(later.tenderAt(made.value.tenderId, clock.now() + 60_000));
  },
);

async function worldOn(database: Connection) {
  const clock = new MovedClock(START);
  const record = async () => undefined;
  const desk: CatalogueDesk = { connection: database, clock, actor: 'test', record };
  await createIssuer(desk, { key: 'demo', ...NAMES });
  await createProgramme(desk, 'demo', newProgramme.parse({ key: 'yen', ...NAMES, unit: 'JPY' }));
  const gift = newProduct.parse({
    key: 'gift',
    programme: 'yen',
    kind: 'code',
    ...NAMES,
    faceMinMinor: 500,
    faceMaxMinor: 50_000,
    codeShape: { alphabet: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ', length: 16 },
    redeemsBy: ['code'],
  });
  await createProduct(desk, 'demo', gift);
  await createSeller(desk, 'demo', newSeller.parse({ key: 'online', ...NAMES }));
  const bill = newTender.parse({ key: 'bill', kind: 'carrier', ...NAMES });
  await createTender(desk, 'demo', bill);
  const read = () => loadCatalogue(database);
  const offerAt = async (at: number) => {
    const catalogue = await read();
    const route = {
      sellerId: catalogue.findSeller(1, 'online')?.sellerId ?? 0,
      productId: catalogue.findProduct(1, 'gift')?.productId ?? 0,
      tenderId: catalogue.findTender(1, 'bill')?.tenderId ?? 0,
    };
    return catalogue.offerAt(route, at);
  };
  return { desk, clock, read, offerAt };
}

function offer(wanted: object) {
  return newOffer.parse({ seller: 'online', product: 'gift', tender: 'bill', ...wanted });
}
