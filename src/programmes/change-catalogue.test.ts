import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { wallClock } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import { holdCatalogue } from './catalogue-holder.ts';
import { newChain, newMerchant, newProduct, newProgramme, newSeller } from './contract.ts';
import type { CatalogueDesk } from './change-catalogue.ts';
import {
  changeIssuer,
  changeMerchant,
  changeProduct,
  changeProgramme,
  changeSeller,
  createChain,
  createIssuer,
  createMerchant,
  createProduct,
  createProgramme,
  createSeller,
  loadCatalogue,
} from './index.ts';

const NAMES = { nameJa: '名前', nameEn: 'Name' };
const CODE = { alphabet: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ', length: 16 };

interface TestDesk extends CatalogueDesk {
  readonly acts: string[];
}

function deskOn(connection: Connection): TestDesk {
  const acts: string[] = [];
  return {
    connection,
    clock: wallClock,
    actor: 'test',
    acts,
    record: async (_on, { act, subject }) => {
      acts.push(`${act} ${subject}`);
    },
  };
}

const product = (wanted: object) =>
  newProduct.parse({
    key: 'gift',
    programme: 'yen',
    kind: 'code',
    ...NAMES,
    faceMinMinor: 500,
    faceMaxMinor: 50_000,
    codeShape: CODE,
    redeemsBy: ['code'],
    ...wanted,
  });

async function makeIssuer(desk: CatalogueDesk): Promise<void> {
  await createIssuer(desk, { key: 'demo', ...NAMES });
  await createProgramme(desk, 'demo', newProgramme.parse({ key: 'yen', ...NAMES, unit: 'JPY' }));
}

forBothDatabases(
  'what was created is in the catalogue, whose version has moved',
  async (database) => {
    const desk = deskOn(database);
    const before = await loadCatalogue(database);
    await makeIssuer(desk);
    await createChain(desk, 'demo', newChain.parse({ key: 'shops', ...NAMES }));
    assert.equal(
      (
        await createProduct(
          desk,
          'demo',
          product({ validityDays: 365, limits: { balanceMaxMinor: 90_000 } }),
        )
      ).ok,
      true,
    );
    assert.equal(
      (await createSeller(desk, 'demo', newSeller.parse({ key: 'shop', ...NAMES, chain: 'shops' })))
        .ok,
      true,
    );
    assert.equal(
      (await createMerchant(desk, 'demo', newMerchant.parse({ key: 'cafe', ...NAMES }))).ok,
      true,
    );

    const catalogue = await loadCatalogue(database);
    assert.equal(catalogue.version, before.version + 6);
    const [issuer] = catalogue.issuers.values();
    const issuerId = issuer?.issuerId ?? 0;
    const gift = catalogue.findProduct(issuerId, 'gift');
    assert.equal(gift?.unit, 'JPY');
    assert.equal(gift?.zone, 'Asia/Tokyo');
    assert.deepEqual(gift?.codeShape, { ...CODE, prefix: '', groups: 4, foldsKana: false });
    assert.equal(gift?.faceMaxMinor, 50_000n);
    assert.equal(gift?.limits.balanceMaxMinor, 90_000n);
    assert.equal(gift?.limits.loadMaxMinor, null);
    assert.equal(
      catalogue.findSeller(issuerId, 'shop')?.chainId,
      catalogue.findChain(issuerId, 'shops')?.chainId,
    );
    assert.equal(catalogue.findMerchant(issuerId, 'cafe')?.nameJa, '名前');
    assert.equal(catalogue.products.get(gift?.productId ?? 0), gift);
    assert.deepEqual(desk.acts, [
      'issuer.create demo',
      'programme.create demo/yen',
      'chain.create demo/shops',
      'product.create demo/gift',
      'seller.create demo/shop',
      'merchant.create demo/cafe',
    ]);
  },
);

forBothDatabases('a change leaves what it does not name as it was', async (database) => {
  const desk = deskOn(database);
  await makeIssuer(desk);
  await createProduct(
    desk,
    'demo',
    product({ limits: { balanceMaxMinor: 90_000, redeemDayMaxMinor: 10_000 } }),
  );
  await createChain(desk, 'demo', newChain.parse({ key: 'shops', ...NAMES }));
  await createSeller(desk, 'demo', newSeller.parse({ key: 'shop', ...NAMES, chain: 'shops' }));
  await createMerchant(desk, 'demo', newMerchant.parse({ key: 'cafe', ...NAMES }));
  await changeIssuer(desk, 'demo', { nameEn: 'Other issuer' });
  await changeProgramme(desk, { issuer: 'demo', programme: 'yen' }, { graceDays: 30 });
  await changeProduct(
    desk,
    { issuer: 'demo', product: 'gift' },
    { facesMinor: [1_000, 3_000], limits: { balanceMaxMinor: null } },
  );
  await changeSeller(desk, { issuer: 'demo', seller: 'shop' }, { chain: null });
  await changeMerchant(desk, { issuer: 'demo', merchant: 'cafe' }, { nameJa: '喫茶' });

  const catalogue = await loadCatalogue(database);
  const issuer = [...catalogue.issuers.values()][0];
  assert.deepEqual([issuer?.nameJa, issuer?.nameEn], ['名前', 'Other issuer']);
  const gift = catalogue.findProduct(issuer?.issuerId ?? 0, 'gift');
  assert.equal(gift?.graceDays, 30);
  assert.deepEqual(gift?.facesMinor, [1_000n, 3_000n]);
  assert.equal(gift?.limits.balanceMaxMinor, null);
  assert.equal(gift?.limits.redeemDayMaxMinor, 10_000n);
  assert.equal(gift?.codeShape?.length, 16);
  assert.equal(catalogue.findSeller(issuer?.issuerId ?? 0, 'shop')?.chainId, null);
  assert.equal(catalogue.findMerchant(issuer?.issuerId ?? 0, 'cafe')?.nameJa, '喫茶');
});

forBothDatabases(
  'a refused change leaves catalogue, version and audit as they were',
  async (database) => {
    const desk = deskOn(database);
    await makeIssuer(desk);
    await createProduct(desk, 'demo', product({}));
    const before = await loadCatalogue(database);
    const acts = [...desk.acts];
    const refusals = await Promise.all([
      createIssuer(desk, { key: 'demo', ...NAMES }),
      createProgramme(desk, 'other', newProgramme.parse({ key: 'yen', ...NAMES, unit: 'JPY' })),
      createProgramme(desk, 'demo', newProgramme.parse({ key: 'yen', ...NAMES, unit: 'JPY' })),
      createProduct(desk, 'demo', product({ key: 'new', programme: 'none' })),
      createProduct(desk, 'demo', product({})),
      createProduct(desk, 'demo', product({ key: 'new', codeShape: { ...CODE, length: 8 } })),
      changeProduct(desk, { issuer: 'demo', product: 'none' }, {}),
      changeSeller(desk, { issuer: 'demo', seller: 'none' }, {}),
      changeMerchant(desk, { issuer: 'demo', merchant: 'none' }, {}),
    ]);
    assert.deepEqual(
      refusals.map((result) => (result.ok ? 'accepted' : result.refusal)),
      [
        'key_taken',
        'issuer_not_found',
        'key_taken',
        'programme_not_found',
        'key_taken',
        'code_guessable',
        'product_not_found',
        'seller_not_found',
        'merchant_not_found',
      ],
    );
    assert.equal((await loadCatalogue(database)).version, before.version);
    assert.deepEqual(desk.acts, acts);
  },
);

forBothDatabases('of two creations of one key at once one is refused', async (database) => {
  const desk = deskOn(database);
  const results = await Promise.all([
    createIssuer(desk, { key: 'demo', ...NAMES }),
    createIssuer(desk, { key: 'demo', ...NAMES }),
  ]);
  assert.equal(results.filter((result) => result.ok).length, 1);
});

forBothDatabases('a held catalogue is loaded anew for a newer version only', async (database) => {
  const desk = deskOn(database);
  const holder = await holdCatalogue(database);
  const first = holder.current();
  await makeIssuer(desk);
  assert.equal(await holder.refresh(database, first.version), first);
  const [one, other] = await Promise.all([
    holder.refresh(database, first.version + 2),
    holder.refresh(database, first.version + 2),
  ]);
  assert.equal(one, other);
  assert.equal(one.version, first.version + 2);
  assert.equal(holder.current(), one);
  assert.equal(await holder.refresh(database), one);
});
