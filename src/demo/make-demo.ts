import { readFileSync } from 'node:fs';
import {
  type Engine,
  type MintedCard,
  type Operation,
  PieceRefused,
  newCard,
  openMint,
  submitSurely,
} from '../instruments/index.ts';
import {
  createApiKey,
  createClient,
  createPartner,
  createSigningKey,
  createTerminal,
  HOUSE_CLIENT,
  listApiKeys,
  listClients,
  recordAct,
  SCOPES,
  type ClientDesk,
} from '../clients/index.ts';
import { newApiKey, newClient, newPartner, newTerminal } from '../clients/contract.ts';
import { setGiftShop } from '../gifts/index.ts';
import { assert, present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import {
  createIssuer,
  createMerchant,
  createProduct,
  createProgramme,
  findIssuer,
  importOffers,
  readImportFile,
  type Catalogue,
  type CatalogueDesk,
  type CatalogueHolder,
} from '../programmes/index.ts';
import {
  DEMO_CLIENT,
  DEMO_FUNDS_MINOR,
  DEMO_GIFT_SHOP,
  DEMO_ISSUER,
  DEMO_MERCHANTS,
  DEMO_MOCK_PARTNER,
  DEMO_PARTNER,
  DEMO_PRODUCTS,
  DEMO_PROGRAMMES,
  DEMO_SALE_FILE,
  DEMO_STOCK,
  DEMO_TERMINAL,
} from './demo-catalogue.ts';
import { findDemoMark, insertDemoMark } from './demo-mark.sql.ts';
import { makeDemoDesks } from './demo-desks.ts';
import { tellDemoIncident, tellDemoSales, throwDemoStop } from './demo-story.ts';
import { makeDemoSenders } from './demo-senders.ts';
import { makeMemberOfDemo, type DemoMember } from './demo-member.ts';
import { drawOperatorPasswords, makeDemoOperators, type DemoOperator } from './demo-operators.ts';

/**
 * The demo of an embedded database: an issuer with something of everything, so that whoever starts the
 * server can issue, activate, redeem and reverse at once. It is made in steps that may be done again:
 * a start that was killed half way is finished by the next one.
 */
export interface DemoTools {
  readonly connection: Connection;
  readonly catalogue: CatalogueHolder;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly random: Random;
  /** After clients have changed: this process shall know it at once. */
  readonly refreshClients: () => Promise<void>;
}

/** The secrets of the demo, in clear this once. */
export interface DemoSecrets {
  readonly apiKey: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly operators: readonly DemoOperator[];
  readonly member: DemoMember;
}

/** By the mark that its making leaves: an issuer may be called as the demo's by anybody. */
export async function hasDemo({ connection }: Pick<DemoTools, 'connection'>): Promise<boolean> {
  return (await findDemoMark(connection)).length > 0;
}

/** Whether a demo is to be made (or finished) here: in an empty database, or where it was begun. */
export async function isDemoUnfinished(tools: DemoTools): Promise<boolean> {
  if (tools.catalogue.current().issuers.size === 0) return true;
  if (!(await hasDemo(tools))) return false;
  const keys = await listApiKeys(demoDesk(tools), DEMO_CLIENT.key);
  return !keys.ok || keys.value.length === 0;
}

/** First half, before the engine is opened: what is sold, by whom, and who calls. Answers when its stop begins. */
export async function makeDemoParties(tools: DemoTools): Promise<Instant> {
  const { connection, clock } = tools;
  const by = { clock, actor: 'demo' };
  const desk: CatalogueDesk = { connection, ...by, record: recordAct(by), makesPast: true };
  const issuer = DEMO_ISSUER.key;
  await insertDemoMark(connection, { at: clock.now() }); // first: a demo that is half made is one
  made(await createIssuer(desk, DEMO_ISSUER));
  for (const wanted of DEMO_PROGRAMMES) made(await createProgramme(desk, issuer, wanted));
  for (const wanted of DEMO_PRODUCTS) made(await createProduct(desk, issuer, wanted));
  await bringInSale(desk);
  for (const wanted of DEMO_MERCHANTS) made(await createMerchant(desk, issuer, wanted));
  const catalogue = await tools.catalogue.refresh(connection);
  await makeDemoDesks(desk, catalogue, issuer);
  await makeDemoSenders(desk, catalogue, issuer);
  made(await setGiftShop(desk, catalogue, { issuer, seller: DEMO_GIFT_SHOP }));
  await makeClients(demoDesk(tools));
  return throwDemoStop({ connection, clock, catalogue, issuerId: demoIssuerId(catalogue) });
}

async function bringInSale(desk: CatalogueDesk): Promise<void> {
  const read = readImportFile(readFileSync(DEMO_SALE_FILE, 'utf8'));
  assert(read.ok, 'the demo has a file that can be read');
  const report = made(await importOffers(desk, DEMO_ISSUER.key, read.value.file));
  assert(report?.problems.length === 0, 'and that can be brought in');
}

async function makeClients(desk: ClientDesk): Promise<void> {
  const [merchant] = DEMO_MERCHANTS;
  const parties = {
    sellerId: 'mihon-mart',
    merchantId: present(merchant, 'the demo has merchants').key,
  };
  const clientId = DEMO_CLIENT.key;
  made(await createClient(desk, newClient.parse({ ...DEMO_CLIENT, ...parties, funding: 'funds' })));
  made(await createClient(desk, newClient.parse(HOUSE_CLIENT)));
  const partner = { clientId, productId: 'gift-code' };
  made(await createPartner(desk, newPartner.parse({ ...partner, partnerId: DEMO_PARTNER })));
  const mock = { ...partner, partnerId: DEMO_MOCK_PARTNER, isSandbox: true };
  made(await createPartner(desk, newPartner.parse(mock)));
  made(await createTerminal(desk, newTerminal.parse({ ...DEMO_TERMINAL, ...parties, clientId })));
}

/** Second half, when the engine runs: blank cards, paid-in funds, and last of all the keys. */
export async function makeDemoValue(
  tools: DemoTools,
  engine: Pick<Engine, 'submit'> & { readonly laneCount: number },
): Promise<DemoSecrets> {
  const passwords = drawOperatorPasswords(tools.random); // meanwhile
  const desk = demoDesk(tools);
  const clientIds = await readDemoClients(desk);
  const from = { clientId: clientIds.house, issuerId: desk.issuerId, arrivedAt: tools.clock.now() };
  const fund: Operation = {
    ...from,
    kind: 'fund',
    requestId: 'demo:fund',
    fundsOfClientId: clientIds.company,
    direction: 'in',
    amountMinor: DEMO_FUNDS_MINOR,
    unit: 'JPY',
  };
  const mint = openMint(tools.keys, tools.random, engine.laneCount);
  const stocks = DEMO_STOCK.map(({ product: key, faceMinor, count }) => {
    const product = present(
      desk.catalogue.findProduct(desk.issuerId, key),
      'the demo has its products',
    );
    // As many in each lane at every attempt: what one attempt has stocked the next one leaves.
    const cards = Array.from({ length: count }, (_none, place) =>
      mint.mintInLane(product, place % engine.laneCount),
    );
    return { productId: product.productId, faceMinor, cards };
  });
  const stockOperations = stocksByLane(stocks).map((stock): Operation => ({
    ...from,
    ...stock,
    requestId: `demo:stock:${stock.productId}:${stock.lane}`,
  }));
  await Promise.all([fund, ...stockOperations].map((operation) => submitOnce(engine, operation)));
  const { connection, clock } = tools;
  const { catalogue, issuerId } = desk;
  const story = { connection, clock, catalogue, issuerId, clientId: clientIds.company };
  await tellDemoSales(story, engine);
  await tellDemoIncident(story);
  return makeDemoKeys(tools, passwords);
}

interface StockedLane {
  readonly kind: 'stock';
  readonly productId: number;
  readonly lane: number;
  readonly cards: ReturnType<typeof newCard>[];
}

/** One operation a product and lane, whatever the faces: few large ones start sooner than many small. */
function stocksByLane(
  stocks: readonly { productId: number; faceMinor: bigint | null; cards: readonly MintedCard[] }[],
): StockedLane[] {
  const byLane = new Map<string, StockedLane>();
  for (const { productId, faceMinor, cards } of stocks) {
    for (const card of cards) {
      const key = `${productId}:${card.lane}`;
      const stock = byLane.get(key) ?? { kind: 'stock', productId, lane: card.lane, cards: [] };
      stock.cards.push(newCard(card, faceMinor));
      byLane.set(key, stock);
    }
  }
  return [...byLane.values()];
}

/** Cards are minted anew at each attempt: an id that is known already was stocked by the one before. */
async function submitOnce(engine: Pick<Engine, 'submit'>, operation: Operation): Promise<void> {
  try {
    await submitSurely(engine, operation);
  } catch (error) {
    if (!(error instanceof PieceRefused && error.refusal === 'request_id_reused')) throw error;
  }
}

/** New keys for the demo's company, new passwords for its operators: also what `kinken sandbox --renew` asks for. */
export async function makeDemoKeys(
  tools: DemoTools,
  passwords = drawOperatorPasswords(tools.random),
): Promise<DemoSecrets> {
  const desk = demoDesk(tools);
  const member = await makeMemberOfDemo(tools);
  const operators = await makeDemoOperators(tools, await passwords);
  const signing = made(await createSigningKey(desk, DEMO_PARTNER));
  const api = made(
    await createApiKey(desk, DEMO_CLIENT.key, newApiKey.parse({ scopes: DEMO_SCOPES }), null),
  );
  const { accessKeyId, secretAccessKey } = present(signing, 'a new signing key is shown');
  const { apiKey } = present(api, 'a new key is shown');
  return { apiKey, accessKeyId, secretAccessKey, operators, member };
}

/** Everything: the demo refuses to listen beyond this machine (R34). */
const DEMO_SCOPES = [...SCOPES];

async function readDemoClients(desk: ClientDesk): Promise<{ company: number; house: number }> {
  const clients = await listClients(desk);
  const idOf = (key: string) =>
    present(
      clients.find((client) => client.key === key),
      'the demo has its clients',
    ).clientId;
  return { company: idOf(DEMO_CLIENT.key), house: idOf(HOUSE_CLIENT.key) };
}

/** The desk at which the demo's clients are made; the issuer is there already. */
export function demoDesk(tools: DemoTools): ClientDesk {
  const catalogue = tools.catalogue.current();
  return {
    connection: tools.connection,
    keyRing: tools.keys,
    clock: tools.clock,
    random: tools.random,
    catalogue,
    issuerId: demoIssuerId(catalogue),
    actor: 'demo',
    refresh: tools.refreshClients,
  };
}

export function demoIssuerId(catalogue: Catalogue): number {
  return present(findIssuer(catalogue, DEMO_ISSUER.key), 'the demo has its issuer').issuerId;
}

/** What is there already was made by an attempt before; any other refusal is a mistake of ours. */
function made<Value>(result: Result<Value, string>): Value | undefined {
  if (result.ok) return result.value;
  assert(result.refusal === 'key_taken', `the demo is made of what is allowed: ${result.refusal}`);
  return undefined;
}
