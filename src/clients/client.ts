import type { Scope } from './scopes.ts';

/** Who pays for what the client issues: its seller's receivable, or what it has paid in (R22). */
export type ClientFunding = 'seller' | 'funds';

/** A party that calls us: a company, not its key or terminal (R1). */
export interface Client {
  readonly clientId: number;
  readonly issuerId: number;
  readonly key: string;
  readonly name: string;
  readonly sellerId: number | null; // sells as
  readonly merchantId: number | null; // takes payment as
  readonly funding: ClientFunding;
  readonly isActive: boolean;
}

/** A client at the door, by one of its API keys. */
export interface Caller {
  readonly client: Client;
  readonly apiKeyId: number;
  readonly scopes: ReadonlySet<Scope>;
}
