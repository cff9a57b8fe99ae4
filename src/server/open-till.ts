import { terminalDirectory, type DirectoryHolder } from '../clients/index.ts';
import {
  iso87,
  startTillHost,
  TILL_BOUNDS,
  vaps93,
  type TillHost,
  type TillHostParts,
} from '../doors/till/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import type { Logger } from '../kernel/log.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { TlsFiles } from './tls-files.ts';
import { atDoor } from './try-doors.ts';
import type { DoorWatch } from './watch-doors.ts';

interface TillParts {
  readonly config: Config;
  readonly clients: DirectoryHolder;
  readonly catalogue: CatalogueHolder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tls: TlsFiles;
  readonly watch: DoorWatch;
}

/** How long tills that are connected may take to fetch their last answers. */
const TILL_DRAIN_MS = 5_000;

/** The door of the tills, from its sockets to its figures. */
export async function openTill(
  base: TillParts,
  engine: RunningEngine,
  closers: (() => Promise<unknown>)[],
): Promise<TillHost> {
  const { config, clients, clock, log, metrics } = base;
  const messages = metrics.histogram({
    name: 'kinken_till_message_seconds',
    help: 'Till messages by type and response code, from bytes in to bytes out',
    labels: ['mti', 'code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  });
  const stopped = metrics.counter({
    name: 'kinken_till_terminals_stopped_total',
    help: 'Terminals stopped for naming too many unknown cards',
  });
  const { host, port } = config.till;
  const parts: TillHostParts = {
    host,
    port,
    tls: base.tls.till,
    bounds: TILL_BOUNDS,
    dialects: [iso87, vaps93],
    engine,
    directory: terminalDirectory(clients, () => base.catalogue.current()),
    clock,
    log,
    onMessage: ({ mti, responseCode, ms }) =>
      messages.observe({ mti, code: responseCode ?? 'none' }, ms / 1_000),
    onMissesExceeded: () => stopped.inc(),
    ...base.watch.till,
  };
  const till = await atDoor('till', config.till, () => startTillHost(parts));
  closers.push(() => till.close(TILL_DRAIN_MS));
  return till;
}
