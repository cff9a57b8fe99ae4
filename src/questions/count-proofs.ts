import { normaliseNumber } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import { countProof, forgetProofs, takeBackProof } from './count-proofs.sql.ts';

/**
 * How often somebody tried to prove the purchase of a number, whoever it was: addresses and devices are many, the
 * card is one. Kept by a keyed hash of the number as typed, so a card that is not there costs the same.
 */
export interface ProofCounter {
  /** Counts one more try before it is judged, and gives how many there were in a day, with this one. */
  count(number: string): Promise<number>;
  /** The last one was right, and is no try. */
  takeBack(number: string): Promise<void>;
  forget(): Promise<void>;
}

const DAY_MS = 86_400_000;

export function openProofCounter(
  connection: Connection,
  { keys, clock }: { readonly keys: KeyRing; readonly clock: Clock },
): ProofCounter {
  const hashOf = (number: string): Uint8Array =>
    keys.contentHash(`proof of a number\n${normaliseNumber(number) ?? number}`);
  return {
    async count(number) {
      const now = clock.now();
      const numberHash = hashOf(number);
      const [row] = await countProof(connection, { numberHash, now, dayAgo: now - DAY_MS });
      return row?.tries ?? 0;
    },
    async takeBack(number) {
      await takeBackProof(connection, { numberHash: hashOf(number) });
    },
    async forget() {
      await forgetProofs(connection, { dayAgo: clock.now() - DAY_MS });
    },
  };
}
