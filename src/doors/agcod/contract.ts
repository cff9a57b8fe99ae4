import type { Unit } from '../../kernel/money.ts';
import type { Result } from '../../kernel/result.ts';
import type {
  Activity,
  Asker,
  CardReference,
  Funding,
  Operation,
  Balance,
  Outcome,
  RequestOutcome,
  Refusal,
} from '../../instruments/index.ts';
import type { Product } from '../../programmes/index.ts';

/**
 * What this door needs of the engine. The server gives the real one, tests a small one in memory.
 */
export interface AgcodEngine extends Activity {
  submit(operation: Operation): Promise<Outcome>;
  /** The outcome of a request of the asker; `card` as the request named it, null for an issue. */
  findRequest(asker: Asker, requestId: string, card: CardReference | null): Promise<RequestOutcome>;
  inquireBalance(asker: Asker, card: CardReference): Promise<Result<Balance, Refusal>>;
  /** What the asker may still spend of its paid-in funds, in minor units. */
  readFunds(asker: Asker, unit: Unit): Promise<bigint>;
}

/** A company that buys codes and activates cards over this door. */
export interface Partner {
  readonly partnerId: string; // 5 letters or digits, case matters; every request id starts with it
  readonly clientId: number;
  readonly issuerId: number;
  readonly productId: number; // what CreateGiftCard issues; of kind `code`
  readonly cardProductIds: readonly number[]; // the POSA products it may activate
  readonly sellerId: number;
  readonly funding: Funding;
  readonly unit: Unit;
  readonly isSandbox: boolean; // mock codes are answered only for a sandbox partner
  /** A second partner id of a sandbox partner, under which nothing but mock codes is answered. */
  readonly mockPartnerId: string | null;
  readonly callsPerSecondMax: number;
  readonly cancelWindowMs: number;
}

/**
 * Access keys and whose they are. The secret is compared by signature only, never sent or logged.
 */
export interface PartnerDirectory {
  findByAccessKey(accessKeyId: string): AccessKey | undefined;
}

export interface AccessKey {
  readonly secretAccessKey: string;
  readonly partner: Partner;
}

/** Products as the catalogue has them now: for the shape of card numbers and the largest face. */
export type FindProduct = (productId: number) => Product | undefined;
