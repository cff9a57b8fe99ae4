import type { Queryable } from '../kernel/database/index.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Locale } from '../kernel/locale.ts';
import type { DeclineReason, PaymentPlan } from '../payments/index.ts';
import type { GiftChannel, GiftWords } from './gift.ts';
import { lockGifts, readGifts, type ReadGiftsRow } from './gifts.sql.ts';
import type { GiftState } from './next-gift-state.ts';

/** A gift as it stands in its table; constraints hold the narrower types. */
export interface GiftRow extends ReadGiftsRow {
  readonly state: GiftState;
  readonly plan: PaymentPlan;
  readonly channel: GiftChannel;
  readonly locale: Locale;
  readonly declined: DeclineReason | null;
}

export async function giftRows(
  on: Queryable,
  giftIds: readonly bigint[],
): Promise<readonly GiftRow[]> {
  if (giftIds.length === 0) return [];
  return (await readGifts(on, { giftIds })) as unknown as readonly GiftRow[];
}

export type ReadGift = (giftId: bigint) => Promise<GiftRow | undefined>;

/** What is asked for until `mayRead` is over is read by one statement; it is answered in one turn. */
export function readTogether(
  on: Queryable,
  mayRead: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve)),
): ReadGift {
  let asked: Set<bigint> | undefined;
  let reading: Promise<ReadonlyMap<bigint, GiftRow>> | undefined;
  return async (giftId) => {
    asked ??= new Set();
    asked.add(giftId);
    reading ??= mayRead().then(async () => {
      const giftIds = [...(asked ?? [])];
      asked = undefined;
      reading = undefined;
      return new Map((await giftRows(on, giftIds)).map((gift) => [gift.giftId, gift]));
    });
    return (await reading).get(giftId);
  };
}

/** Behind their locks: what is read is what is there until the end of the transaction. */
export async function lockedGifts(
  on: Queryable,
  giftIds: readonly bigint[],
): Promise<readonly GiftRow[]> {
  if (giftIds.length === 0) return [];
  await lockGifts(on, { giftIds });
  return giftRows(on, giftIds);
}

export function wordsOf(
  keys: Pick<KeyRing, 'unseal'>,
  { wordsSealed }: Pick<GiftRow, 'wordsSealed'>,
): GiftWords | null {
  return wordsSealed === null ? null : (JSON.parse(keys.unseal(wordsSealed)) as GiftWords);
}

export function recipientOf(
  keys: Pick<KeyRing, 'unseal'>,
  { recipientSealed }: Pick<GiftRow, 'recipientSealed'>,
): string | null {
  return recipientSealed === null ? null : keys.unseal(recipientSealed);
}

/** Finds the gifts of an address, also when it was erased. */
export function recipientHash(keys: Pick<KeyRing, 'contentHash'>, address: string): Uint8Array {
  return keys.contentHash(`recipient of a gift\n${address.trim().toLowerCase()}`);
}

export function purposeOf({ giftId }: Pick<GiftRow, 'giftId'>): string {
  return `gift:${giftId}`;
}

/** Null: it is no gift's. */
export function giftIdOf(purpose: string): bigint | null {
  const found = /^gift:([1-9][0-9]{0,18})$/.exec(purpose);
  return found === null ? null : BigInt(found[1] ?? '0');
}
