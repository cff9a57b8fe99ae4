import { PieceRefused, submitSurely, type Refusal } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import type { WalletParts } from './context.ts';
import type { Holding, StoppedHolding, WalletStop } from './holding.ts';
import { holdingsOf, NOTHING_MORE } from './keep.ts';
import {
  findStop,
  insertEntry,
  insertStop,
  liftStop,
  listOpenStops,
  lockWallet,
} from './wallets.sql.ts';

/**
 * The wallet is stopped first, in a transaction of its own: nothing is added or shown from then on. Then every
 * holding is frozen, each once. Called again it freezes what has come since.
 */
export async function freezeAll(
  parts: WalletParts,
  memberId: string,
  { caseNumber }: WalletStop,
): Promise<readonly StoppedHolding[]> {
  const { connection, clock } = parts;
  await connection.transaction(async (on) => {
    await lockWallet(on, { memberId });
    const at = clock.now();
    const isNew = (await insertStop(on, { memberId, caseNumber, at })) === 1;
    if (isNew) await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'stopped' });
  });
  const [stop] = await findStop(connection, { memberId, caseNumber });
  if (present(stop, 'it was just made').liftedAt !== null) return [];
  const holdings = await holdingsOf(parts, memberId);
  return Promise.all(
    holdings.map(async (holding) => {
      const { instrumentId, issuerId, productId, maskedNumber, unit } = holding;
      const { spendableMinor, heldMinor } = holding;
      const isFrozen = await freeze(parts, holding, caseNumber);
      const named = { instrumentId, issuerId, productId, maskedNumber, unit };
      return { ...named, spendableMinor, heldMinor, isFrozen };
    }),
  );
}

/** Lifts what this case stopped, unless another case still stops the wallet: freezes of cases have one owner (R14). */
export async function unfreezeAll(
  parts: WalletParts,
  memberId: string,
  { caseNumber }: WalletStop,
): Promise<readonly Holding[]> {
  const { connection, clock } = parts;
  const others = (await listOpenStops(connection, { memberId })).filter(
    (stop) => stop.caseNumber !== caseNumber,
  );
  const holdings = await holdingsOf(parts, memberId);
  if (others.length === 0) {
    await Promise.all(holdings.map((holding) => unfreeze(parts, holding, caseNumber)));
  }
  await connection.transaction(async (on) => {
    await lockWallet(on, { memberId });
    const at = clock.now();
    if ((await liftStop(on, { memberId, caseNumber, at })) === 0) return;
    await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'lifted' });
  });
  return holdingsOf(parts, memberId);
}

async function freeze(parts: WalletParts, holding: Holding, caseNumber: string): Promise<boolean> {
  const reason = `case ${caseNumber}`;
  return act(parts, holding, `case:${caseNumber}:${holding.instrumentId}`, {
    kind: 'freeze',
    owner: 'case',
    reason,
  });
}

async function unfreeze(
  parts: WalletParts,
  holding: Holding,
  caseNumber: string,
): Promise<boolean> {
  return act(parts, holding, `case:${caseNumber}:${holding.instrumentId}:lift`, {
    kind: 'unfreeze',
    owner: 'case',
  });
}

type FreezeAct =
  | { readonly kind: 'freeze'; readonly owner: 'case'; readonly reason: string }
  | { readonly kind: 'unfreeze'; readonly owner: 'case' };

/** Sent until it is known; false: there was nothing to do. */
async function act(
  { engine, clock, houseClientId }: WalletParts,
  { instrumentId, issuerId }: Holding,
  requestId: string,
  wanted: FreezeAct,
): Promise<boolean> {
  const card = { by: 'instrument', instrumentId } as const;
  const clientId = await houseClientId(issuerId);
  try {
    const envelope = { clientId, issuerId, requestId, arrivedAt: clock.now() };
    await submitSurely(engine, { ...envelope, ...wanted, card });
    return true;
  } catch (error) {
    if (error instanceof PieceRefused && NOTHING_TO_DO.has(error.refusal)) return false;
    throw error;
  }
}

const NOTHING_TO_DO: ReadonlySet<Refusal> = new Set<Refusal>([
  'instrument_voided',
  'not_frozen_by_this_owner',
]);
