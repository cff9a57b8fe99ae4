import type { Holding } from './holding.ts';
import type { WalletParts } from './context.ts';
import { helpedBy, helpersOf, type HelpGiver, type Helping } from './family-help.ts';
import { historyOf, type WalletEvent } from './history.ts';
import { holdingsOf, NOTHING_MORE } from './keep.ts';
import { insertEntry } from './wallets.sql.ts';
import type { Member } from '../members/index.ts';

/** What a wallet knows of its member: whole, in the words of the code. */
export interface WalletCopy {
  readonly holdings: readonly Holding[];
  readonly history: readonly WalletEvent[];
  readonly helpers: readonly HelpGiver[];
  readonly helps: readonly Helping[];
}

/** Lines of the history in one copy. */
const LINES_MAX = 10_000;

/** The making of a copy stands in the history: a thief makes one, too. */
export async function copyWallet(parts: WalletParts, member: Member): Promise<WalletCopy> {
  const { connection, clock } = parts;
  const { memberId } = member;
  const at = clock.now();
  await insertEntry(connection, { ...NOTHING_MORE, memberId, at, kind: 'copy_made' });
  return {
    holdings: await holdingsOf(parts, memberId),
    history: await historyOf(parts, memberId, { before: null, size: LINES_MAX }),
    helpers: await helpersOf(parts, memberId),
    helps: await helpedBy(parts, member),
  };
}
