import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import {
  createGuessThrottle,
  holdDirectory,
  keepGuesses,
  partnerDirectory,
  type DirectoryHolder,
  type GuessThrottle,
} from '../clients/index.ts';
import { agcodDoor } from '../doors/agcod/index.ts';
import {
  administration,
  createHttpServer,
  suspensionRoutes,
  type HttpParts,
} from '../doors/http/index.ts';
import { readFeed, startWebhooks, WEBHOOK_POLICY } from '../feed/index.ts';
import { openActivity, openEngine, type RunningEngine } from '../instruments/index.ts';
import { databaseClock, monotonicMs, type Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { openKeyRing, systemRandom, type KeyRing } from '../kernel/crypto.ts';
import { migrate, type Database } from '../kernel/database/index.ts';
import { checkMasterKey } from '../ledger/index.ts';
import type { Logger } from '../kernel/log.ts';
import { readMasterKey } from '../kernel/master-key.ts';
import { createMetrics, type Metrics } from '../kernel/metrics.ts';
import type { Notices } from '../notices/index.ts';
import { holdCatalogue, type CatalogueHolder } from '../programmes/index.ts';
import { holdSwitchboard, phaseAt, type SwitchboardHolder } from '../suspensions/index.ts';
import { buySite, sendErrorPage, site } from '../web/index.ts';
import { SANDBOX_FILE } from '../demo/index.ts';
import { finishDemo, whyDemoCannotStart, type DemoPlace } from './demo.ts';
import { awaitDatabase } from './await-database.ts';
import { measureEngine } from './figures.ts';
import { judgeReadiness } from './readiness.ts';
import type { Rounds } from './every.ts';
import { administrationOf } from './administration-of.ts';
import { cardShare } from './open-cards.ts';
import { openChecks } from './open-checks.ts';
import { openConsole } from './open-console.ts';
import { openPublicStatus, type PublicStatus } from './open-incidents.ts';
import { openMemberSite, type MemberServer } from './open-members.ts';
import { openMail, outboxOf, startMail } from './open-mail.ts';
import { openOrders } from './open-orders.ts';
import { openTill } from './open-till.ts';
import { openGiving } from './open-giving.ts';
import { openWalletServer, type WalletServer } from './open-wallets.ts';
import { overviewShare } from './open-overview.ts';
import { openQuestions } from './open-questions.ts';
import { startSwitch, switchShare } from './open-switch.ts';
import { keepTime } from './keep-time.ts';
import { startSchedule } from './schedule.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';
import { watchDoors, type DoorWatch } from './watch-doors.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly log: Logger;
  /** A demo also where DATABASE_URL is set (`--demo`); an empty embedded database has one anyway. */
  readonly isDemoAsked: boolean;
  /** The time of a replay or a test, moved by hand; else the database's (R24). */
  readonly clock?: Clock;
}

export interface RunningServer {
  readonly httpUrl: string;
  readonly till: { readonly host: string; readonly port: number };
  readonly database: 'pglite' | 'postgres';
  /** Where the sandbox file was written, when this start wrote it. */
  readonly sandboxFile: string | null;
  /** The demo is in this database, made now or before. */
  readonly hasDemo: boolean;
  /** Takes nothing new, answers what it has taken, makes it durable, ends. */
  stop(): Promise<void>;
}

/** A start that was refused; the sentence says why and what to do. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

const REGION = 'us-east-1';

/** Everything below the doors. */
interface Foundation {
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

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const closers: (() => Promise<unknown>)[] = []; // undone in reverse order
  const stop = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
  };
  try {
    return { ...(await assemble(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  options: ServerOptions,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<RunningServer, 'stop'>> {
  const tls = readTlsFiles(options.config);
  const base = await openFoundation({ ...options, tls }, closers);
  const { config, database, log, clock, metrics } = base;
  const demo = await finishDemo(demoPlace(base), options.isDemoAsked);
  const reason = demo.isHere ? whyDemoCannotStart(config) : null;
  if (reason !== null) throw new CannotStart(reason);
  const figures = measureEngine(metrics);
  const engine = await openEngine({
    database,
    keys: base.keys,
    random: systemRandom,
    clock,
    catalogue: base.catalogue,
    switchboard: base.switches,
    lanesOfANewDatabase: config.laneCount,
    writers: config.writers,
    onBatch: (note) => figures.onBatch(note),
    onTrouble: ({ what, error }) => log.error({ error }, what),
  });
  closers.push(() => engine.close());
  metrics.reading(
    { name: 'kinken_operations_waiting', help: 'Operations that wait for their batch' },
    () => engine.waiting(),
  );
  const schedule = startBackground(base, engine, demo.isHere);
  closers.push(() => schedule.stop());
  const state = { isStarting: true };
  const status = await openPublicStatus({ ...base, hasDemo: demo.isHere });
  closers.push(() => status.rounds.stop());
  const watch = watchDoors({ ...base, holder: status.holder });
  closers.push(() => watch.rounds.stop());
  const seen = watch.observed(engine);
  const members = await openMemberSite(base);
  closers.push(() => members.rounds.stop());
  const wallets = openWalletServer(base, seen, members.members);
  closers.push(() => wallets.rounds.stop());
  const shown = { ...base, tls, hasDemo: demo.isHere, status, watch, members, wallets };
  const httpUrl = await openHttp(shown, seen, state, closers);
  const till = await openTill(shown, wallets.wallets.engineWithBarcodes(seen), closers);
  const sandboxFile = await demo.finish(engine, { httpUrl, till });
  state.isStarting = false;
  if (demo.isHere && !existsSync(join(config.dataFolder, SANDBOX_FILE))) {
    log.warn(
      'The sandbox file is not there: "kinken sandbox --renew" makes new keys and writes it',
    );
  }
  return { httpUrl, till, database: database.kind, sandboxFile, hasDemo: demo.isHere };
}

async function openFoundation(
  { config, log, clock: movedClock, tls }: ServerOptions & { readonly tls: TlsFiles },
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
  const catalogue = await holdCatalogue(database);
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

function demoPlace(base: Foundation): DemoPlace {
  const { database, catalogue, keys, clock, clients, config } = base;
  return {
    tools: {
      connection: database,
      catalogue,
      keys,
      clock,
      random: systemRandom,
      refreshClients: () => clients.refresh(),
    },
    isEmbedded: database.kind === 'pglite',
    dataFolder: config.dataFolder,
    region: REGION,
  };
}

function startBackground(base: Foundation, engine: RunningEngine, hasDemo: boolean): Rounds {
  const { database, catalogue, clock, keys, log, config } = base;
  const webhooks = startWebhooks({
    db: database,
    catalogue: () => catalogue.current(),
    clock,
    unseal: (sealed) => keys.unseal(sealed),
    jitter: () => systemRandom.below(1_000) / 1_000,
    log,
    // Only the demo, whose receivers are on this machine, may speak to it.
    policy: { ...WEBHOOK_POLICY, addresses: hasDemo ? 'loopback' : 'public' },
  });
  const schedule = startSchedule({
    database,
    catalogue,
    clock,
    keys,
    log,
    engine,
    dataFolder: config.dataFolder,
  });
  const mail = startMail(base.notices, log, config.dataFolder);
  const switchRounds = startSwitch({ ...base, hasDemo });
  return {
    async stop() {
      await Promise.all([webhooks.stop(), schedule.stop(), mail.stop(), switchRounds.stop()]);
    },
  };
}

async function openHttp(
  base: Foundation & {
    readonly tls: TlsFiles;
    readonly hasDemo: boolean;
    readonly status: PublicStatus;
    readonly watch: DoorWatch;
    readonly members: MemberServer;
    readonly wallets: WalletServer;
  },
  engine: RunningEngine,
  state: { readonly isStarting: boolean },
  closers: (() => Promise<unknown>)[],
): Promise<string> {
  const { config, keys, clock, log, catalogue } = base;
  const current = () => catalogue.current();
  const guesses = await openGuesses(base, closers);
  const { writers } = config;
  const overview = { ...base, writers, incidents: base.status.holder };
  const orders = openOrders({ ...base, guesses }, engine);
  closers.push(() => orders.rounds.stop());
  const administrating = administrationOf(base);
  const incidents = base.status.holder;
  const asking = { ...base, engine, guesses, incidents, administration: administrating };
  const questions = await openQuestions(asking);
  closers.push(() => questions.rounds.stop());
  const { members, wallets } = base;
  const people = { members: members.members, wallets: wallets.wallets };
  const giving = await openGiving({ ...base, ...people, engine, guesses });
  closers.push(() => giving.rounds.stop());
  const checks = await openChecks({
    ...base,
    administration: administrating,
    findMember: (cookie) => members.members.find(cookie),
  });
  closers.push(() => checks.rounds.stop());
  const staff = openConsole(base, [
    overviewShare(overview, engine),
    cardShare(base, engine),
    base.status.share,
    switchShare(base, orders.facts),
    questions.share,
    checks.share,
    members.share,
    giving.share,
    wallets.share,
  ]);
  closers.push(() => staff.rounds.stop());
  const parts = httpPartsOf(base, wallets.wallets.engineWithBarcodes(engine), state, guesses);
  const http = await createHttpServer(parts, {
    ...(base.tls.http !== null && { tls: base.tls.http }),
    trustedProxies: config.trustedProxies,
    sendErrorPage,
    plugins: [
      site({
        engine,
        guesses,
        keyRing: keys,
        random: systemRandom,
        clock,
        log,
        publicUrl: config.publicUrl,
        catalogue: current,
      }),
      agcodOver(base, engine),
      staff.plugin,
      base.status.plugin(guesses),
      questions.plugin,
      members.plugin,
      ...giving.plugins,
      wallets.plugin({ ...giving.told, guesses, inbox: members.inbox }),
      checks.plugin,
      ...outboxOf(base, base.hasDemo),
      buySite(parts),
    ],
    keyedPlugins: [
      administration(administrating),
      suspensionRoutesOf(base),
      orders.plugin,
      ...questions.keyedPlugins,
      checks.keyedPlugin,
    ],
  });
  closers.push(() => http.drain());
  const httpUrl = await http.listen(config.http);
  base.status.setOrigin(httpUrl);
  return httpUrl;
}

async function openGuesses(
  { database, keys, clock, log, metrics, watch }: Foundation & { readonly watch: DoorWatch },
  closers: (() => Promise<unknown>)[],
): Promise<GuessThrottle> {
  const guesses = createGuessThrottle({
    clock,
    log,
    metrics,
    hashAsker: (name) => Buffer.from(keys.askerHash(name)).toString('base64url'),
    isOutage: (visitor) => watch.isOutageFor(visitor),
  });
  const keeper = await keepGuesses({ throttle: guesses, database, clock, log });
  closers.push(() => keeper.close());
  return guesses;
}

/** What the HTTP door stands on. */
function httpPartsOf(
  base: Foundation & { readonly watch: DoorWatch; readonly status: PublicStatus },
  engine: RunningEngine,
  state: { readonly isStarting: boolean },
  guesses: GuessThrottle,
): HttpParts {
  const { database, clock, log, metrics, clients, catalogue } = base;
  const current = () => catalogue.current();
  return {
    engine,
    feed: { read: (query) => readFeed(database, current(), query) },
    clients,
    guesses,
    clock,
    log,
    metrics,
    catalogue: current,
    switchboard: () => base.switches.current(),
    outage: (client, at) => base.watch.outageAt(client, at),
    affecting: (attempt) => base.status.holder.current().affecting(attempt),
    readiness: async () =>
      state.isStarting
        ? [{ part: 'server', reason: 'it is still starting' }]
        : judgeReadiness(database, base.isTimeMoved ? null : clock, engine),
  };
}

function agcodOver(
  { database, keys, catalogue, switches, clients, clock, log, metrics }: Foundation,
  engine: RunningEngine,
): FastifyPluginCallback {
  const current = () => catalogue.current();
  const activity = openActivity({ database, keys, catalogue, laneCount: engine.laneCount });
  const answers = metrics.counter({
    name: 'kinken_agcod_answers_total',
    help: 'Answers of the AGCOD door',
    labels: ['operation', 'result'],
  });
  return agcodDoor({
    engine: { ...engine, ...activity },
    directory: partnerDirectory(clients, current),
    clock,
    log,
    findProduct: (productId) => current().products.get(productId),
    findSuspensionText(suspensionId, at) {
      const suspension = switches.current().find(suspensionId);
      return suspension && phaseAt(suspension, at)?.textEn;
    },
    countAnswer: (operation, result) => answers.inc({ operation, result }),
  });
}

function suspensionRoutesOf(base: Foundation): FastifyPluginCallback {
  const { database: connection, clock, switches, catalogue } = base;
  return suspensionRoutes({ connection, clock, switches, catalogue: () => catalogue.current() });
}
