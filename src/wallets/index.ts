/**
 * Wallets: the instruments of a member in one place, however they came; what is shown of them at a till; who helps;
 * and how an account ends.
 *
 * **Invariant.** An instrument has one holder at a time.
 * **Invariant.** Value moves and stops through the engine only: a wallet has no balance and no movement of its own.
 * **Invariant.** A code that was moved in opens nothing any more: its value is on a card that nobody has a code of.
 * **Invariant.** A barcode is good once and for a minute, for one instrument, at most for the amount it was shown
 * for; it is found before the lane is, and repeats and reversals of its request stay one request (R1-R4).
 * **Invariant.** Who helps sees and acts within bounds that are counted in the transaction that takes the barcode,
 * stands in the history with it, and is out at once.
 * **Invariant.** Nothing of value ends with an account: it is kept for the address, or for the heirs.
 * Deliberately absent: payment for money (the law allows it in few cases, and a person decides them), and codes or
 * numbers in full.
 */
export { openWallets, type Wallets } from './open-wallets.ts';
export type { Added, AddRefusal, CardToAdd } from './add-card.ts';
export { BARCODE_MS, type Barcode, type BarcodeRefusal, type Showing } from './barcode.ts';
export { CLOSING_MS, type Closing, type ClosingRefusal } from './closing.ts';
export type { MemberEnd, WalletParts } from './context.ts';
export type { WalletCopy } from './copy-wallet.ts';
export type { PurchaseProof, WayIn } from './decide-adding.ts';
export { findCardAnywhere, type FoundCard } from './find-card.ts';
export {
  HELPER_DAY_MAX_MINOR,
  type HelpGiver,
  type HelperRefusal,
  type Helping,
  type NewHelp,
} from './family-help.ts';
export type { Death } from './death.ts';
export type { EntryKind, WalletEvent } from './history.ts';
export type {
  Holding,
  HowKept,
  KeepRefusal,
  NewHolding,
  StoppedHolding,
  WalletDesk,
  WalletStop,
} from './holding.ts';
