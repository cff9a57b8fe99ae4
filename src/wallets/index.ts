/**
 * Wallets: the instruments of a member in one place, however they came.
 *
 * **Invariant.** An instrument has one holder at a time.
 * **Invariant.** Value moves and stops through the engine only: a wallet has no balance of its own.
 */
export type {
  Holding,
  HowKept,
  KeepRefusal,
  NewHolding,
  StoppedHolding,
  WalletDesk,
  WalletStop,
} from './holding.ts';
