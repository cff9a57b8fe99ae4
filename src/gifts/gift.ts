import type { Instant } from '../kernel/clock.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Unit } from '../kernel/money.ts';
import type { DeclineReason, PaymentPlan, PaymentState } from '../payments/index.ts';
import type { ClaimSign } from './decide-claim.ts';
import type { GiftState } from './next-gift-state.ts';

/** How the claim code reaches the recipient: by our mail, by the sender's own hand, or on paper. */
export type GiftChannel = 'mail' | 'link' | 'print';

/** What can be sent: a product for a tender, at the issuer's own shop. */
export interface GiftRoute {
  readonly issuerId: number;
  readonly productId: number;
  readonly tenderId: number;
  readonly unit: Unit;
  readonly amountMinMinor: bigint;
  readonly amountMaxMinor: bigint;
  readonly facesMinor: readonly bigint[]; // empty: any amount between the two
  readonly mayBeLater: boolean; // a gift of another day can be paid so
  /** When the sender is charged, for a gift that stays open so many days. Null: this tender pays none. */
  planFor(openDays: number): PaymentPlan | null;
}

export interface GiftPicture {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly bytes: Uint8Array; // looked at before it comes here: it is a picture, and nothing else
}

export interface NewGift {
  readonly requestId: string; // of the form: the same again is the same gift
  readonly productId: number;
  readonly methodId: bigint; // its tender pays
  readonly amountMinor: bigint;
  readonly channel: GiftChannel;
  readonly to: string | null; // a mail address, for the channel mail only
  readonly recipientName: string; // as the sender calls the recipient; may be empty
  readonly senderName: string; // as the recipient is to read it
  readonly message: string;
  readonly motif: string | null; // one of our own drawings
  readonly picture: GiftPicture | null;
  readonly locale: Locale; // of the recipient
  readonly sendAt: Instant | null; // null: now
  readonly openDays: number; // so long it can be claimed
}

/** A gift as its sender sees it. */
export interface SentGift {
  readonly giftId: bigint;
  readonly issuerId: number;
  readonly productId: number;
  readonly tenderId: number;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly channel: GiftChannel;
  readonly to: string | null; // null: no mail, or forgotten by now
  readonly words: GiftWords | null; // null: forgotten by now
  readonly motif: string | null;
  readonly hasPicture: boolean;
  readonly plan: PaymentPlan;
  readonly state: GiftState;
  readonly madeAt: Instant;
  readonly sendAt: Instant;
  /** The provider is asked for the promise or the charge, and has not answered yet. */
  readonly isAsked: boolean;
  readonly sentAt: Instant | null;
  readonly openedAt: Instant | null;
  readonly expiresAt: Instant;
  readonly claimedAt: Instant | null;
  /** Claimed and waiting: it is charged then unless the sender stops it. */
  readonly waitsUntil: Instant | null;
  /** Claimed and waiting for the sender's word, until then. */
  readonly asksUntil: Instant | null;
  readonly signs: readonly ClaimSign[]; // why it waits
  readonly chargedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Why it was refused. */
  readonly refusal: string | null;
  readonly declined: DeclineReason | null;
  /** Claimed and not paid: another way of paying can be named until then. */
  readonly repairUntil: Instant | null;
  readonly payment: PaymentState | null;
  readonly caseNumber: string | null; // it was stopped by this case
  readonly bouncedAt: Instant | null; // the mail could not be delivered
  readonly mayCancel: boolean;
  readonly mayResend: boolean;
  readonly mayCorrect: boolean;
}

export interface GiftWords {
  readonly senderName: string;
  readonly recipientName: string;
  readonly message: string;
  /** Who sent it in the sender's name; no recipient reads it. */
  readonly helperName?: string;
}

/** A gift as whoever holds its code sees it. */
export interface OpenedGift {
  readonly giftId: bigint;
  readonly issuerId: number;
  readonly productId: number;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly words: GiftWords | null;
  readonly motif: string | null;
  readonly hasPicture: boolean;
  readonly state: GiftState;
  readonly expiresAt: Instant;
  readonly claimedAt: Instant | null;
  readonly waitsUntil: Instant | null;
  readonly asksUntil: Instant | null;
  readonly repairUntil: Instant | null; // it could not be charged, and the sender has until then
  readonly isMine: boolean; // claimed by whoever asks
  readonly isInWallet: boolean;
  readonly chargedAt: Instant | null;
  readonly isIssued: boolean; // the value is there
}

/** What the claimant of a gift gets to see of its value. */
export interface GiftValue {
  readonly giftId: bigint;
  readonly instrumentId: bigint;
  readonly productId: number;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly code: string | null; // of a product that is used by its code, while it is in no wallet
  readonly expiresAt: Instant | null;
  readonly isInWallet: boolean;
}

export type GiftEventKind =
  | 'made'
  | 'begun' // the provider was asked for the promise or the charge
  | 'authorised'
  | 'sent'
  | 'told' // a notice was written
  | 'resent'
  | 'address_corrected'
  | 'bounced'
  | 'opened'
  | 'claimed'
  | 'confirmed' // the sender's word
  | 'charging'
  | 'charged'
  | 'issued'
  | 'cancelled'
  | 'stopped' // claimed, and stopped by the sender before it was charged
  | 'voided' // by a case
  | 'declined_by_recipient'
  | 'expired'
  | 'refused'
  | 'repaired'
  | 'released' // nothing was taken, and the promise is let go
  | 'refunded'
  | 'not_refunded'; // for a person

/** helper: who helps the sender, and was allowed to. */
export type GiftActor = 'helper' | 'sender' | 'recipient' | 'case' | 'provider' | 'server';

/** What a sender's whole history adds up to, in one unit. */
export interface GiftTotals {
  readonly unit: Unit;
  readonly chargedMinor: bigint;
  readonly givenBackMinor: bigint;
}

/** One line of a gift's history. Rows are only added, from the first minute on. */
export interface GiftEvent {
  readonly eventId: bigint;
  readonly giftId: bigint;
  readonly at: Instant;
  readonly kind: GiftEventKind;
  readonly actor: GiftActor;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly noticeNumber: string | null; // of a notice to the sender, never to the recipient
  readonly facts: Readonly<Record<string, string | number | readonly string[]>>;
}
