import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import type { GuessThrottle } from '../clients/index.ts';
import { incidentRoutes, systemRoutes } from '../console/index.ts';
import {
  addSystems,
  advanceMaintenance,
  holdIncidents,
  missingSystems,
  stateAt,
  type IncidentHolder,
} from '../incidents/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { textOf } from '../kernel/locale.ts';
import type { Logger } from '../kernel/log.ts';
import type { Notices } from '../notices/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { SwitchboardHolder } from '../suspensions/index.ts';
import { openStatusBoard, statusSite, type StatusBoard } from '../web/index.ts';
import { every, type Rounds } from './every.ts';
import type { ConsoleShare } from './open-console.ts';
import { openSubscriptions } from './open-subscriptions.ts';

export interface IncidentParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  readonly keys: KeyRing;
  readonly notices: Notices;
  readonly hasDemo: boolean; // only then webhooks on this machine are spoken to
}

export interface PublicStatus {
  readonly holder: IncidentHolder;
  readonly board: StatusBoard;
  plugin(guesses: GuessThrottle): FastifyPluginCallback;
  readonly share: ConsoleShare;
  /** Where the pages say that they are, once it is known. */
  setOrigin(url: string): void;
  /** Now, and not with the next round: what has been told before is known and shown when this resolves. */
  lookAndShow(): Promise<void>;
  readonly rounds: Rounds;
}

/** What another process has changed is on the page of this one within this time. */
const LOOK_EVERY_MS = 400;
/** In which the pages speak; the documents speak UTC. */
const ZONE = 'Asia/Tokyo';
const UPKEEP_EVERY_MS = 2_000;
/** Where the pages of the status are kept, below the data folder. */
export const STATUS_FOLDER = 'status';

/** The public record: held in memory, looked after, and shown. */
export async function openPublicStatus(parts: IncidentParts): Promise<PublicStatus> {
  const { config, database, clock, log, catalogue, switches: switchboard } = parts;
  const places = () => catalogue.current();
  const holder = await holdIncidents({ connection: database, clock, places });
  let origin = config.publicUrl ?? '';
  const board = openStatusBoard({
    clock,
    log,
    incidents: holder,
    zone: ZONE,
    folder: join(config.dataFolder, STATUS_FOLDER),
    origin: () => origin,
    catalogue: places,
    switchboard: () => switchboard.current(),
  });
  const subscriptions = openSubscriptions(parts, {
    holder,
    zone: ZONE,
    addresses: parts.hasDemo ? 'loopback' : 'public',
    origin: () => origin,
  });
  let isCutOff = false;

  /** A database that is gone is said once, not several times a second. */
  async function look(): Promise<void> {
    try {
      await Promise.all([holder.refresh(database), switchboard.refresh(database)]);
      if (isCutOff) log.info('the public status hears of changes again');
      isCutOff = false;
    } catch (error) {
      if (!isCutOff) log.error({ error }, 'the public status hears of no changes');
      isCutOff = true;
    }
  }

  async function lookAndShow(): Promise<void> {
    await look();
    board.keepFresh(); // also without a database: then it says so
  }

  const rounds = [
    every(LOOK_EVERY_MS, log, 'status', lookAndShow),
    subscriptions.rounds,
    every(UPKEEP_EVERY_MS, log, 'systems and maintenance', () => keepRecord(parts, holder)),
  ];
  return {
    holder,
    board,
    plugin: (guesses) =>
      statusSite({ log, board, subscriptions: { ...subscriptions.parts, guesses } }),
    share: {
      routes: () => [incidentRoutes({ incidents: holder }), systemRoutes({ incidents: holder })],
    },
    setOrigin: (url) => {
      origin = config.publicUrl ?? url;
    },
    lookAndShow,
    rounds: {
      async stop() {
        await Promise.all(rounds.map((round) => round.stop()));
        await board.settled();
      },
    },
  };
}

/** Whoever is new in the catalogue gets its components; maintenance that has begun or ended is written down. */
async function keepRecord(
  { database, clock, catalogue }: Pick<IncidentParts, 'database' | 'clock' | 'catalogue'>,
  holder: IncidentHolder,
): Promise<void> {
  const { tree, incidents } = holder.current();
  const missing = missingSystems(catalogue.current(), tree);
  await addSystems(database, missing);
  const now = clock.now();
  const due = incidents.filter((incident) => stateAt(incident, now) !== incident.state);
  const desk = { connection: database, by: 'schedule', now };
  await advanceMaintenance(desk, due, (state) => {
    const key = state === 'in_progress' ? 'maintenance.began' : 'maintenance.ended';
    return { bodyJa: textOf('ja', key), bodyEn: textOf('en', key) };
  });
  if (missing.length > 0 || due.length > 0) await holder.refresh(database);
}
