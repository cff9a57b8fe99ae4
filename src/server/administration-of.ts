import { keepCopies } from '../backup/index.ts';
import type { DirectoryHolder } from '../clients/index.ts';
import type { AdminParts } from '../doors/http/index.ts';
import { latestCursor } from '../feed/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { systemRandom, type KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';

/** What administration over HTTP stands on, of this server. */
export function administrationOf(base: {
  readonly config: Config;
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly catalogue: CatalogueHolder;
  readonly clients: DirectoryHolder;
}): AdminParts {
  const { database, keys, clock, catalogue, clients, config } = base;
  return {
    connection: database,
    keyRing: keys,
    clock,
    random: systemRandom,
    catalogue: () => catalogue.current(),
    refresh: () => clients.refresh(),
    refreshCatalogue: () => catalogue.refresh(database),
    feedHead: () => latestCursor(database),
    copies: keepCopies({ database, dataFolder: config.dataFolder, clock }),
  };
}
