import type { FastifyPluginCallback } from 'fastify';
import type { ClientDirectory, GuessThrottle } from '../clients/index.ts';
import type { SwitchRouteParts } from '../console/index.ts';
import { orderRoutes } from '../doors/http/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import { isoInstant, type Clock, type Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import {
  cancelOpenOrders,
  concernsOrders,
  countOpenOrders,
  findUnresolvedSales,
  listOpenOrders,
  settleOrders,
  type OrderDesk,
} from '../orders/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { Scope, SwitchboardHolder } from '../suspensions/index.ts';
import { every, type Rounds } from './every.ts';

export interface OrderParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly log: Logger;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  readonly clients: ClientDirectory;
  readonly guesses: GuessThrottle;
}

export interface OpenOrders {
  readonly plugin: FastifyPluginCallback; // behind keys
  /** What the switch in the console shows of sales that are under way. */
  readonly facts: Pick<SwitchRouteParts, 'countOpenOrders' | 'findUnresolved' | 'cancelOpenOrders'>;
  readonly rounds: Rounds;
}

const SETTLE_EVERY_MS = 2_000;
const SHOWN_MAX = 50;

/** Orders put together: their routes, what the console shows of them, and what ends by itself. */
export function openOrders(parts: OrderParts, engine: RunningEngine): OpenOrders {
  const { database, log, clients, guesses, switches } = parts;
  const desk: OrderDesk = { ...parts, engine };
  return {
    plugin: orderRoutes({ desk, clients, guesses, switchboard: () => switches.current() }),
    facts: {
      countOpenOrders: (scope) =>
        countOpenOrders(database, parts.catalogue.current(), scope, parts.clock.now() + 1_000),
      findUnresolved: (scope, before) => findUnresolved(parts, scope, before),
      cancelOpenOrders: async (scope, at, onBefore) => {
        if (!concernsOrders(scope)) return null;
        await onBefore();
        const asked = { part: scope, before: at + 1_000, at };
        return cancelOpenOrders(database, parts.catalogue.current(), asked);
      },
    },
    rounds: every(SETTLE_EVERY_MS, log, 'orders', async () => void (await settleOrders(desk, log))),
  };
}

/** Orders that were there before the stop, and sales that wait for a person. */
async function findUnresolved(parts: OrderParts, part: Scope, before: Instant) {
  const { database } = parts;
  const catalogue = parts.catalogue.current();
  const page = { part, before, size: SHOWN_MAX };
  const [count, orders, items] = await Promise.all([
    countOpenOrders(database, catalogue, part, before),
    listOpenOrders(database, catalogue, { ...page, clientId: null, afterId: 0n }),
    findUnresolvedSales(database, catalogue, page),
  ]);
  const first = [
    ...items.map((item) => ({
      requestId: item.requestId,
      client: item.clientKey,
      at: isoInstant(item.openedAt),
      state: item.cause,
    })),
    ...orders.map((order) => ({
      requestId: order.requestId,
      client: order.clientKey,
      at: isoInstant(order.arrivedAt),
      state: order.state,
    })),
  ];
  return { count: count + items.length, first: first.slice(0, SHOWN_MAX) };
}
