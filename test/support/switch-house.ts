/**
 * An issuer with sellers, a chain behind an aggregator, tenders and offers, as in February 2018, on a test's
 * database and under a moved clock: what the switch is tried on.
 */
import {
  createClient,
  createWebhook,
  recordAct,
  type ClientDesk,
} from '../../src/clients/index.ts';
import { newClient, newWebhook } from '../../src/clients/contract.ts';
import { present } from '../../src/kernel/assert.ts';
import { MovedClock } from '../../src/kernel/clock.ts';
import { openKeyRing, systemRandom, type KeyRing } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import type { Result } from '../../src/kernel/result.ts';
import {
  createAggregator,
  createChain,
  createIssuer,
  createMerchant,
  createOffer,
  createProduct,
  createProgramme,
  createSeller,
  createTender,
  findIssuer,
  holdCatalogue,
  type Catalogue,
  type CatalogueHolder,
} from '../../src/programmes/index.ts';
import * as sent from '../../src/programmes/contract.ts';
import {
  DIMENSIONS,
  holdSwitchboard,
  type Dimension,
  type NewSuspension,
  type Scope,
  type SwitchDesk,
} from '../../src/suspensions/index.ts';

export interface SwitchHouse {
  readonly database: Database;
  readonly clock: MovedClock;
  readonly keys: KeyRing;
  readonly catalogue: CatalogueHolder;
  readonly desk: SwitchDesk;
  readonly clients: ClientDesk;
  readonly issuerId: number;
  readonly otherIssuerId: number;
  readonly now: () => Catalogue;
  /** By keys of the catalogue: `{ product: 'apple', seller: 'docomo' }`. */
  scope(named: ScopeKeys): Scope;
  /** A stop with everything that it needs, from now on where nothing else is said. */
  stop(named: ScopeKeys, wanted?: Partial<NewSuspension>): NewSuspension;
}

export interface ScopeKeys {
  readonly product?: string;
  readonly seller?: string;
  readonly chain?: string;
  readonly aggregator?: string;
  readonly tender?: string;
  readonly merchant?: string;
  readonly operations?: Scope['operations'];
}

export const OPENED_AT = Date.parse('2018-02-03T15:00:00+09:00');
const ISSUER = 'kado';
const names = (name: string) => ({ nameJa: `${name}の日本語`, nameEn: name });
const PRODUCTS = ['apple', 'music', 'play'];
const SELLERS = ['docomo', 'softbank', 'pincom'];
const TENDERS = ['docomo-bill', 'au-bill', 'cash'];

export async function openSwitchHouse(
  database: Database,
  options: { readonly receiver?: string } = {},
): Promise<SwitchHouse> {
  const clock = new MovedClock(OPENED_AT);
  const keys = openKeyRing(new Uint8Array(32).fill(5));
  await fillCatalogue(database, clock);
  const catalogue = await holdCatalogue(database);
  const switches = await holdSwitchboard(database);
  const now = () => catalogue.current();
  const issuerId = present(findIssuer(now(), ISSUER), 'it was just made').issuerId;
  const otherIssuerId = present(findIssuer(now(), 'other'), 'it was just made').issuerId;
  const clients: ClientDesk = {
    connection: database,
    keyRing: keys,
    clock,
    random: systemRandom,
    catalogue: now(),
    issuerId,
    actor: 'test',
    refresh: async () => undefined,
  };
  for (const seller of SELLERS) {
    const client = { key: `${seller}-system`, name: seller, sellerId: seller };
    made(await createClient(clients, newClient.parse(client)));
  }
  if (options.receiver !== undefined) {
    const webhook = { clientId: 'docomo-system', url: options.receiver };
    made(await createWebhook(clients, newWebhook.parse(webhook), ''));
  }
  const scope = (named: ScopeKeys) => scopeOf(now(), issuerId, named);
  const desk: SwitchDesk = {
    connection: database,
    clock,
    switches,
    actor: 'operator:manager',
    catalogue: now,
    record: recordAct({ clock, actor: 'operator:manager' }),
  };
  return {
    ...{ database, clock, keys, catalogue, desk, clients, issuerId, otherIssuerId, now, scope },
    stop: (named, wanted = {}) => ({
      scope: scope(named),
      startsAt: null,
      announcedText: null,
      internalReason: 'phishing',
      textJa: '現在、販売を停止しています。',
      textEn: 'Sale is suspended.',
      criteria: 'the look-alike site is gone',
      expectedEnd: null,
      ...wanted,
    }),
  };
}

async function fillCatalogue(database: Database, clock: MovedClock): Promise<void> {
  const record = recordAct({ clock, actor: 'test' });
  const desk = { connection: database, clock, actor: 'test', record, makesPast: true as const };
  for (const key of [ISSUER, 'other']) made(await createIssuer(desk, { key, ...names(key) }));
  const programme = { key: 'yen', unit: 'JPY', ...names('yen') };
  made(await createProgramme(desk, ISSUER, sent.newProgramme.parse(programme)));
  for (const key of PRODUCTS) {
    const product = {
      key,
      programme: 'yen',
      ...names(key),
      kind: 'code',
      faceMinMinor: 500,
      faceMaxMinor: 50_000,
      codeShape: { alphabet: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ', length: 16 },
      redeemsBy: ['code'],
      isSoldByOfferOnly: true,
    };
    made(await createProduct(desk, ISSUER, sent.newProduct.parse(product)));
  }
  made(await createAggregator(desk, ISSUER, { key: 'gate', ...names('gate') }));
  const chain = { key: 'code-shops', ...names('code shops'), aggregator: 'gate' };
  made(await createChain(desk, ISSUER, sent.newChain.parse(chain)));
  for (const key of SELLERS) {
    const seller = { key, ...names(key), ...(key === 'pincom' && { chain: 'code-shops' }) };
    made(await createSeller(desk, ISSUER, sent.newSeller.parse(seller)));
  }
  made(
    await createMerchant(desk, ISSUER, sent.newMerchant.parse({ key: 'store', ...names('store') })),
  );
  for (const key of TENDERS) {
    const tender = { key, ...names(key), kind: key === 'cash' ? 'cash' : 'carrier' };
    made(await createTender(desk, ISSUER, sent.newTender.parse(tender)));
  }
  for (const product of PRODUCTS) {
    for (const [seller, tender] of [
      ['docomo', 'docomo-bill'],
      ['softbank', 'cash'],
      ['pincom', 'docomo-bill'],
      ['pincom', 'au-bill'],
      ['pincom', 'cash'],
    ]) {
      const offer = { product, seller, tender, validFrom: undefined };
      made(await createOffer(desk, ISSUER, sent.newOffer.parse(offer)));
    }
  }
}

function scopeOf(catalogue: Catalogue, issuerId: number, named: ScopeKeys): Scope {
  const { product, seller, chain, aggregator, tender, merchant, operations = [] } = named;
  const nothing = Object.fromEntries(DIMENSIONS.map((each) => [each, 0])) as Record<
    Dimension,
    number
  >;
  return {
    ...nothing,
    issuerId,
    operations,
    productId: idOf(product, (key) => catalogue.findProduct(issuerId, key)?.productId),
    sellerId: idOf(seller, (key) => catalogue.findSeller(issuerId, key)?.sellerId),
    chainId: idOf(chain, (key) => catalogue.findChain(issuerId, key)?.chainId),
    aggregatorId: idOf(aggregator, (key) => catalogue.findAggregator(issuerId, key)?.aggregatorId),
    tenderId: idOf(tender, (key) => catalogue.findTender(issuerId, key)?.tenderId),
    merchantId: idOf(merchant, (key) => catalogue.findMerchant(issuerId, key)?.merchantId),
  };
}

function idOf(key: string | undefined, find: (key: string) => number | undefined): number {
  return key === undefined ? 0 : present(find(key), `there is ${key}`);
}

function made(result: Result<unknown, string>): void {
  if (!result.ok) throw new Error(`the house of the switch was not made: ${result.refusal}`);
}
