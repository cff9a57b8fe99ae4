import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { Unit } from '../kernel/money.ts';
import type { Result } from '../kernel/result.ts';
import type { Balance } from '../instruments/index.ts';

/**
 * How an instrument came into a wallet. Moved: its value came from a code that is dead since; returned: it was kept
 * for the address of an account that was closed.
 */
export type HowKept = 'gift' | 'added' | 'moved' | 'returned';

/** One instrument of a member, as it is now. */
export interface Holding extends Balance {
  readonly memberId: string;
  readonly issuerId: number;
  readonly how: HowKept;
  readonly since: Instant;
}

/** An instrument that becomes a member's. */
export interface NewHolding {
  readonly memberId: string;
  readonly issuerId: number;
  readonly instrumentId: bigint;
  readonly how: HowKept;
}

/** Kept is also what was this member's already. */
export type KeepRefusal = 'held_by_another';

/** What a stop found in one instrument. */
export interface StoppedHolding {
  readonly instrumentId: bigint;
  readonly issuerId: number;
  readonly productId: number;
  readonly maskedNumber: string | null;
  readonly unit: Unit;
  readonly spendableMinor: bigint; // right before
  readonly heldMinor: bigint;
  /** False: it was voided, and there is nothing to freeze. */
  readonly isFrozen: boolean;
}

/** What cases and gifts need of the wallets. */
export interface WalletDesk {
  holdings(memberId: string): Promise<readonly Holding[]>;
  /** Before the rows of anything that is kept in them, by whoever keeps for several members in one transaction. */
  lock(on: Queryable, memberIds: readonly string[]): Promise<void>;
  /** Whose gifts this helper may send, until the end of the caller's transaction; null: nobody's. Before a gift's own locks. */
  lockGiving(
    on: Queryable,
    helper: { readonly helperId: string; readonly helperMember: string },
  ): Promise<{ readonly memberId: string; readonly acceptedAt: Instant | null } | null>;
  /** Counts a gift against the helper's day, exactly, and writes it into both histories. False: it is too much. */
  takeGiven(
    on: Queryable,
    given: {
      readonly helperId: string;
      readonly helperMember: string;
      readonly memberId: string;
      readonly amountMinor: bigint;
    },
  ): Promise<boolean>;
  /** Binds an instrument to a member, in the caller's transaction. It has one holder at a time. */
  keep(on: Queryable, holding: NewHolding): Promise<Result<undefined, KeepRefusal>>;
  /**
   * In the transaction of a case, before anything of gifts is locked: the wallet is stopped, and help that is new ends,
   * as a thief may have asked for it. Answers the ids of that help; `freezeAll` goes on from there.
   */
  stopAtOnce(on: Queryable, memberId: string, stop: WalletStop): Promise<readonly string[]>;
  /** Of each help by its id, as whoever is helped knows the helper: by name, or by the address that was asked. */
  namesOfHelp(helperIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Freezes every holding for a case, with the owner `case`, and stops the wallet: no barcode, no helper, nothing
   * added, and what arrives meanwhile is frozen, too. Done again it does nothing twice.
   */
  freezeAll(memberId: string, stop: WalletStop): Promise<readonly StoppedHolding[]>;
  /** Lifts what this case froze; what another case of the member still stops stays stopped. */
  unfreezeAll(memberId: string, stop: WalletStop): Promise<readonly Holding[]>;
}

export interface WalletStop {
  /** Stands in the request ids: `case:<number>:<instrument>`. */
  readonly caseNumber: string;
}
