import type { Envelope, Reverse } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow, RequestRow } from './rows.ts';
import { openItem, type Turn, type Wants } from './turn.ts';

export type ReverseTurn = Turn<Envelope & Reverse>;

/**
 * Undoes an original that was accepted, or says why not. Null: done. `Wants`: it needs another lane first.
 * Each stands beside the decision that it undoes.
 */
export type Undo = (
  turn: ReverseTurn,
  original: RequestRow,
  card: InstrumentRow,
) => Refusal | Wants | null;

/** What a reversal leaves to a person is about the original. */
export function openReversalItem(
  turn: ReverseTurn,
  cause: string,
  card: InstrumentRow | null,
  amountMinor: bigint | null,
): void {
  openItem(turn, cause, { card, amountMinor, requestId: turn.operation.originalRequestId });
}
