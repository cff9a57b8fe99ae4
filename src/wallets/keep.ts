import type { Balance } from '../instruments/index.ts';
import { assert } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { isStopped, type WalletParts } from './context.ts';
import type { Holding, HowKept, KeepRefusal, NewHolding } from './holding.ts';
import { findClosed } from './closing.sql.ts';
import {
  findHolder,
  findHolding,
  insertEntry,
  insertHolding,
  keepForAddress,
  listEmptied,
  listEveryHolding,
  listHoldings,
  listKept,
  lockWallet,
  markEmptied,
  markInUse,
} from './wallets.sql.ts';

/** A reading asker: no row has this id. */
export const READER_CLIENT_ID = 0;

export interface HoldingRow {
  readonly holdingId: bigint;
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
  const { connection, clock } = parts;
  const inUse = await readEach(parts, memberId, await rowsInUse(parts, memberId));
  const emptied = await listEmptied(connection, { memberId, size: EMPTIED_MAX });
  const back = await readEach(parts, memberId, emptied);
  const empty = inUse.filter(({ holding }) => isEmpty(holding)).map(({ holdingId }) => holdingId);
  const filled = back.filter(({ holding }) => !isEmpty(holding)).map(({ holdingId }) => holdingId);
  if (empty.length > 0) await markEmptied(connection, { holdingIds: empty, at: clock.now() });
  if (filled.length > 0) await markInUse(connection, { holdingIds: filled });
  return [...inUse, ...back]
    .toSorted((one, other) => (one.holdingId < other.holdingId ? -1 : 1))
    .map(({ holding }) => holding)
    .filter(isShown);
}

async function rowsInUse(
  { connection }: WalletParts,
  memberId: string,
): Promise<readonly HoldingRow[]> {
  const rows: HoldingRow[] = [];
  let before: bigint | null = null;
  while (rows.length < SHOWN_MAX) {
    const page: readonly HoldingRow[] = await listHoldings(connection, {
      memberId,
      before,
      size: PAGE,
    });
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    before = last.holdingId;
  }
  return rows;
}

/** How many of what is kept for an address have value, held or to spend: what was used up is nothing to come for. */
export async function countValuable(parts: WalletParts, keptFor: Uint8Array): Promise<number> {
  const rows = await listKept(parts.connection, { keptFor, size: SHOWN_MAX });
  const kept = await readEach(parts, NOBODY, rows);
  return kept.filter(({ holding }) => holding.spendableMinor + holding.heldMinor > 0n).length;
}

/** Everything that is held, however much it is, page by page: for what must miss nothing. */
export async function* everyHolding(
  parts: WalletParts,
  memberId: string,
): AsyncGenerator<readonly Holding[]> {
  let after = 0n;
  for (;;) {
    const rows = await listEveryHolding(parts.connection, { memberId, after, size: PAGE });
    const read = await readEach(parts, memberId, rows);
    yield read.map(({ holding }) => holding).filter((each) => isShown(each) || each.isFrozen);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.holdingId;
  }
}

interface Read {
  readonly holdingId: bigint;
  readonly holding: Holding;
}

/** A few at once: a wallet that is full is not in everybody's way. */
async function readEach(
  parts: Pick<WalletParts, 'engine'>,
  memberId: string,
  rows: readonly HoldingRow[],
): Promise<readonly Read[]> {
  const read = await fewAtOnce(rows, async (row) => {
    const holding = await readHolding(parts, memberId, row);
    return holding === undefined ? [] : [{ holdingId: row.holdingId, holding }];
  });
  return read.flat();
}

const AT_ONCE = 20;

export async function fewAtOnce<Item, Answer>(
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return answers;
}

const PAGE = 200;
/** Whose it is until somebody proves the address. */
const NOBODY = '';
/** What one look shows at most, the newest of it. */
const SHOWN_MAX = 1_000;
/** Of what was used up: as many are looked at again. */
const EMPTIED_MAX = 50;

/** Nothing can be taken from it; a card that is loaded again is in use. */
function isEmpty({ state, spendableMinor, heldMinor }: Balance): boolean {
  return state !== 'active' && state !== 'blank' && spendableMinor === 0n && heldMinor === 0n;
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
  { issuerId, instrumentId, how, since }: Omit<HoldingRow, 'holdingId'>,
): Promise<Holding | undefined> {
  const asker = { clientId: READER_CLIENT_ID, issuerId };
  const found = await engine.inquireBalance(asker, { by: 'instrument', instrumentId });
  if (!found.ok) return undefined;
  return { ...found.value, memberId, issuerId, how: how as HowKept, since };
}

function isShown({ state, spendableMinor, heldMinor }: Balance): boolean {
  return (state !== 'used' && state !== 'voided') || spendableMinor > 0n || heldMinor > 0n;
}

/**
 * In the caller's transaction. Kept is also what was this member's already. What comes into a stopped wallet is noted
 * behind the lock, and frozen right after (`freezeArrived`); what comes when the account is over is kept for its
 * address. Whoever keeps for several members in one transaction locks their wallets before (`lockWallets`).
 */
export async function keep(
  { clock }: Pick<WalletParts, 'clock'>,
  on: Queryable,
  { memberId, issuerId, instrumentId, how }: NewHolding,
): Promise<Result<undefined, KeepRefusal>> {
  await lockWallet(on, { memberId });
  const at = clock.now();
  const late = { memberId, issuerId, instrumentId, how, at };
  if (await keepBehindClosing(on, late)) return accepted(undefined);
  const isToFreeze = await isStopped(on, memberId);
  const holding = { memberId, issuerId, instrumentId, how, at, emptiedAt: null, isToFreeze };
  const kept = await insertHolding(on, holding);
  if (kept === 0) {
    const [holder] = await findHolder(on, { instrumentId });
    assert(holder !== undefined, 'what cannot be kept is held');
    return holder.memberId === memberId ? accepted(undefined) : refused('held_by_another');
  }
  await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: how, instrumentId });
  return accepted(undefined);
}

/** Behind the lock of the wallet. False: the account is open, and what comes is its own. */
export async function keepBehindClosing(
  on: Queryable,
  { memberId, ...late }: NewHolding & { readonly at: Instant },
): Promise<boolean> {
  const [closed] = await findClosed(on, { memberId });
  if (closed === undefined) return false;
  const { keptFor } = closed;
  if (keptFor !== null) await keepForAddress(on, { memberId, ...late, keptFor });
  return true;
}

/** Of an entry of the history that has nothing but its kind. */
export const NOTHING_MORE = {
  helperId: null,
  instrumentId: null,
  amountMinor: null,
  unit: null,
} as const;
