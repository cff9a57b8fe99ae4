/**
 * Gifts: value on its way from a sender to a recipient, paid for when it is claimed, and stopped until then.
 *
 * **Invariant.** A gift is claimed once, charged once and issued once, whatever times out: each step is a state, and
 * the states are one table (`next-gift-state.ts`).
 * **Invariant.** No provider is called inside a transaction (R23). Whatever stops a gift wants its payment cancelled
 * in the same transaction, and a charge that then succeeds is given back in full. Value is issued when the provider
 * says that it has the money, and both are written together; of a gift that was stopped in between the issue is
 * reversed, or refused for ever, before it is written that the money was taken (`issue-taken.ts`).
 * **Invariant.** Everything that happens to a gift is a row of its sender's history, in the transaction in which it
 * happens, also when the gift is cancelled.
 * **Invariant.** A gift is judged by offers and stops at the instant it is sent (R24). A stop that is thrown later
 * asks for the sender's word at the claim.
 * **Invariant.** A claim code stands in the database as a keyed hash and sealed, in no log and no event. Who has the
 * code sees the gift; only who claimed it sees its value.
 *
 * Deliberately absent: gifts in parts, changing an amount (it is cancelled and sent anew), and any way to move value
 * but `Engine.submit`.
 */
export { openGifts } from './open-gifts.ts';
export { isAbusive } from './abusive-words.ts';
export type { GiftDesk } from './desk.ts';
export type {
  Claimant,
  GiftNamed,
  GiftPage,
  GiftRound,
  Gifts,
  VoidedGift,
  VoidedGifts,
} from './gifts.ts';
export type {
  GiftActor,
  GiftChannel,
  GiftEvent,
  GiftEventKind,
  GiftPicture,
  GiftRoute,
  GiftTotals,
  GiftValue,
  GiftWords,
  NewGift,
  OpenedGift,
  SentGift,
} from './gift.ts';
export type { TakenBack } from './refund-gift.ts';
export type { GiftAnswer, GiftNotDone, GiftRefusal } from './contract.ts';
export { GIFT_STATES, type GiftState } from './next-gift-state.ts';
export { CLAIM_SIGNS, type ClaimSign } from './decide-claim.ts';
export { verifyGifts, type VerifiedGifts } from './verify-gifts.ts';
export { setGiftShop } from './shops.ts';
export { whyRefused } from './why-refused.ts';
