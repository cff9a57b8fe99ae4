import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Connection, Queryable } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import { appendAudit } from '../operators/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import { findClientByKey, insertAudit, lockAudit } from './change-clients.sql.ts';
import type { Client, ClientFunding } from './client.ts';

/** Every refusal of a change, in the order in which they are checked. */
export type ClientRefusal =
  | 'client_not_found'
  | 'api_key_not_found'
  | 'partner_not_found'
  | 'signing_key_not_found'
  | 'terminal_not_found'
  | 'webhook_not_found'
  | 'seller_not_found'
  | 'merchant_not_found'
  | 'product_not_found'
  | 'product_has_no_code' // a partner creates codes
  | 'scope_not_held' // a key cannot give what it does not have
  | 'key_taken'
  | 'url_not_allowed';

/** Who changes the clients of one issuer, and with what. */
export interface ClientDesk {
  readonly connection: Connection;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly random: Random;
  readonly catalogue: Catalogue;
  readonly issuerId: number;
  readonly actor: string; // `client:<key>`, or `command line`
  /** After a change has been committed: this process shall know it at once. */
  readonly refresh: () => Promise<void>;
}

export interface ActNamed {
  readonly act: string; // `client.create`
  readonly subject: string; // what it was done to, by its key
  readonly detail: Readonly<Record<string, unknown>>; // never a secret
}

/** One change: behind all others, with its audit row in the same transaction. A refused one leaves nothing. */
export async function changeClients<Value>(
  desk: ClientDesk,
  named: ActNamed,
  work: (on: Queryable) => Promise<Result<Value, ClientRefusal>>,
): Promise<Result<Value, ClientRefusal>> {
  const result = await desk.connection.transaction(async (transaction) => {
    await lockAudit(transaction);
    const worked = await work(transaction);
    if (worked.ok) await recordAct(desk)(transaction, named);
    return worked;
  });
  if (result.ok) await desk.refresh();
  return result;
}

/** Whoever changes something, and of which issuer; null: of none, or of all. */
export interface ActingAs extends Pick<ClientDesk, 'clock' | 'actor'> {
  readonly issuerId?: number | null;
}

/**
 * Writes one row into the staff's trail, in the transaction of its cause, as its last statement; also what
 * `programmes` is given as `record`. A row beside it moves the directory.
 */
export function recordAct({ clock, actor, issuerId = null }: ActingAs) {
  return async (on: Queryable, { act, subject, detail }: ActNamed): Promise<void> => {
    const at = clock.now();
    await lockAudit(on);
    await insertAudit(on, { at, actor, act, subject });
    await appendAudit(on, { at, issuerId, actor, kind: 'act', act, subject, detail });
  };
}

/** A client of the desk's issuer; another issuer's does not exist for it. */
export async function findClient(
  on: Queryable,
  issuerId: number,
  key: string,
): Promise<Client | undefined> {
  const [row] = await findClientByKey(on, { issuerId, key });
  return row && { ...row, funding: row.funding as ClientFunding };
}
