import type { Instant } from '../../kernel/clock.ts';
import type { Unit } from '../../kernel/money.ts';
import type { Result } from '../../kernel/result.ts';
import type {
  CardReference,
  Funding,
  Operation,
  OperationKind,
  Balance,
  Outcome,
  RequestOutcome,
  Refusal,
} from '../../instruments/index.ts';
import type { Product } from '../../programmes/index.ts';

/** Who asks: a company, and the issuer whose cards exist for it. */
export interface Asker {
  readonly clientId: number;
  readonly issuerId: number;
}

/**
 * What this door needs of the engine. The server gives the real one, tests a small one in memory.
 */
export interface AgcodEngine {
  submit(operation: Operation): Promise<Outcome>;
  /** The outcome of a request of the asker; `card` as the request named it, null for an issue. */
  findRequest(asker: Asker, requestId: string, card: CardReference | null): Promise<RequestOutcome>;
  inquireBalance(asker: Asker, card: CardReference): Promise<Result<Balance, Refusal>>;
  /** The accepted activation under which the card is active now; null when there is none. */
  findActivation(asker: Asker, card: CardReference): Promise<Activation | null>;
  /** What the asker may still spend of its paid-in funds, in minor units. */
  readFunds(asker: Asker, unit: Unit): Promise<bigint>;
  /** What the client did from one instant (inclusive) to another (exclusive), oldest first. */
  listActivity(
    asker: Pick<Asker, 'clientId'>,
    fromInstant: Instant,
    toInstant: Instant,
    page: ActivityPage,
  ): Promise<{ readonly entries: readonly ActivityEntry[]; readonly next: string | null }>;
}

export interface ActivityPage {
  readonly afterSequence: string | null; // null: from the first
  readonly size: number;
}

/** One accepted request of a client. */
export interface ActivityEntry {
  readonly kind: OperationKind;
  readonly requestId: string; // as this door gave it to the engine
  readonly instrumentId: bigint | null;
  readonly maskedNumber: string | null;
  readonly amountMinor: bigint | null;
  readonly unit: Unit | null;
  readonly at: Instant;
}

/** How a card came to be active. Whose till it was decides who may deactivate it (R17). */
export interface Activation {
  readonly clientId: number;
  readonly requestId: string;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly expiresAt: Instant | null;
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

export const CALLS_PER_SECOND_MAX_DEFAULT = 10;
export const CANCEL_WINDOW_DEFAULT_MS = 15 * 60 * 1000;

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
