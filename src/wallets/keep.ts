import type { Balance } from '../instruments/index.ts';
import { assert } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { WalletParts } from './context.ts';
import type { Holding, HowKept, KeepRefusal, NewHolding } from './holding.ts';
import {
  findHolder,
  findHolding,
  insertEntry,
  insertHolding,
  listHoldings,
  lockWallet,
} from './wallets.sql.ts';

/** A reading asker: no row has this id. */
export const READER_CLIENT_ID = 0;

export interface HoldingRow {
  readonly issuerId: number;
  readonly instrumentId: bigint;
  readonly how: string;
  readonly since: number;
}

/** What a wallet shows: what was used up, moved on or voided is in the history only. */
export async function holdingsOf(
  parts: WalletParts,
  memberId: string,
): Promise<readonly Holding[]> {
  const rows = await listHoldings(parts.connection, { memberId });
  const found = await Promise.all(rows.map((row) => readHolding(parts, memberId, row)));
  return found.filter((holding) => holding !== undefined).filter(isShown);
}

export async function holdingOf(
  parts: WalletParts,
  memberId: string,
  instrumentId: bigint,
): Promise<Holding | undefined> {
  const [row] = await findHolding(parts.connection, { memberId, instrumentId });
  return row === undefined ? undefined : readHolding(parts, memberId, row);
}

async function readHolding(
  { engine }: Pick<WalletParts, 'engine'>,
  memberId: string,
  { issuerId, instrumentId, how, since }: HoldingRow,
): Promise<Holding | undefined> {
  const asker = { clientId: READER_CLIENT_ID, issuerId };
  const found = await engine.inquireBalance(asker, { by: 'instrument', instrumentId });
  if (!found.ok) return undefined;
  return { ...found.value, memberId, issuerId, how: how as HowKept, since };
}

function isShown({ state, spendableMinor, heldMinor }: Balance): boolean {
  return (state !== 'used' && state !== 'voided') || spendableMinor > 0n || heldMinor > 0n;
}

/** In the caller's transaction. Kept is also what was this member's already. */
export async function keep(
  { clock }: Pick<WalletParts, 'clock'>,
  on: Queryable,
  { memberId, issuerId, instrumentId, how }: NewHolding,
): Promise<Result<undefined, KeepRefusal>> {
  await lockWallet(on, { memberId });
  const at = clock.now();
  const kept = await insertHolding(on, { memberId, issuerId, instrumentId, how, at });
  if (kept === 0) {
    const [holder] = await findHolder(on, { instrumentId });
    assert(holder !== undefined, 'what cannot be kept is held');
    return holder.memberId === memberId ? accepted(undefined) : refused('held_by_another');
  }
  await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: how, instrumentId });
  return accepted(undefined);
}

/** Of an entry of the history that has nothing but its kind. */
export const NOTHING_MORE = {
  helperId: null,
  instrumentId: null,
  amountMinor: null,
  unit: null,
} as const;
