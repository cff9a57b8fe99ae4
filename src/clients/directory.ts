import type { Caller, Client } from './client.ts';

/** A terminal as its row says, with the issuer of its client. */
export interface TerminalRow {
  readonly terminalId: number;
  readonly clientId: number;
  readonly issuerId: number;
  readonly merchantId: number;
  readonly sellerId: number;
  readonly merchantCode: string;
  readonly terminalCode: string;
  readonly dialect: string;
  readonly addresses: readonly string[];
  readonly certificateFingerprint: string | null;
  readonly valueMaxMinor: bigint | null;
  readonly missesMax: number;
  readonly isActive: boolean;
}

/** A partner and the access key that names it. */
export interface SigningKeyRow {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly partnerId: string;
  readonly client: Client;
  readonly productId: number;
  readonly isSandbox: boolean;
  readonly callsPerSecondMax: number;
}

/** Everything that calls us, as one immutable value; doors look in it without the database. */
export interface ClientDirectory {
  findCaller(apiKey: string): Caller | undefined;
  findClient(issuerId: number, key: string): Client | undefined;
  findTerminal(merchantCode: string, terminalCode: string): TerminalRow | undefined;
  activeTerminals(): Iterable<TerminalRow>;
  findSigningKey(accessKeyId: string): SigningKeyRow | undefined;
}
