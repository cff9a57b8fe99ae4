import type { Advice, PublicRecord } from '../incidents/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import type {
  BuyerDevice,
  BuyerLine,
  Catalogue,
  OfferConditions,
  Product,
  Seller,
  Tender,
} from '../programmes/index.ts';
import type { Switchboard } from '../suspensions/index.ts';

/** Ways of paying besides the phone bill that somebody has at hand. */
export type PayBy = 'cash' | 'card' | 'points';

/** "With this carrier, this device, this line, this amount: what can I buy now?" Null: not said. */
export interface Question {
  readonly carrier: string | null; // as tenders name it
  readonly device: BuyerDevice | null;
  readonly line: BuyerLine | null;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly productKey: string | null; // what is wanted
  readonly age: number | null;
  readonly contractKind: string | null; // as the carrier calls it
  readonly payBy: readonly PayBy[];
}

/** What a question is answered by: one version of the catalogue, the switch and the public record, at an instant. */
export interface Facts {
  readonly catalogue: Catalogue;
  readonly switchboard: Switchboard;
  readonly affecting: PublicRecord['affecting']; // what the public is told of outages
  readonly issuerIds: readonly number[];
  readonly at: Instant;
}

/** One purchase of a route: who sells what for which way of paying, and within what. */
export interface Step {
  readonly offerId: number;
  readonly seller: Seller;
  readonly product: Product;
  readonly tender: Tender;
  readonly leastMinor: bigint;
  readonly largestMinor: bigint; // in one purchase, the month's limit considered
  readonly facesMinor: readonly bigint[]; // of fixed faces those within; empty: any amount between
  readonly isAmountSold: boolean; // whether the amount asked for is one of them
  readonly monthLimit: MonthLimitRange | null;
  readonly leadTimeMs: number;
  readonly conditions: OfferConditions; // of the offer, and of sale that was resumed with some
  readonly until: Instant | null; // when it ends or stops, as far as that is announced
}

/** What of the month's limit is certain; the two differ where age or contract were not said. */
export interface MonthLimitRange {
  readonly leastMinor: bigint;
  readonly mostMinor: bigint;
}

/** A way to what is wanted. Two steps: the first loads a card that pays for the second. */
export interface PlannedRoute {
  readonly steps: readonly [Step] | readonly [Step, Step];
  readonly isAmountSold: boolean;
  /** Null for two steps: they are proposed for the amount that was asked for and no other. */
  readonly largestMinor: bigint | null;
  readonly leadTimeMs: number;
  readonly until: Instant | null;
  readonly advice: Advice; // whether what is bought can be activated and used now
}

export type ClosedCause =
  | 'suspended'
  | 'conditions_not_met' // sale goes on, for others than the asker
  | 'ended'
  | 'not_yet'
  | 'limit'; // the tender allows nothing at this age or contract

/** A way that would be one, and why it is not now. */
export interface ClosedRoute {
  readonly offerId: number;
  readonly seller: Seller;
  readonly product: Product;
  readonly tender: Tender;
  readonly cause: ClosedCause;
  readonly since: Instant | null;
  readonly until: Until | null; // null: nobody has said
  readonly conditions: OfferConditions | null;
  readonly suspensionId: number | null;
  readonly textJa: string | null; // what the public is told of it
  readonly textEn: string | null;
  readonly criteria: string | null; // for resuming
}

export interface Until {
  readonly at: Instant;
  readonly isCertain: boolean; // false: expected
}

/** Why nothing can be bought. `nothing_offered`: nobody sells it this way at all. */
export interface Nothing {
  readonly cause: ClosedCause | 'nothing_offered';
  readonly until: Until | null;
}

export interface Plan {
  readonly at: Instant;
  readonly routes: readonly PlannedRoute[];
  readonly closed: readonly ClosedRoute[];
  readonly nothing: Nothing | null; // null: there is a route for the amount asked for, or for others
  readonly isComplete: boolean; // false: more is sold than was looked at
}
