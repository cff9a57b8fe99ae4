/** The status page over the world of FACTS 1.2, with a clock that tests move and a record that they change. */
import { incidentHolderOf } from '../../src/incidents/hold-record.ts';
import type { Incident } from '../../src/incidents/index.ts';
import { AT, PLACES, SYSTEMS } from '../../src/incidents/testing/konbini.ts';
import { MovedClock } from '../../src/kernel/clock.ts';
import type { Connection } from '../../src/kernel/database/index.ts';
import { createLog } from '../../src/kernel/log.ts';
import type { Catalogue } from '../../src/programmes/index.ts';
import { makeSwitchboard, type Suspension, type Switchboard } from '../../src/suspensions/index.ts';
import { openStatusBoard, type StatusBoard } from '../../src/web/index.ts';

export interface StatusWorld {
  readonly clock: MovedClock;
  readonly board: StatusBoard;
  tell(incidents: readonly Incident[]): Promise<void>;
  suspend(suspensions: readonly Suspension[]): void;
  /** The database answers again, or not. */
  database: 'answers' | 'down';
  confirm(): Promise<void>;
}

export const CATALOGUE = {
  ...PLACES,
  programmes: new Map(),
  tenders: new Map(),
  offers: { inForce: () => [] },
  sellerAt: (sellerId: number) => PLACES.sellers.get(sellerId),
  chainAt: (chainId: number) => PLACES.chains.get(chainId),
} as unknown as Catalogue;

export function openStatusWorld(folder: string | null = null): StatusWorld {
  const clock = new MovedClock(AT);
  const log = createLog({ level: 'error', isTerminal: false, write: () => undefined });
  let loaded = { version: 1, systems: SYSTEMS, incidents: [] as readonly Incident[] };
  const incidents = incidentHolderOf({ clock, places: () => CATALOGUE }, loaded, async () => {
    if (world.database === 'down') throw new Error('the database does not answer');
    return loaded;
  });
  let switchboard: Switchboard = makeSwitchboard([], 0);
  const board = openStatusBoard({
    clock,
    log,
    incidents,
    zone: 'Asia/Tokyo',
    folder,
    origin: () => 'https://status.example',
    catalogue: () => CATALOGUE,
    switchboard: () => switchboard,
  });
  const confirm = async (): Promise<void> => {
    await incidents.refresh(undefined as unknown as Connection).catch(() => undefined);
  };
  const world: StatusWorld = {
    clock,
    board,
    database: 'answers',
    confirm,
    async tell(told) {
      loaded = { ...loaded, version: loaded.version + 1, incidents: told };
      await confirm();
    },
    suspend(suspensions) {
      switchboard = makeSwitchboard(suspensions, switchboard.epoch + 1);
    },
  };
  return world;
}
