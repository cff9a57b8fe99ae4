import { openKeyRing } from '../../src/kernel/crypto.ts';
import type { DatabaseOptions } from '../../src/kernel/database/index.ts';

/** What a busy server is told when it is started. */
export interface BusyOptions {
  readonly name: string; // begins each of its request ids
  readonly database: DatabaseOptions;
  readonly numbers: readonly string[]; // of the cards that its customers share
  readonly customers: number;
  readonly pauseMs: number; // of a customer, between two requests
}

/** What it says, a line each. */
export type Line =
  | { readonly said: 'ready' }
  | { readonly said: 'sent'; readonly requestId: string; readonly kind: string }
  | {
      readonly said: 'answered';
      readonly requestId: string;
      readonly outcome: string; // accepted, a refusal, not_done or outcome_unknown
      readonly amount: string | null;
    };

/** Of the test's house. */
export const KEYS = openKeyRing(new Uint8Array(32).fill(7));
