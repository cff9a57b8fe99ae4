import { holdDirectory, type DirectoryHolder } from '../clients/index.ts';
import { databaseClock, monotonicMs, type Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { openKeyRing, type KeyRing } from '../kernel/crypto.ts';
import { migrate, type Database } from '../kernel/database/index.ts';
import { checkMasterKey } from '../ledger/index.ts';
import type { Logger } from '../kernel/log.ts';
import { readMasterKey } from '../kernel/master-key.ts';
import { createMetrics, type Metrics } from '../kernel/metrics.ts';
import type { Notices } from '../notices/index.ts';
import { holdCatalogue, type CatalogueHolder } from '../programmes/index.ts';
import { holdSwitchboard, type SwitchboardHolder } from '../suspensions/index.ts';
import { awaitDatabase } from './await-database.ts';
import { openMail } from './open-mail.ts';
import { keepTime } from './keep-time.ts';
import type { TlsFiles } from './tls-files.ts';

/** Everything below the doors. */
export interface Foundation {
  readonly config: Config;
  readonly log: Logger;
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** Not the database's time: how far the two are apart says nothing. */
  readonly isTimeMoved: boolean;
  readonly metrics: Metrics;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  readonly clients: DirectoryHolder;
  readonly notices: Notices;
}

export interface FoundationOptions extends Pick<Foundation, 'config' | 'log'> {
  readonly tls: TlsFiles;
  /** The time of a replay or a test, moved by hand; else the database's (R24). */
  readonly clock?: Clock;
}

export async function openFoundation(
  { config, log, clock: movedClock, tls }: FoundationOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Foundation> {
  const master = readMasterKey(config); // before a database is made that nobody could read later
  if (master.warning !== null) log.warn(master.warning);
  const keys = openKeyRing(master.bytes, {
    lookUp: config.lookUpKeyIds,
    sealing: config.sealingKeyIds,
  });
  const database = await awaitDatabase({ config, tls, log });
  closers.push(() => database.close());
  await migrate(database);
  await checkMasterKey(database, keys);
  const clock = movedClock ?? (await openDatabaseClock(database, log, closers));
  const catalogue = await holdCatalogue(database, clock);
  const switches = await holdSwitchboard(database, clock);
  const clients = await holdDirectory({ database, keyRing: keys, log });
  closers.push(async () => clients.close());
  const isTimeMoved = movedClock !== undefined;
  const metrics = createMetrics();
  const notices = await openMail({ config, log, database, keys, clock, metrics });
  const found = { config, log, database, keys, clock, isTimeMoved, metrics };
  return { ...found, catalogue, switches, clients, notices };
}

async function openDatabaseClock(
  database: Database,
  log: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<Clock> {
  const askedAt = monotonicMs();
  const clock = databaseClock(await database.readNow(), (askedAt + monotonicMs()) / 2);
  const time = keepTime({ database, clock, log });
  closers.push(() => time.stop());
  return clock;
}
