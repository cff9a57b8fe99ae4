import type { GuessThrottle } from '../clients/index.ts';
import type { Engine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Members } from '../members/index.ts';
import type { Notices } from '../notices/index.ts';
import type { Payments } from '../payments/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import type { SwitchboardHolder } from '../suspensions/index.ts';
import type { WalletDesk } from '../wallets/index.ts';

/** What gifts stand on. */
export interface GiftDesk {
  readonly database: Database;
  readonly engine: Pick<Engine, 'submit'>;
  readonly catalogue: CatalogueHolder;
  readonly switches: SwitchboardHolder;
  readonly payments: Payments;
  readonly wallets: Pick<WalletDesk, 'keep' | 'lock' | 'lockGiving' | 'takeGiven'>;
  readonly members: Pick<
    Members,
    'findById' | 'stepUp' | 'evidence' | 'limits' | 'spendWithin' | 'giveBackWithin'
  >;
  readonly notices: Pick<Notices, 'sendNotices'>;
  readonly guesses: Pick<GuessThrottle, 'admit' | 'settle'>;
  /** In whose name value is issued. */
  readonly houseClientId: (issuerId: number) => Promise<number>;
  /** Words that nobody has to read. */
  readonly isAbusive?: (text: string) => boolean;
  readonly keys: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a claim or a sending waits for the provider before it says how far it has come. */
  readonly patienceMs?: number;
}
