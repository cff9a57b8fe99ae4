import type { CardReference } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';

/** What the screen or the clerk said; it tells the holder's device from the card. */
export const SIGHTS = ['not_accepted', 'already_used', 'limit', 'error_page', 'nothing'] as const;
export type Sight = (typeof SIGHTS)[number];

/** What somebody asks who stands there with a code that does not work. */
export interface CodeQuestion {
  readonly card: CardReference;
  /** What the asker holds it for; null: not said. */
  readonly productId: number | null;
  readonly bought: Bought;
  readonly tried: Tried;
}

export interface Bought {
  readonly sellerId: number | null;
  readonly chainId: number | null;
  readonly at: Instant | null;
  readonly amountMinor: bigint | null;
  /** The number that the receipt shows, as it was typed. */
  readonly receipt: string | null;
}

export interface Tried {
  readonly doing: 'use' | 'load';
  readonly merchantId: number | null;
  /** On a site or in a shop that is not one of ours. */
  readonly isElsewhere: boolean;
  readonly at: Instant | null;
  readonly country: string | null; // ISO 3166-1, two letters
  readonly amountMinor: bigint | null; // of a load
  readonly saw: Sight | null;
}
