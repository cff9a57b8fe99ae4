import { newClient } from '../clients/contract.ts';
import {
  createApiKey,
  createClient,
  createTerminal,
  recordAct,
  type ClientDesk,
} from '../clients/index.ts';
import { newCard, openEngine, openMint, submitSurely } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import type { Clock } from '../kernel/clock.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import { createOperator } from '../operators/index.ts';
import {
  createIssuer,
  createMerchant,
  createProduct,
  createProgramme,
  findIssuer,
  holdCatalogue,
  importOffers,
  readImportFile,
  type Catalogue,
  type CatalogueDesk,
  type CatalogueHolder,
} from '../programmes/index.ts';
import { setGiftShop } from '../gifts/index.ts';
import { writeOwner } from '../checks/index.ts';
import { writeDesk, writeUsage } from '../questions/index.ts';
import { createSystem } from '../incidents/index.ts';
import type { World } from './contract.ts';
import type { Memory } from './memory.ts';
import { ScenarioWrong } from './scenario.ts';
import type { Enlisted, Staff } from './staff.ts';

export interface WorldTools {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly memory: Memory; // learns the numbers of the cards
  /** The file that the world names for what is sold where, as text. */
  readonly sale: string | null;
}

/** Who can do something in the story, and by what. */
export interface People {
  readonly apiKeys: ReadonlyMap<string, string>; // by the keys of clients
  readonly staff: Staff;
}

/** Makes everything that the story stands on, before the server is started on the same folder. */
export async function makeWorld(world: World, tools: WorldTools): Promise<People> {
  const { database, clock } = tools;
  const actor = 'replay';
  const record = recordAct({ clock, actor });
  const desk: CatalogueDesk = { connection: database, clock, actor, record, makesPast: true };
  const issuer = world.issuer.key;
  made(await createIssuer(desk, world.issuer));
  for (const wanted of world.programmes) made(await createProgramme(desk, issuer, wanted));
  for (const wanted of world.products) made(await createProduct(desk, issuer, wanted));
  for (const wanted of world.merchants) made(await createMerchant(desk, issuer, wanted));
  if (tools.sale !== null) await bringIn(desk, issuer, tools.sale);
  const catalogue = await holdCatalogue(database);
  if (world.giftShop !== null) {
    const shop = { issuer, seller: world.giftShop };
    made(await setGiftShop(desk, catalogue.current(), shop));
  }
  await makeSystems(world, tools, catalogue.current());
  await makeDesks(world, desk, catalogue.current());
  const clientDesk = deskOf(tools, catalogue, issuer);
  const apiKeys = new Map<string, string>();
  for (const { scopes, ...wanted } of world.clients) {
    made(await createClient(clientDesk, wanted));
    const key = made(await createApiKey(clientDesk, wanted.key, { scopes }, null));
    apiKeys.set(wanted.key, key.apiKey);
  }
  for (const wanted of world.terminals) made(await createTerminal(clientDesk, wanted));
  await stockCards(world, tools, { catalogue, desk: clientDesk });
  return { apiKeys, staff: await enlist(world, tools, clientDesk.issuerId) };
}

async function makeSystems(
  { issuer, systems }: World,
  { database }: WorldTools,
  catalogue: Catalogue,
): Promise<void> {
  const { issuerId } = present(findIssuer(catalogue, issuer.key), 'the issuer was just made');
  const desk = { connection: database, issuerId, places: () => catalogue };
  for (const [position, { products, ...wanted }] of systems.entries()) {
    const productIds = products.map((key) => {
      const product = catalogue.findProduct(issuerId, key);
      return present(product, `the system's product ${key} is in the world`).productId;
    });
    made(await createSystem(desk, { ...wanted, productIds, position, issuerId, isShown: true }));
  }
}

async function makeDesks(
  { issuer, desks, usages, senders }: World,
  desk: CatalogueDesk,
  catalogue: Catalogue,
): Promise<void> {
  for (const wanted of senders) made(await writeOwner(desk, catalogue, issuer.key, wanted));
  for (const wanted of desks) made(await writeDesk(desk, catalogue, issuer.key, wanted));
  for (const { product, usage } of usages) {
    made(await writeUsage(desk, catalogue, { issuer: issuer.key, product }, usage));
  }
}

async function enlist(
  { operators }: World,
  { database, clock }: WorldTools,
  issuerId: number,
): Promise<Staff> {
  const staff = new Map<string, Enlisted>();
  const desk = { clock, random: systemRandom, actor: 'replay' };
  for (const { key, issuer: _, ...wanted } of operators) {
    const { invitation } = made(
      await database.transaction((on) => createOperator(on, desk, { ...wanted, issuerId })),
    );
    staff.set(key, { email: wanted.email, invitation });
  }
  return staff;
}

async function bringIn(desk: CatalogueDesk, issuer: string, text: string): Promise<void> {
  const read = readImportFile(text);
  if (!read.ok) {
    throw new ScenarioWrong(
      read.problems.map(({ line, sentence }) => ({ line, message: sentence })),
    );
  }
  const { problems } = made(await importOffers(desk, issuer, read.value.file));
  if (problems.length > 0) {
    const faults = problems.map(({ path, sentence }) => ({
      line: read.value.lineOf(path),
      message: sentence,
    }));
    throw new ScenarioWrong(faults);
  }
}

function deskOf(tools: WorldTools, catalogue: CatalogueHolder, issuer: string): ClientDesk {
  const current = catalogue.current();
  return {
    connection: tools.database,
    keyRing: tools.keys,
    clock: tools.clock,
    random: systemRandom,
    catalogue: current,
    issuerId: present(findIssuer(current, issuer), 'the issuer was just made').issuerId,
    actor: 'replay',
    refresh: async () => undefined,
  };
}

const STOCKER = newClient.parse({ key: 'replay-stock', name: 'Blank cards of the replay' });

/** Blank cards, named `<as>-1`, `<as>-2` ... by their numbers. */
async function stockCards(
  { stock }: World,
  { database, keys, clock, memory }: WorldTools,
  { catalogue, desk }: { readonly catalogue: CatalogueHolder; readonly desk: ClientDesk },
): Promise<void> {
  if (stock.length === 0) return;
  const { clientId } = made(await createClient(desk, STOCKER));
  const engine = await openEngine({ database, keys, random: systemRandom, clock, catalogue });
  const mint = openMint(keys, systemRandom, engine.laneCount);
  try {
    for (const { product: key, faceMinor, as, count } of stock) {
      const product = present(
        catalogue.current().findProduct(desk.issuerId, key),
        `the stock's product ${key} is in the world`,
      );
      const face = faceMinor === null ? null : BigInt(faceMinor);
      const minted = Array.from({ length: count }, () => mint.mintAnywhere(product));
      for (const [place, { number, code }] of minted.entries()) {
        memory.keep(`${as}-${place + 1}`, number);
        memory.keep(`${as}-${place + 1}-code`, code);
      }
      for (const [lane, cards] of Map.groupBy(minted, (card) => card.lane)) {
        await submitSurely(engine, {
          clientId,
          issuerId: desk.issuerId,
          arrivedAt: clock.now(),
          requestId: `replay:stock:${as}:${lane}`,
          kind: 'stock',
          productId: product.productId,
          lane,
          cards: cards.map((card) => newCard(card, face)),
        });
      }
    }
  } finally {
    await engine.close();
  }
}

function made<Value>(result: Result<Value, string>): Value {
  if (result.ok) return result.value;
  throw new Error(`the world of the scenario is refused: ${result.refusal}`);
}
