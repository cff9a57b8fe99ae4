import type { Engine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Logger } from '../kernel/log.ts';
import type { Members } from '../members/index.ts';
import type { Notices } from '../notices/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import { listOpenStops } from './wallets.sql.ts';

/** By which an account ends. */
export type MemberEnd = 'closed' | 'died';

export interface WalletParts {
  readonly connection: Connection;
  readonly engine: Pick<Engine, 'submit' | 'inquireBalance' | 'listTransfers'>;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
  readonly notices: Pick<Notices, 'sendNotice'>;
  readonly members: Pick<
    Members,
    | 'barAccount'
    | 'cancelWaiting'
    | 'closeAccount'
    | 'endAllSessions'
    | 'findById'
    | 'giveBackWithin'
    | 'limits'
    | 'spendWithin'
    | 'unbarAccount'
  >;
  readonly catalogue: () => Catalogue;
  /**
   * What else of a member ends with the account, in the transaction that ends it: gifts that are out, and ways to
   * pay. Called behind the lock of the wallet, once.
   */
  readonly onMemberEnd?: (on: Queryable, memberId: string, why: MemberEnd) => Promise<void>;
  /** The account is open again, and no case stops it: gifts may be sent. */
  readonly onMemberBack?: (on: Queryable, memberId: string) => Promise<void>;
  /** As whom the issuer itself acts. */
  readonly houseClientId: (issuerId: number) => Promise<number>;
}

/** A keyed hash by which an address is found again, and not read. */
export function hashOfMail({ keyRing }: Pick<WalletParts, 'keyRing'>, email: string): Uint8Array {
  return keyRing.tokenHash(`wallet mail ${email.trim().toLowerCase()}`);
}

export async function isStopped(on: Queryable, memberId: string): Promise<boolean> {
  return (await listOpenStops(on, { memberId })).length > 0;
}

/** Of whoever helps, and whoever is helped. */
export async function isEitherStopped(on: Queryable, one: string, other: string): Promise<boolean> {
  return (await isStopped(on, one)) || (await isStopped(on, other));
}
