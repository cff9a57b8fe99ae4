import type { Result } from '../kernel/result.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import type { CardReference, Operation } from './operation.ts';
import type { Balance, Outcome, RequestOutcome } from './outcome.ts';
import type { Refusal } from './refusal.ts';

/** On whose behalf something is read: cards of another issuer do not exist for it. */
export interface Asker {
  readonly clientId: number;
  readonly issuerId: number;
}

/** One transfer of one card, as its history shows it. */
export interface CardTransfer {
  readonly transferId: bigint;
  readonly kind: string; // of the request that moved it
  readonly requestId: string;
  readonly decidedAt: Instant;
  readonly direction: 'in' | 'out';
  readonly amountMinor: bigint;
  readonly lotId: bigint | null;
}

/** What the doors may call. Every movement of value, from every door, goes through `submit`. */
export interface Engine {
  /** Decides, makes durable, then answers. Never rejects for anything a client did. */
  submit(operation: Operation): Promise<Outcome>;
  /** Not remembered (R5). Other issuer's, unknown and wrong are one refusal and the same statements. */
  inquireBalance(asker: Asker, card: CardReference): Promise<Result<Balance, Refusal>>;
  /** R6. `card` as the request named it; null for one that named none; undefined: look under any card. */
  findRequest(
    asker: Asker,
    requestId: string,
    card: CardReference | null | undefined,
  ): Promise<RequestOutcome>;
  /** Newest first; `before` is the transfer id to go on from. */
  listTransfers(
    asker: Asker,
    instrumentId: bigint,
    page: { before: bigint | null; size: number },
  ): Promise<Result<readonly CardTransfer[], Refusal>>;
  /** Paid-in funds that are left, over all lanes (R22). */
  readFunds(asker: Asker, unit: Unit): Promise<bigint>;
}
