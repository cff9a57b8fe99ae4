/** A server over a small engine: clients, keys, a catalogue, a clock that tests move. */
import {
  createGuessThrottle,
  type GuessThrottle,
  type Client,
  type ClientDirectory,
  SCOPES,
  type Scope,
} from '../../src/clients/index.ts';
import type { HttpParts } from '../../src/doors/http/parts.ts';
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
} from '../../src/doors/http/server.ts';
import { MovedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { accepted, refused } from '../../src/kernel/result.ts';
import { createMetrics } from '../../src/kernel/metrics.ts';
import { makeCatalogue, type Catalogue, type Product } from '../../src/programmes/index.ts';
import { makeSwitchboard } from '../../src/suspensions/index.ts';
import { createFakeEngine, type FakeEngine } from './http-engine.ts';

export interface HttpWorld extends AsyncDisposable {
  readonly server: HttpServer;
  readonly parts: HttpParts;
  readonly engine: FakeEngine;
  readonly clock: MovedClock;
  readonly guesses: GuessThrottle;
  readonly logLines: string[];
  /** A key with these scopes (all of them without), of the shop or of another client. */
  key(scopes?: readonly Scope[], client?: Partial<Client>): string;
  call(request: WorldCall): Promise<WorldAnswer>;
}

export interface WorldCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
  readonly key?: string | null;
  readonly requestId?: string | null;
  readonly headers?: Record<string, string>;
}

export interface WorldAnswer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export const START = Date.UTC(2026, 3, 1, 3);

export const SHOP: Client = {
  clientId: 7,
  issuerId: 1,
  key: 'shop',
  name: 'Shop',
  sellerId: 21,
  merchantId: 31,
  funding: 'seller',
  isActive: true,
};

export async function openWorld(
  options: (parts: HttpParts) => HttpServerOptions = () => ({}),
): Promise<HttpWorld> {
  const clock = new MovedClock(START);
  const logLines: string[] = [];
  const log = createLog({
    level: 'debug',
    isTerminal: false,
    write: (line) => logLines.push(line),
  });
  const metrics = createMetrics({ withProcess: false });
  const engine = createFakeEngine();
  const keys = new Map<string, { client: Client; scopes: ReadonlySet<Scope>; apiKeyId: number }>();
  const hashAsker = (name: string) => name;
  const guesses = createGuessThrottle({ clock, log, metrics, hashAsker });
  const parts: HttpParts = {
    engine,
    clock,
    log,
    metrics,
    guesses,
    feed: {
      read: async ({ cursor, limit }) =>
        cursor === 'unknown'
          ? refused('cursor_invalid')
          : accepted({ events: [{ id: 'evt_1', limit }], cursor: 'n1', hasMore: false }),
    },
    clients: directoryOf(keys),
    catalogue: () => CATALOGUE,
    switchboard: () => makeSwitchboard([], 0),
    readiness: async () => [],
  };
  const server = await createHttpServer(parts, options(parts));
  let usual: string | undefined;

  function key(scopes: readonly Scope[] = SCOPES, client: Partial<Client> = {}): string {
    const made = `kk_${String(keys.size).padStart(43, 'k')}`;
    const apiKeyId = keys.size + 1;
    keys.set(made, { client: { ...SHOP, ...client }, scopes: new Set(scopes), apiKeyId });
    return made;
  }

  return {
    server,
    parts,
    engine,
    clock,
    guesses,
    logLines,
    key,
    async call({ method, url, body, key: given, requestId, headers = {} }) {
      usual ??= key();
      const isWrite = body !== undefined;
      const answer = await server.fastify.inject({
        method: method ?? (isWrite ? 'POST' : 'GET'),
        url,
        headers: {
          ...(given !== null && { authorization: `Bearer ${given ?? usual}` }),
          ...(isWrite && { 'content-type': 'application/json' }),
          ...(isWrite && requestId !== null && { 'idempotency-key': requestId ?? 'r-1' }),
          ...headers,
        },
        ...(isWrite && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const isJson = String(answer.headers['content-type']).includes('json');
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: isJson ? answer.json() : {},
        text: answer.body,
      };
    },
    [Symbol.asyncDispose]: () => server.drain(),
  };
}

function directoryOf(
  keys: ReadonlyMap<string, { client: Client; scopes: ReadonlySet<Scope>; apiKeyId: number }>,
): ClientDirectory {
  return {
    findCaller: (key) => keys.get(key),
    findClient: (issuerId, key) =>
      [...keys.values()].find(({ client }) => client.issuerId === issuerId && client.key === key)
        ?.client,
    findTerminal: () => undefined,
    activeTerminals: () => [],
    findSigningKey: () => undefined,
  };
}

const PRODUCT: Product = {
  productId: 1,
  programmeId: 1,
  issuerId: 1,
  key: 'gift-code',
  kind: 'code',
  nameJa: 'ギフトコード',
  nameEn: 'Gift code',
  unit: 'JPY',
  zone: 'Asia/Tokyo',
  graceDays: 14,
  facesMinor: [],
  faceMinMinor: 500n,
  faceMaxMinor: 50_000n,
  codeShape: null,
  numberShape: null,
  validityDays: 365,
  redeemsBy: ['code'],
  isReactivatable: false,
  isSoldByOfferOnly: false,
  limits: {
    balanceMaxMinor: null,
    loadMinMinor: null,
    loadMaxMinor: null,
    loadDayMaxMinor: null,
    loadMonthMaxMinor: null,
    redeemDayMaxMinor: null,
    redeemMonthMaxMinor: null,
  },
};

const named = (key: string) => ({ issuerId: 1, key, nameJa: key, nameEn: key });

export const CATALOGUE: Catalogue = makeCatalogue({
  version: 1,
  issuers: [{ issuerId: 1, key: 'hana', nameJa: 'はな商店', nameEn: 'Hana' }],
  programmes: [],
  products: [PRODUCT],
  sellers: [
    { sellerId: 21, chainId: null, ...named('konbini') },
    { sellerId: 22, chainId: null, ...named('online') },
  ],
  merchants: [
    { merchantId: 31, ...named('cafe') },
    { merchantId: 32, ...named('books') },
  ],
});
