/**
 * A small issuer on a test's database, with the engine running: what runs, imports and the command line
 * are tried on.
 */
import assert from 'node:assert/strict';
import { createClient, recordAct } from '../../src/clients/index.ts';
import { newClient } from '../../src/clients/contract.ts';
import {
  openEngine,
  type RunningEngine,
  verifyBooks,
  openMint,
  type Mint,
} from '../../src/instruments/index.ts';
import { wallClock } from '../../src/kernel/clock.ts';
import { openKeyRing, type KeyRing, systemRandom } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import {
  type CatalogueDesk,
  type CatalogueHolder,
  createIssuer,
  createMerchant,
  createProduct,
  createProgramme,
  createSeller,
  findIssuer,
  holdCatalogue,
  type Product,
} from '../../src/programmes/index.ts';
import { newMerchant, newProduct, newProgramme, newSeller } from '../../src/programmes/contract.ts';

export interface SmallHouse {
  readonly database: Database;
  readonly engine: RunningEngine;
  readonly keys: KeyRing;
  readonly mint: Mint;
  readonly catalogue: CatalogueHolder;
  readonly desk: CatalogueDesk;
  readonly issuerId: number;
  readonly clientId: number;
  product(key: string): Product;
  /** Stops the engine and holds the books against their journals: the end of every test that moves value. */
  close(): Promise<void>;
}

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const NAMES = { nameJa: '試験', nameEn: 'Test' };
const PRODUCTS = [
  {
    key: 'posa',
    kind: 'posa',
    facesMinor: [1_500, 3_000],
    faceMinMinor: 1_500,
    faceMaxMinor: 3_000,
    redeemsBy: ['number', 'code'],
  },
  {
    key: 'prepaid',
    kind: 'prepaid',
    faceMinMinor: 1,
    faceMaxMinor: 30_000,
    codeShape: null,
    redeemsBy: ['number'],
  },
  {
    key: 'gift',
    kind: 'code',
    faceMinMinor: 500,
    faceMaxMinor: 50_000,
    numberShape: null,
    redeemsBy: ['code'],
  },
];

export async function openSmallHouse(database: Database): Promise<SmallHouse> {
  const keys = openKeyRing(new Uint8Array(32).fill(5));
  const by = { clock: wallClock, actor: 'test' };
  const desk = { connection: database, ...by, record: recordAct(by) };
  await createIssuer(desk, { key: 'small', ...NAMES });
  await createProgramme(desk, 'small', newProgramme.parse({ key: 'yen', unit: 'JPY', ...NAMES }));
  for (const wanted of PRODUCTS) {
    const shapes = {
      codeShape: { alphabet: ALPHABET, length: 16 },
      numberShape: { prefix: '9912', digits: 16 },
    };
    await createProduct(
      desk,
      'small',
      newProduct.parse({ programme: 'yen', ...NAMES, ...shapes, ...wanted }),
    );
  }
  await createSeller(desk, 'small', newSeller.parse({ key: 'shop', ...NAMES }));
  await createMerchant(desk, 'small', newMerchant.parse({ key: 'cafe', ...NAMES }));
  const catalogue = await holdCatalogue(database);
  const issuerId = findIssuer(catalogue.current(), 'small')?.issuerId ?? 0;
  const clientDesk = {
    connection: database,
    keyRing: keys,
    clock: wallClock,
    random: systemRandom,
    catalogue: catalogue.current(),
    issuerId,
    actor: 'test',
    refresh: async () => undefined,
  };
  const house = newClient.parse({
    key: 'house',
    name: 'House',
    sellerId: 'shop',
    merchantId: 'cafe',
  });
  const client = await createClient(clientDesk, house);
  const engine = await openEngine({
    database,
    keys,
    random: systemRandom,
    clock: wallClock,
    catalogue,
  });
  return {
    database,
    engine,
    keys,
    catalogue,
    desk,
    issuerId,
    mint: openMint(keys, systemRandom, engine.laneCount),
    clientId: client.ok ? client.value.clientId : 0,
    async close() {
      await engine.close();
      const report = await verifyBooks(database);
      assert.deepEqual(report.findings, []);
    },
    product(key) {
      const product = catalogue.current().findProduct(issuerId, key);
      if (product === undefined) throw new Error(`the small house has no product ${key}`);
      return product;
    },
  };
}
