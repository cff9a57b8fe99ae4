import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { From, MemberSession } from '../members/index.ts';
import type { Unit } from '../kernel/money.ts';
import type { GiftAnswer, GiftNotDone } from './contract.ts';
import type {
  GiftEvent,
  GiftPicture,
  GiftRoute,
  GiftTotals,
  GiftValue,
  NewGift,
  OpenedGift,
  SentGift,
} from './gift.ts';
import type { TakenBack, WantedRefund } from './refund-gift.ts';
import type { GiftState } from './next-gift-state.ts';

/** Who holds a claim code: signed in or not. */
export interface Claimant {
  readonly session: MemberSession | null;
  /**
   * A secret of the browser (`newReceipt`, kept in a cookie): by it the claimant sees the value again, and a claim
   * sent twice is one. Whoever else has the code does not see it.
   */
  readonly receipt: string;
  readonly from: From;
}

/** A gift by its code as typed or, by a signed-in member to whose address it was sent, by its id. */
export type GiftNamed = { readonly code: string } | { readonly giftId: bigint };

export interface GiftPage {
  readonly before: bigint | null; // the id that a page ended with
}

/** All of a sender's open gifts at one instant. */
export interface VoidedGifts {
  readonly at: Instant;
  /** The newest first: what was open, what had been charged before, and what was over already. */
  readonly gifts: readonly VoidedGift[];
}

export interface VoidedGift {
  readonly giftId: bigint;
  readonly issuerId: number;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly before: GiftState;
  readonly after: GiftState;
  readonly sentAt: Instant | null;
  readonly claimedAt: Instant | null;
  readonly chargedAt: Instant | null;
  /** The provider was being asked, or had been paid: what was taken is given back in full. */
  readonly isRefundWanted: boolean;
}

export interface GiftRound {
  readonly moved: number; // gifts that came on
}

/** Whose words a gift's are, by their addresses. Null: there is no account any more. */
export interface GiftWriter {
  readonly email: string | null;
  /** In whose name: a helper has written them. */
  readonly helped: string | null;
}

export interface Gifts {
  /** What can be sent, at the issuers' own shops. */
  routes(): readonly GiftRoute[];

  // The sender.
  /** Null: nothing speaks against sending it now. Cheap: asked before its picture is drawn; the sending judges anew. */
  judge(session: MemberSession, gift: NewGift): Promise<GiftNotDone | null>;
  /** What is wrong with what was filled in: nothing is asked of anybody, so nothing can be tried out by it. */
  judgeForm(gift: NewGift): GiftNotDone | null;
  send(session: MemberSession, gift: NewGift, from: From): Promise<GiftAnswer<SentGift>>;
  /**
   * From the account of whoever is helped, by a helper who may, with the helper's own fresh factor: by mail, at once, and
   * in the history as the helper's.
   */
  sendAsHelper(
    session: MemberSession,
    wanted: { readonly helperId: string; readonly memberId: string; readonly gift: NewGift },
    from: From,
  ): Promise<GiftAnswer>;
  /** Who it is to, masked for strangers' eyes, is whole here: it is the sender's own. */
  sentBy(memberId: string, page: GiftPage): Promise<readonly SentGift[]>;
  /** Of these gifts, what this member has sent for others, as a helper; the newest first. */
  givenBy(memberId: string, giftIds: readonly bigint[]): Promise<readonly SentGift[]>;
  findSent(memberId: string, giftId: bigint): Promise<SentGift | undefined>;
  /** Of all gifts of the sender, or of one; the newest first, 100 at most. */
  history(
    memberId: string,
    asked: { readonly giftId: bigint | null; readonly before: bigint | null },
  ): Promise<readonly GiftEvent[]>;
  /** Of all that was charged and given back, ever; they agree with the money that the provider has taken. */
  totals(memberId: string): Promise<readonly GiftTotals[]>;
  /**
   * The claim code of a link or a sheet of paper, for its sender behind a fresh factor: whoever has it has the gift.
   * Null: it goes by mail, or cannot be claimed.
   */
  shareCode(session: MemberSession, giftId: bigint): Promise<GiftAnswer<string | null>>;
  /** Until it is claimed; while a claim waits it stops that claim. */
  cancel(memberId: string, giftId: bigint): Promise<GiftAnswer<SentGift>>;
  resend(memberId: string, giftId: bigint): Promise<GiftAnswer<SentGift>>;
  /** Behind a fresh factor, as it was sent: the old code is dead, and a new one goes to the right address. */
  correctAddress(
    session: MemberSession,
    corrected: { readonly giftId: bigint; readonly to: string },
    from: From,
  ): Promise<GiftAnswer<SentGift>>;
  /** The sender's word for a claim that was asked about. */
  confirm(session: MemberSession, giftId: bigint): Promise<GiftAnswer<SentGift>>;
  /** Another way of paying, for a claimed gift that could not be charged. */
  repair(session: MemberSession, giftId: bigint, methodId: bigint): Promise<GiftAnswer<SentGift>>;

  // The recipient.
  newReceipt(): string;
  /** Wrong codes cost (R32). A link is not opened by a program that only looks: `open` marks nothing. */
  open(named: GiftNamed, claimant: Claimant): Promise<GiftAnswer<OpenedGift>>;
  /** The recipient has looked at it; the sender's history says so. */
  noteOpened(named: GiftNamed, claimant: Claimant): Promise<void>;
  picture(giftId: bigint): Promise<GiftPicture | undefined>;
  /** For the desk that a report goes to: whoever reports it is not told. */
  writerOf(giftId: bigint): Promise<GiftWriter>;
  /** Once, whoever else tries at the same moment; answers as far as it has come within some seconds. */
  claim(named: GiftNamed, claimant: Claimant): Promise<GiftAnswer<OpenedGift>>;
  /** The value of what this claimant has claimed, again and again. */
  collect(giftId: bigint, claimant: Claimant): Promise<GiftAnswer<GiftValue>>;
  /** What came to the proved address of the signed-in member, or was claimed by the member. */
  receivedBy(claimant: Claimant): Promise<readonly OpenedGift[]>;
  /** Nothing more by mail from this sender, and this gift is given back. */
  declineSender(named: GiftNamed, claimant: Claimant): Promise<GiftAnswer>;

  // Cases.
  /** Everything that a member has sent, also for others, and is not charged ends at this instant; nothing more is sent. */
  voidAllOf(
    on: Queryable,
    memberId: string,
    by: { readonly caseNumber: string },
  ): Promise<VoidedGifts>;
  /** The account ends: so does everything that is not charged, and every way to pay, in the caller's transaction. */
  endMember(on: Queryable, memberId: string): Promise<void>;
  /**
   * What was charged is given back in full, in the caller's transaction: a decision of the desk. False: nothing of
   * this sender's is charged there.
   */
  refund(on: Queryable, refund: WantedRefund): Promise<boolean>;
  /** Behind the commit of a refund: its value is taken back where it is untouched. Once, by its request id. */
  takeBack(giftId: bigint, requestId: string): Promise<TakenBack>;
  /** The case is over: this member may send again. */
  allowSending(on: Queryable, memberId: string): Promise<void>;

  /** A mail of ours came back: its sender is told. False: it was none of a gift. */
  noteBounced(on: Queryable, noticeNumber: string): Promise<boolean>;

  /** What is due: sends, waits that are over, expiry, charges, issues. Several processes may do so side by side. */
  work(): Promise<GiftRound>;
  /** Works by itself until stopped. */
  start(): { stop(): Promise<void> };
}
