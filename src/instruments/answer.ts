import type { Catalogue } from '../programmes/index.ts';
import type { MintedCard } from './mint.ts';
import type { OperationKind } from './operation.ts';
import type { Done, Outcome } from './outcome.ts';
import type { Refusal } from './refusal.ts';
import type { RequestRow } from './rows.ts';

/** Answers are rebuilt from stored facts, so the same request again gets the same answer (R5). */
export function doneOf(row: RequestRow, catalogue: Catalogue, minted: MintedCard | null): Done {
  const facts = row.facts ?? {};
  const product = row.productId === null ? undefined : catalogue.products.get(row.productId);
  return {
    kind: row.kind as OperationKind,
    requestId: row.requestId,
    decidedAt: row.decidedAt,
    instrumentId: row.instrumentId,
    productId: row.productId,
    unit: product?.unit ?? textOf(facts['unit']),
    amountMinor: row.amountMinor,
    balanceMinor: row.balanceMinor,
    state: row.state,
    expiresAt: typeof facts['expiresAt'] === 'number' ? facts['expiresAt'] : null,
    holdId: row.holdId,
    heldMinor: typeof facts['heldMinor'] === 'string' ? BigInt(facts['heldMinor']) : null,
    toInstrumentId:
      typeof facts['toInstrumentId'] === 'string' ? BigInt(facts['toInstrumentId']) : null,
    isOriginalKnown: row.kind === 'reverse' ? facts['isOriginalKnown'] === true : null,
    skippedCards: typeof facts['skipped'] === 'string' ? listOf(facts['skipped']) : null,
    code: row.kind === 'issue' ? (minted?.code ?? null) : null,
    number: row.kind === 'issue' ? (minted?.number ?? null) : null,
  };
}

export function acceptedOf(
  row: RequestRow,
  catalogue: Catalogue,
  minted: MintedCard | null,
): Outcome {
  return { outcome: 'accepted', done: doneOf(row, catalogue, minted), isRepeated: false };
}

export function refusedOf(row: RequestRow): Outcome {
  return {
    outcome: 'refused',
    refusal: row.outcome as Refusal,
    isRepeated: false,
    balanceMinor: row.outcome === 'insufficient_value' ? row.balanceMinor : null,
    ...suspensionOf(row),
  };
}

/** Which suspension refused a request, where one did. */
export function suspensionOf({ facts }: Pick<RequestRow, 'facts'>): { suspensionId?: number } {
  const suspensionId = facts?.['suspensionId'];
  return typeof suspensionId === 'number' ? { suspensionId } : {};
}

/** A known request gets its stored answer, whatever has happened since (R4). */
export function repeatedOf(row: RequestRow, catalogue: Catalogue): Outcome {
  if (row.outcome === 'accepted') {
    return { outcome: 'accepted', done: doneOf(row, catalogue, null), isRepeated: true };
  }
  return { ...(refusedOf(row) as Extract<Outcome, { outcome: 'refused' }>), isRepeated: true };
}

/** An answer that is not remembered: it says something of the attempt, not of the request. */
export function refusedNow(refusal: Refusal): Outcome {
  return { outcome: 'refused', refusal, isRepeated: false, balanceMinor: null };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function listOf(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number);
}
