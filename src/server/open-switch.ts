import {
  catalogueRoutes,
  importRoutes,
  offerRoutes,
  saleRoutes,
  suspensionRoutes,
  type SwitchRouteParts,
} from '../console/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import { systemRandom } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import {
  openTeller,
  switchApprovals,
  TELLING_POLICY,
  type SwitchboardHolder,
} from '../suspensions/index.ts';

import { every, type Rounds } from './every.ts';
import type { ConsoleShare } from './open-console.ts';

export interface SwitchParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly log: Logger;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  /** Only the demo, whose receivers are on this machine, may speak to it. */
  readonly hasDemo: boolean;
}

/** A process without sales reads no batches, and its pages must say what is sold and stopped all the same. */
const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 500;

/** What happens by itself around the switch: this process hears of changes, and sellers are told of them. */
export function startSwitch(parts: SwitchParts): Rounds {
  const { database, clock, keys, log, catalogue, switches } = parts;
  const teller = openTeller({
    on: database,
    clock,
    log,
    policy: { ...TELLING_POLICY, addresses: parts.hasDemo ? 'loopback' : 'public' } as const,
    unseal: (sealed: Uint8Array) => keys.unseal(sealed),
    jitter: () => systemRandom.below(1_000) / 1_000,
    catalogue: () => catalogue.current(),
    switches,
  });
  const rounds = [
    every(LOOK_EVERY_MS, log, 'switch', async () => {
      await Promise.all([switches.refreshIfMoved(database), catalogue.refresh(database)]);
    }),
    every(TELL_EVERY_MS, log, 'tellings', async () => void (await teller.round())),
  ];
  return {
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
      await teller.settled();
    },
  };
}

type OrderFacts = Pick<SwitchRouteParts, 'countOpenOrders' | 'findUnresolved' | 'cancelOpenOrders'>;

/** The switch in the console: its routes, and what of it needs a second person. */
export function switchShare(base: Omit<SwitchParts, 'hasDemo'>, orders: OrderFacts): ConsoleShare {
  const { database: connection, clock, switches, catalogue } = base;
  const current = () => catalogue.current();
  return {
    handlers: switchApprovals({ connection, clock, switches, catalogue: current }),
    routes: (approvals) => [
      suspensionRoutes({ ...orders, switches, approvals }),
      catalogueRoutes({ switchboard: () => switches.current() }),
      offerRoutes({ refreshCatalogue: () => catalogue.refresh(connection) }),
      saleRoutes({ refreshCatalogue: () => catalogue.refresh(connection) }),
      importRoutes({ refreshCatalogue: () => catalogue.refresh(connection) }),
    ],
  };
}
