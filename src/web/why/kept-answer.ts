import type { Asked, CodeQuestion, Proof, TypedFinding } from '../../questions/index.ts';

/**
 * What the page behind the form needs to ask again, sealed in a cookie. Never the code: of what was typed only
 * what its shape shows. A card is named by its id, and only one that the asker may know.
 */
export interface KeptAnswer {
  readonly instrumentId: string | null;
  readonly wasNumber: boolean;
  readonly proof: Proof | null;
  readonly typed: TypedFinding;
  readonly productId: number | null;
  readonly bought: Kept<CodeQuestion['bought']>;
  readonly tried: Kept<CodeQuestion['tried']>;
}

/** Amounts are text in JSON. */
type Kept<Part extends { readonly amountMinor: bigint | null }> = Omit<Part, 'amountMinor'> & {
  readonly amountMinor: string | null;
};

export function answerToKeep(
  { card, productId, bought, tried }: CodeQuestion,
  { instrumentId, proof, typed }: Asked,
): KeptAnswer {
  return {
    instrumentId: instrumentId === null ? null : String(instrumentId),
    wasNumber: card.by === 'number',
    proof,
    typed,
    productId,
    bought: { ...bought, receipt: null, amountMinor: asText(bought.amountMinor) },
    tried: { ...tried, amountMinor: asText(tried.amountMinor) },
  };
}

/** A card that was not there stays so: its id is nobody's, and asking costs the same. */
export function questionKept(kept: KeptAnswer): {
  readonly question: CodeQuestion;
  readonly typed: TypedFinding;
  readonly wasNumber: boolean;
  readonly proof: Proof | null;
} {
  const { instrumentId, wasNumber, proof, typed, productId, bought, tried } = kept;
  return {
    typed,
    wasNumber,
    proof,
    question: {
      card: { by: 'instrument', instrumentId: BigInt(instrumentId ?? 0) },
      productId,
      bought: { ...bought, amountMinor: asAmount(bought.amountMinor) },
      tried: { ...tried, amountMinor: asAmount(tried.amountMinor) },
    },
  };
}

function asText(amount: bigint | null): string | null {
  return amount === null ? null : String(amount);
}

function asAmount(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}
