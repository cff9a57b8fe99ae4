import type { Gifts } from '../gifts/index.ts';
import type { CardStories } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { FoundMember, Members } from '../members/index.ts';
import type { Inbox, Notices } from '../notices/index.ts';
import type { WalletDesk } from '../wallets/index.ts';

export interface CaseParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  readonly notices: Pick<Notices, 'sendNotice'>;
  readonly inbox: Inbox;
  readonly members: Pick<
    Members,
    | 'findById'
    | 'findByEmail'
    | 'findBarred'
    | 'ownerOfAddress'
    | 'ownerOfPhone'
    | 'addresses'
    | 'addressesOf'
    | 'cancelWaiting'
    | 'holdChanges'
    | 'allowChanges'
    | 'releaseUnstopped'
    | 'endAllSessions'
    | 'evidence'
    | 'stepUp'
  >;
  readonly wallets: Pick<
    WalletDesk,
    'holdings' | 'stopAtOnce' | 'namesOfHelp' | 'freezeAll' | 'unfreezeAll'
  >;
  readonly gifts: Pick<
    Gifts,
    'voidAllOf' | 'allowSending' | 'sentBy' | 'givenBy' | 'refund' | 'takeBack'
  >;
  readonly stories: CardStories;
  /** Whose staff sees the case of a member who has nothing yet. */
  issuerIds(): readonly number[];
  /** For tests: how many rows a statement takes at once. */
  readonly sizes?: {
    readonly erasedAtOnce?: number;
    readonly giftsAtOnce?: number;
    readonly eventsAtOnce?: number;
    readonly holdingsAtOnce?: number;
  };
}

/** The member of a case. */
export type CaseMember = FoundMember;
