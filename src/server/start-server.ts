import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startWebhooks, WEBHOOK_POLICY } from '../feed/index.ts';
import { openEngine, type RunningEngine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { systemRandom } from '../kernel/crypto.ts';
import type { Logger } from '../kernel/log.ts';
import { SANDBOX_FILE } from '../demo/index.ts';
import { finishDemo, whyDemoCannotStart, type DemoPlace } from './demo.ts';
import { measureEngine } from './figures.ts';
import type { Rounds } from './every.ts';
import { openPublicStatus } from './open-incidents.ts';
import { openMemberSite } from './open-members.ts';
import { startMail } from './open-mail.ts';
import { openTill } from './open-till.ts';
import { openWalletServer } from './open-wallets.ts';
import { startSwitch } from './open-switch.ts';
import { startSchedule } from './schedule.ts';
import { readTlsFiles } from './tls-files.ts';
import { CannotStart, tryDoors } from './try-doors.ts';
import { watchDoors } from './watch-doors.ts';
import { type Foundation, openFoundation } from './foundation.ts';
import { openHttp } from './open-http.ts';

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

const REGION = 'us-east-1';
const NO_PUBLIC_URL =
  'KINKEN_PUBLIC_URL is not set: mail and feeds name this machine, and passkeys work at localhost alone';

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
  await tryDoors(options.config);
  const base = await openFoundation({ ...options, tls }, closers);
  const { config, database, log, clock, metrics } = base;
  const demo = await finishDemo(demoPlace(base), options.isDemoAsked);
  const reason = demo.isHere ? whyDemoCannotStart(config) : null;
  if (reason !== null) throw new CannotStart(reason);
  if (!demo.isHere && config.publicUrl === null) log.warn(NO_PUBLIC_URL);
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
  const members = await openMemberSite({ ...base, hasDemo: demo.isHere });
  closers.push(() => members.rounds.stop());
  const wallets = openWalletServer({ ...base, notices: members.notices }, seen, members.members);
  closers.push(() => wallets.rounds.stop());
  const shown = { ...base, tls, hasDemo: demo.isHere, status, watch, members, wallets };
  const httpUrl = await openHttp(shown, seen, state, closers);
  const till = await openTill(shown, wallets.wallets.engineWithBarcodes(seen), closers);
  const sandboxFile = await demo.finish(engine, { httpUrl, till });
  if (sandboxFile !== null) await status.lookAndShow(); // the demo's stop and outage, before 'ready'
  state.isStarting = false;
  if (demo.isHere && !existsSync(join(config.dataFolder, SANDBOX_FILE))) {
    log.warn(
      'The sandbox file is not there: "kinken sandbox --renew" makes new keys and writes it',
    );
  }
  return { httpUrl, till, database: database.kind, sandboxFile, hasDemo: demo.isHere };
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
