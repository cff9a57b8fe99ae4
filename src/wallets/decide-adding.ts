import type { Product } from '../programmes/index.ts';

/**
 * How a card comes into a wallet, by its product's data: bound as it is, its number and code good as before; or
 * moved, so that nobody who has seen the code has anything.
 */
export type WayIn = 'bind' | 'move';

/** A code is moved where a member may use what is behind it without the code; a card that is loaded again is bound. */
export function wayInto({ kind, codeShape, redeemsBy }: Product): WayIn {
  const isMovable = redeemsBy.includes('code') && redeemsBy.includes('member');
  return kind !== 'prepaid' && codeShape !== null && isMovable ? 'move' : 'bind';
}

/** What somebody has who has bought the card, and not who has seen its number on a rack. */
export interface PurchaseProof {
  readonly amountMinor: bigint;
  readonly day: string; // YYYY-MM-DD, in the programme's zone
}

export interface ValueIn {
  readonly amountMinor: bigint;
  readonly day: string;
}

/** One of the newest payments onto the card, by its day and amount. */
export function isProof(proof: PurchaseProof, paid: readonly ValueIn[]): boolean {
  return paid.some(
    ({ amountMinor, day }) => amountMinor === proof.amountMinor && day === proof.day,
  );
}
