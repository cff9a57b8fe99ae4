import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import { type ClientDesk, houseClientId, listClients } from '../../clients/index.ts';
import {
  beginImport,
  closeItem,
  ColumnsRefused,
  continueRun,
  endImport,
  findImportById,
  findRunById,
  importPart,
  LINE_MAX,
  listRuns,
  openMint,
  PART_LINES_MAX,
  readItems,
  RUN_CARDS_MAX,
  type Run,
  shownRun,
  startRun,
  type RunningEngine,
} from '../../instruments/index.ts';
import { present } from '../../kernel/assert.ts';
import { isoInstant } from '../../kernel/clock.ts';
import { publicId } from '../../kernel/ids.ts';
import { accepted, refused } from '../../kernel/result.ts';
import type { Product } from '../../programmes/index.ts';
import { type AdminParts, type AdminRoute, idOf, registerAdminRoute } from './admin.ts';

export interface CardBaseParts extends AdminParts {
  readonly engine: Pick<RunningEngine, 'submit' | 'laneCount'>;
}

const SCOPE = 'admin:cards';
/** Made by one request in each lane: nearly a piece, seldom more than one. Some seconds of a machine that is busy. */
const CARDS_A_LANE = 450;
const PART_BYTES_MAX = 2 * 1024 * 1024;
const ITEMS_SHOWN = 1_000;

const newRun = z.strictObject({
  productId: z.string().min(1).max(40).describe('Key of the product'),
  cardCount: z.int().min(1).max(RUN_CARDS_MAX),
  faceMinor: z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable().default(null),
  recipient: z.string().max(4_100).nullable().default(null).describe('Public key of the printer'),
});
const newImport = z.strictObject({
  fileSha256: z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 of the file in hexadecimal'),
});
const line = z.string().max(LINE_MAX);
const newPart = z.strictObject({
  part: z.int().min(1).max(1_000_000).describe('From 1, in the order of the file'),
  firstLine: z.int().min(2).max(2_000_000_000).describe('Where it stands in the file'),
  columns: line.describe('The first line of the file'),
  lines: z.array(line).min(1).max(PART_LINES_MAX),
  isCodeKept: z.boolean().default(false).describe('Kept sealed, so that it can be shown again'),
});
const importEnd = z.strictObject({
  refusedCount: z.int().min(0).max(2_000_000_000).describe('Lines that were refused in all parts'),
});
const closing = z.strictObject({ note: z.string().trim().min(1).max(500) });

type Add = <Body extends z.ZodType>(route: AdminRoute<Body>) => void;

/** Cards by the thousand, and what the engine left for a person: what a command would do on the database itself. */
export function cardBase(parts: CardBaseParts): FastifyPluginCallback {
  return (server, _options, done) => {
    const kept = { ...parts, refreshCatalogue: async () => undefined }; // nothing here changes it
    const add: Add = (route) => registerAdminRoute(server, kept, route);
    addRuns(add, parts);
    addImports(add, parts);
    addItems(add, parts);
    done();
  };
}

function addRuns(add: Add, parts: CardBaseParts): void {
  const underWay = new Set<number>();
  add({
    method: 'GET',
    url: '/runs',
    scope: SCOPE,
    summary: 'Runs of blank cards, the newest hundred',
    async act({ clients: { issuerId } }) {
      const runs = await listRuns(parts.connection, issuerId);
      return accepted({ runs: runs.map((run) => shownRun(run, productOf(parts, run))) });
    },
  });
  add({
    method: 'POST',
    url: '/runs',
    scope: SCOPE,
    summary: 'Begin a run of blank cards; its cards are made by continuing it',
    body: newRun,
    async act(desks, { body: { productId, faceMinor, ...wanted } }) {
      const product = parts.catalogue().findProduct(desks.clients.issuerId, productId);
      if (product === undefined) return refused('product_not_found');
      const clientId = await houseClientId(desks.clients);
      const face = faceMinor === null ? null : BigInt(faceMinor);
      const asked = { ...wanted, product, clientId, faceMinor: face };
      const started = await startRun(desks.catalogue, asked);
      if (!started.ok) return started;
      const run = await findRunById(parts.connection, started.value);
      return accepted(shownRun(present(run, 'a run that was started is there'), product));
    },
  });
  add({
    method: 'POST',
    url: '/runs/:id/continuation',
    scope: SCOPE,
    summary:
      'Make more cards of a run, some ten thousand or all that it lacks: until its state is `made`',
    async act({ clients: { issuerId } }, { params }) {
      const run = await findRun(parts, issuerId, params['id']);
      if (run === undefined) return refused('run_not_found');
      if (underWay.has(run.runId)) return refused('run_under_way');
      underWay.add(run.runId);
      try {
        const { engine, keyRing, random } = parts;
        const mint = openMint(keyRing, random, engine.laneCount);
        const product = productOf(parts, run);
        let madeNow = 0;
        const onProgress = (more: number) => (madeNow += more);
        const most = engine.laneCount * CARDS_A_LANE;
        await continueRun({ ...parts, mint, onProgress }, run, product, most);
        const after = present(await findRunById(parts.connection, run.runId), 'a run stays');
        return accepted({ ...shownRun(after, product), madeNow });
      } finally {
        underWay.delete(run.runId);
      }
    },
  });
}

function addImports(add: Add, parts: CardBaseParts): void {
  const importing = async (issuerId: number, id: string | undefined) => {
    const found = await findImportById(parts.connection, idOf(id));
    return found?.issuerId === issuerId ? found : undefined;
  };
  add({
    method: 'POST',
    url: '/imports',
    scope: SCOPE,
    summary: 'Begin to bring in a card base from a file, or go on with it',
    body: newImport,
    async act(desks, { body }) {
      const { issuerId } = desks.clients;
      const fileHash = Buffer.from(body.fileSha256, 'hex');
      const clientId = await houseClientId(desks.clients);
      const begun = { issuerId, clientId, fileHash };
      const { importId } = await beginImport(desks.catalogue, begun);
      return accepted({ importId });
    },
  });
  add({
    method: 'POST',
    url: '/imports/:id/parts',
    scope: SCOPE,
    summary: 'Bring in some lines of the file; the same part again changes nothing',
    body: newPart,
    bodyBytesMax: PART_BYTES_MAX,
    async act(desks, { params, body: { isCodeKept, ...part } }) {
      const { issuerId } = desks.clients;
      const found = await importing(issuerId, params['id']);
      if (found === undefined) return refused('import_not_found');
      const { engine, keyRing: keys } = parts;
      const { record } = desks.catalogue;
      const tools = { ...parts, keys, laneCount: engine.laneCount, record };
      const wanted = { catalogue: parts.catalogue(), isCodeKept };
      try {
        return await importPart(tools, found, part, wanted);
      } catch (error) {
        if (error instanceof ColumnsRefused) return refused('columns_not_known');
        throw error;
      }
    },
  });
  add({
    method: 'POST',
    url: '/imports/:id/end',
    scope: SCOPE,
    summary: 'Say that all parts of the file are in',
    body: importEnd,
    async act({ clients: { issuerId }, catalogue: desk }, { params, body }) {
      const found = await importing(issuerId, params['id']);
      if (found === undefined) return refused('import_not_found');
      await endImport(desk, found, body.refusedCount);
      return accepted({ importId: found.importId });
    },
  });
}

function addItems(add: Add, parts: CardBaseParts): void {
  add({
    method: 'GET',
    url: '/items',
    scope: 'staff',
    summary: `Open items, the oldest ${ITEMS_SHOWN}: what the engine could not settle by itself`,
    async act({ clients }) {
      const { issuerId } = clients;
      const rows = await readItems(parts.connection, { issuerId, most: ITEMS_SHOWN });
      const keys = await clientKeys(clients);
      return accepted({
        items: rows.map(({ lane: _lane, clientId, itemId, instrumentId, openedAt, ...item }) => ({
          ...item,
          itemId: String(itemId), // beyond what JSON carries
          instrumentId: instrumentId === null ? null : publicId('ins', instrumentId),
          client: keys.get(clientId) ?? null,
          openedAt: isoInstant(openedAt),
        })),
      });
    },
  });
  add({
    method: 'POST',
    url: '/items/:id/closing',
    scope: 'staff',
    summary: 'Close an item that has been settled',
    body: closing,
    async act({ clients: desk, catalogue }, { params, body }) {
      const itemId = BigInt(/^[0-9]{1,18}$/.test(params['id'] ?? '') ? params['id']! : 0);
      const by = { issuerId: desk.issuerId, clientId: await houseClientId(desk) };
      const tools = { ...parts, record: catalogue.record };
      const closed = await closeItem(tools, { ...by, itemId, note: body.note });
      if (!closed.ok) return closed;
      return accepted({ itemId: String(itemId), closedAt: isoInstant(closed.value) });
    },
  });
}

async function findRun(
  { connection }: CardBaseParts,
  issuerId: number,
  id: string | undefined,
): Promise<Run | undefined> {
  const run = await findRunById(connection, idOf(id));
  return run?.issuerId === issuerId ? run : undefined;
}

function productOf(parts: CardBaseParts, run: Run): Product {
  return present(parts.catalogue().products.get(run.productId), 'a run is of a product');
}

async function clientKeys(desk: ClientDesk): Promise<ReadonlyMap<number, string>> {
  return new Map((await listClients(desk)).map(({ clientId, key }) => [clientId, key]));
}
