import { newCard } from './mint.ts';
import type { MintedCard } from './mint.ts';
import type { NewCard } from './operation.ts';

/** Cards of one request: what the write path takes in one batch without making others wait. */
export const CHUNK_CARDS_MAX = 500;

/** A minted card as a chunk keeps it until the printer has it: the code only sealed. */
export interface ChunkCard {
  readonly number: string | null;
  readonly code: {
    readonly name: string;
    readonly lane: number;
    readonly sealed: string;
    readonly lastFour: string;
  } | null;
}

export function chunkCard({ number, hidden }: MintedCard): ChunkCard {
  if (hidden === null) return { number, code: null };
  const { name, homeLane, sealed, lastFour } = hidden;
  const text = Buffer.from(sealed ?? []).toString('base64');
  return { number, code: { name, lane: homeLane, sealed: text, lastFour } };
}

/** As the write path takes it. The sealed code stays with the run, where it can be erased (R34). */
export function stockedCard(
  { number, code }: ChunkCard,
  lane: number,
  faceMinor: bigint | null,
): NewCard {
  const hidden =
    code === null
      ? null
      : { name: code.name, homeLane: code.lane, sealed: null, lastFour: code.lastFour };
  return newCard({ lane, number, code: null, hidden }, faceMinor);
}

export function sealedCode({ code }: ChunkCard): Uint8Array | null {
  return code === null ? null : Buffer.from(code.sealed, 'base64');
}
