import type { Engine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { SwitchboardHolder } from '../suspensions/index.ts';

/** What orders stand on. */
export interface OrderDesk {
  readonly database: Database;
  readonly engine: Pick<Engine, 'submit' | 'findRequest'>;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly openOrdersMax?: number; // of one client; absent: OPEN_ORDERS_MAX
}

/** Whose order it is; those of others do not exist. */
export interface OrderClient {
  readonly clientId: number;
  readonly issuerId: number;
}
