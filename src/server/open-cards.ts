import { houseClientId, listClients, type ClientDesk } from '../clients/index.ts';
import type { DirectoryHolder } from '../clients/index.ts';
import { cardRoutes } from '../console/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { SwitchboardHolder } from '../suspensions/index.ts';
import type { ConsoleShare } from './open-console.ts';

interface CardBase {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly catalogue: CatalogueHolder;
  readonly clients: DirectoryHolder;
  readonly switches: SwitchboardHolder;
}

/** What the desks look up in the console, and what they freeze. */
export function cardShare(base: CardBase, engine: RunningEngine): ConsoleShare {
  const { database, keys, clock, catalogue, clients, switches } = base;
  const deskOf = (issuerId: number): ClientDesk => ({
    connection: database,
    keyRing: keys,
    clock,
    random: systemRandom,
    catalogue: catalogue.current(),
    issuerId,
    actor: 'server',
    refresh: () => clients.refresh(),
  });
  const routes = cardRoutes({
    desk: { database, keys, clock, catalogue, laneCount: engine.laneCount },
    engine,
    random: systemRandom,
    clientsOf: (issuerId) => listClients(deskOf(issuerId)),
    houseClientId: (issuerId) => houseClientId(deskOf(issuerId)),
    switchboard: () => switches.current(),
  });
  return { routes: () => [routes] };
}
