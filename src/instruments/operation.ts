import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import type { Buyer } from '../programmes/index.ts';

/**
 * How a card is named. The text of a code is normalised and hashed before the write path
 * (`names.ts`) and is never stored; a door passes on what its client sent.
 */
export type CardReference =
  | { readonly by: 'code'; readonly code: string }
  | { readonly by: 'number'; readonly number: string }
  /** What a wallet shows at a till. It leads to an instrument before it comes here (`src/wallets`), or to nothing. */
  | { readonly by: 'barcode'; readonly barcode: string }
  | { readonly by: 'instrument'; readonly instrumentId: bigint };

/** Who pays for value that is issued, activated or loaded. */
export type Funding =
  | { readonly from: 'seller'; readonly sellerId: number } // debits the seller's receivable
  | { readonly from: 'funds'; readonly clientId: number }; // draws on the client's paid-in funds (R22)

export type LotClass = 'paid' | 'free' | 'limited';
export type FreezeOwner = 'member' | 'support' | 'fraud' | 'case' | 'item';

/** What every operation carries. The door fills it in; nothing below a door knows a protocol. */
export interface Envelope {
  readonly clientId: number; // the company, not its key or terminal (R1)
  readonly issuerId: number; // cards of another issuer do not exist for this client
  readonly requestId: string; // 1 to 128 printable ASCII characters, chosen by the client (R1)
  readonly arrivedAt: Instant;
  /** The protocol forbids the same id with another card: a table of ids in the id's lane keeps it (R2). */
  readonly requestIdIsExclusive?: boolean;
  /** It tells what has happened already (0220): what cannot be applied becomes an item for a person (R18). */
  readonly isAdvice?: boolean;
  /** Of an issue, activation or load. */
  readonly sale?: Sale;
  /** Of a redemption, hold or move. */
  readonly place?: Place;
  /** When its order arrived: that instant judges the sale. Set by `src/orders`, never by a door. */
  readonly soldAt?: Instant;
  /** What its order is for: a card of another product is not sold by it. Set beside `soldAt`. */
  readonly soldProductId?: number;
}

/** How something is sold, as far as the seller says it (R20, R21). */
export interface Sale {
  readonly sellerId: number | null; // who sells; null: the seller that pays
  readonly tenderId: number | null;
  /** The door took the tender for granted, nobody said it: a repeat stays one when the catalogue has changed (R3). */
  readonly isTenderAssumed?: true;
  readonly shopId: number | null;
  /** What pays: phone contract, account or card, as the seller names it. Stored only as a keyed hash. */
  readonly contract: string | null;
  readonly contractKind: string | null; // as the carrier calls it, where limits tell them apart
  readonly age: number | null; // of the contract's holder, in years
  readonly buyer: Buyer | null;
}

/** Where value is used: the seller whose shop it is, when it is a shop of a seller (R20). */
export interface Place {
  readonly sellerId: number;
}

export interface Issue {
  readonly kind: 'issue';
  readonly productId: number;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly funding: Funding;
}
export interface Activate {
  readonly kind: 'activate';
  readonly card: CardReference;
  readonly amountMinor: bigint | null; // null: the card's own face
  readonly unit: Unit | null;
  readonly funding: Funding;
}
export interface Deactivate {
  readonly kind: 'deactivate';
  readonly card: CardReference;
  /** Only value that was paid for like this is taken back; absent: whoever paid (staff, or the door has asked). */
  readonly soldBy?: Funding;
}
export interface Load {
  readonly kind: 'load';
  readonly card: CardReference;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly lotClass: LotClass;
  readonly funding: Funding;
}
export interface Redeem {
  readonly kind: 'redeem';
  readonly card: CardReference;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly merchantId: number;
  readonly isPartialAllowed: boolean; // take what is there when it is less
}
export interface Return {
  readonly kind: 'return';
  readonly card: CardReference;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly merchantId: number;
  readonly originalRequestId: string | null; // null: the newest redemptions of this merchant (R10)
}
export interface Hold {
  readonly kind: 'hold';
  readonly card: CardReference;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly merchantId: number;
  readonly durationMs: number; // 1 second to 31 days
}
export interface Capture {
  readonly kind: 'capture';
  readonly holdId: bigint;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly isFinal: boolean; // releases what is left
}
export interface Release {
  readonly kind: 'release';
  readonly holdId: bigint;
}
export interface Freeze {
  readonly kind: 'freeze';
  readonly card: CardReference;
  readonly owner: FreezeOwner;
  readonly reason: string; // 1 to 200 characters
}
export interface Unfreeze {
  readonly kind: 'unfreeze';
  readonly card: CardReference;
  readonly owner: FreezeOwner;
}
export interface Void {
  readonly kind: 'void';
  readonly card: CardReference;
  readonly reason: string;
}
export interface Move {
  readonly kind: 'move';
  readonly card: CardReference;
  /** Null: a new card of the same product, which nobody has a code of. */
  readonly to: CardReference | null;
  readonly amountMinor: bigint | null; // null: everything that can be spent
  readonly unit: Unit | null;
}
export interface Reverse {
  readonly kind: 'reverse';
  readonly originalRequestId: string;
  /** As the original named it; null for an original that named none (issue). */
  readonly card: CardReference | null;
  readonly holdId: bigint | null; // for a capture or release, which name a hold
}
/** The programme's own clock: ends every lot whose day has come. Made by the server, never by a client. */
export interface Expire {
  readonly kind: 'expire';
  readonly instrumentId: bigint;
}
/** Pays into a client's funds, or takes out of them. */
export interface Fund {
  readonly kind: 'fund';
  readonly fundsOfClientId: number;
  readonly direction: 'in' | 'out';
  readonly amountMinor: bigint;
  readonly unit: Unit;
}
/** A person has settled an item: what was found and done stays with it. */
export interface CloseItem {
  readonly kind: 'close_item';
  readonly itemId: bigint;
  readonly note: string; // 1 to 500 characters
}
/** One lane's share of a run of blank cards, or of an import of a card base. Made by the server. */
export interface Stock {
  readonly kind: 'stock';
  readonly productId: number;
  readonly lane: number; // every card of the operation lives in this lane
  readonly cards: readonly NewCard[];
}

/** A card as minted or as imported: what may be known of it is hashed or sealed already. */
export interface NewCard {
  readonly number: string | null;
  readonly code: HiddenCode | null;
  readonly faceMinor: bigint | null; // null: variable
  /** Only for imports: value that the card has already. */
  readonly opening: {
    readonly balanceMinor: bigint;
    readonly expiresAt: Instant | null;
    readonly lotClass: LotClass;
  } | null;
}

/** A code as the write path may see it. */
export interface HiddenCode {
  readonly name: string; // keyed hash for look-up, with the id of its key
  /** Where it would stand if it had come in under another look-up key; none for one that we mint: those never meet. */
  readonly otherNames?: readonly string[];
  readonly homeLane: number; // the lane its keyed hash gives; a signpost stands there if it is another
  readonly sealed: Uint8Array | null; // AES-256-GCM with the id of its key; null when it is never shown again
  readonly lastFour: string;
}

export type Act =
  | Issue
  | Activate
  | Deactivate
  | Load
  | Redeem
  | Return
  | Hold
  | Capture
  | Release
  | Freeze
  | Unfreeze
  | Void
  | Move
  | Reverse
  | Expire
  | Fund
  | CloseItem
  | Stock;

export type Operation = Envelope & Act;
export type OperationKind = Act['kind'];
