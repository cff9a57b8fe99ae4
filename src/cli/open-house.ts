import { type RunningEngine, openEngine } from '../instruments/index.ts';
import { type ClientDesk, houseClientId as houseClientOf, recordAct } from '../clients/index.ts';
import { databaseClock, monotonicMs, type Clock } from '../kernel/clock.ts';
import { readConfig, type Config, type Environment } from '../kernel/config.ts';
import { openKeyRing, systemRandom, type KeyRing } from '../kernel/crypto.ts';
import { findPending, migrate, openDatabase, type Database } from '../kernel/database/index.ts';
import { checkMasterKey } from '../ledger/index.ts';
import { readMasterKey } from '../kernel/master-key.ts';
import {
  type CatalogueDesk,
  type CatalogueHolder,
  findIssuer,
  holdCatalogue,
  type Issuer,
} from '../programmes/index.ts';
import { NotDone, OnDatabaseOnly, WrongUse } from './command.ts';
import type { Invocation } from './command.ts';

/** A database that this command has opened itself: the embedded one for itself alone, or a PostgreSQL. */
export interface House {
  readonly config: Config;
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly catalogue: CatalogueHolder;
  /** Opened when it is first asked for. */
  engine(): Promise<RunningEngine>;
}

const ACTOR = 'command line';

/** Opens, works, closes again whatever happens. Throws FolderInUse when a server has the folder. */
export async function inHouse<Value>(
  environment: Environment,
  work: (house: House) => Promise<Value>,
): Promise<Value> {
  if ((environment['KINKEN_URL'] ?? '') !== '') throw new OnDatabaseOnly(ON_THE_DATABASE);
  const config = readConfig(environment);
  const { url, folder } = { url: config.databaseUrl, folder: config.dataFolder };
  const database = await openDatabase(url === null ? { folder } : { url });
  let opened: Promise<RunningEngine> | undefined;
  try {
    const keys = ringOf(config);
    await bringUpToDate(database, url !== null);
    await checkMasterKey(database, keys);
    const clock = databaseClock(await database.readNow(), monotonicMs());
    const catalogue = await holdCatalogue(database, clock);
    const random = systemRandom;
    const engine = () => (opened ??= openEngine({ database, keys, random, clock, catalogue }));
    return await work({ config, database, keys, clock, catalogue, engine });
  } finally {
    await (await opened)?.close();
    await database.close();
  }
}

/** A server that is named and cannot do it is not passed over. */
const ON_THE_DATABASE =
  'This is done on the database itself: unset KINKEN_URL, and stop the server first where it is embedded';

function ringOf(config: Config): KeyRing {
  const { bytes } = readMasterKey(config);
  return openKeyRing(bytes, { lookUp: config.lookUpKeyIds, sealing: config.sealingKeyIds });
}

/** A shared database is migrated by whoever deploys it, never in passing. */
async function bringUpToDate(database: Database, isShared: boolean): Promise<void> {
  if (!isShared) {
    await migrate(database);
    return;
  }
  const pending = await findPending(database);
  if (pending.length > 0) {
    throw new NotDone(
      `The database lacks ${pending.length} migrations: run "kinken migrate" first`,
    );
  }
}

/** The issuer that was named; the only one where there is only one. */
export function issuerOf(house: House, { values }: Invocation): Issuer {
  const catalogue = house.catalogue.current();
  const key = values.text('issuer');
  if (key !== undefined) {
    const issuer = findIssuer(catalogue, key);
    if (issuer === undefined) throw new NotDone(`There is no issuer "${key}"`);
    return issuer;
  }
  const [only, ...others] = catalogue.issuers.values();
  if (only === undefined) throw new NotDone('There is no issuer yet: kinken issuer create --help');
  if (others.length > 0) throw new WrongUse('There are several issuers: say which by --issuer');
  return only;
}

/** Of an issuer, or of none yet: an issuer's own auditor reads what concerns the issuer. */
export function catalogueDesk(
  { database, clock }: House,
  issuer?: Pick<Issuer, 'issuerId'>,
): CatalogueDesk {
  const record = recordAct({ clock, actor: ACTOR, issuerId: issuer?.issuerId ?? null });
  return { connection: database, clock, actor: ACTOR, record };
}

export function clientDesk(house: House, issuerId: number): ClientDesk {
  return {
    connection: house.database,
    keyRing: house.keys,
    clock: house.clock,
    random: systemRandom,
    catalogue: house.catalogue.current(),
    issuerId,
    actor: ACTOR,
    refresh: async () => undefined, // no door of this process reads the directory
  };
}

/** The issuer's own client, in whose name runs and imports are requests; made when it is first needed. */
export function houseClientId(house: House, issuerId: number): Promise<number> {
  return houseClientOf(clientDesk(house, issuerId));
}
