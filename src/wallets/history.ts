import type { CardTransfer } from '../instruments/index.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import type { WalletParts } from './context.ts';
import { namesOfHelp } from './family-help.ts';
import { fewAtOnce, READER_CLIENT_ID } from './keep.ts';
import { listAllHoldings, listEntries, type ListAllHoldingsRow } from './wallets.sql.ts';

/** What was done in a wallet. */
export type EntryKind =
  | 'added'
  | 'moved'
  | 'gift'
  | 'returned'
  | 'barcode'
  | 'stopped'
  | 'lifted'
  | 'helper_invited'
  | 'helper_accepted'
  | 'helper_ended'
  | 'helping_began'
  | 'helping_ended'
  | 'copy_made'
  | 'closing_asked'
  | 'closing_cancelled'
  | 'died'
  | 'death_taken_back'
  | 'helper_gave'
  | 'helping_gave';

/** One line of a member's history: an act in the wallet, or what value did. */
export interface WalletEvent {
  readonly at: Instant;
  readonly what:
    | { readonly is: 'act'; readonly kind: EntryKind; readonly helper: string | null }
    | { readonly is: 'value'; readonly kind: string; readonly direction: 'in' | 'out' };
  readonly instrumentId: bigint | null;
  readonly productId: number | null;
  readonly amountMinor: bigint | null;
  readonly unit: Unit | null;
}

const PAGE = 50;
/** Pages of one card that are looked through for what is older: 5,000 movements. */
const PAGES_MAX = 100;

/** The newest first, `size` or a few more, so that what happened at one instant is on one page. */
export async function historyOf(
  parts: WalletParts,
  memberId: string,
  { before, size = PAGE }: { readonly before: Instant | null; readonly size?: number },
): Promise<readonly WalletEvent[]> {
  const until = before ?? parts.clock.now() + 1;
  const events = [
    ...(await actsOf(parts, memberId, { before: until, size })),
    ...(await movementsOf(parts, memberId, { before: until, size })),
  ].toSorted((one, other) => other.at - one.at);
  const last = events[size - 1];
  return last === undefined ? events : events.filter(({ at }) => at >= last.at);
}

interface Page {
  readonly before: Instant;
  readonly size: number;
}

async function actsOf(
  parts: WalletParts,
  memberId: string,
  { before, size }: Page,
): Promise<readonly WalletEvent[]> {
  const rows = await listEntries(parts.connection, { memberId, before, size });
  const helperIds = rows.flatMap(({ helperId }) => (helperId === null ? [] : [helperId]));
  const names = await namesOfHelp(parts, helperIds);
  const nameOf = (helperId: string | null) => (helperId && names.get(helperId)) ?? null;
  return rows.map(({ at, kind, helperId, instrumentId, amountMinor, unit }) => ({
    at,
    what: { is: 'act', kind: kind as EntryKind, helper: nameOf(helperId) }, // a constraint holds it
    instrumentId,
    productId: null,
    amountMinor,
    unit,
  }));
}

/**
 * While it was held, and by the journals: nothing of it is written down a second time. A few at once, and no more
 * than the page needs: what was used up before its oldest line is not asked for.
 */
async function movementsOf(
  parts: WalletParts,
  memberId: string,
  { before, size }: Page,
): Promise<readonly WalletEvent[]> {
  const rows = await listAllHoldings(parts.connection, { memberId, before });
  let found: readonly WalletEvent[] = [];
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE);
    const oldest = found[size - 1];
    if (oldest !== undefined && (some[0]?.lastAt ?? 0) < oldest.at) break;
    const read = await fewAtOnce(some, (row) => movementsOfOne(parts, row, { before, size }));
    found = [...found, ...read.flat()].toSorted((one, other) => other.at - one.at);
  }
  return found;
}

const AT_ONCE = 20;

async function movementsOfOne(
  parts: WalletParts,
  row: ListAllHoldingsRow,
  { before, size }: Page,
): Promise<readonly WalletEvent[]> {
  const { issuerId, instrumentId } = row;
  const asker = { clientId: READER_CLIENT_ID, issuerId };
  const card = await parts.engine.inquireBalance(asker, { by: 'instrument', instrumentId });
  if (!card.ok) return [];
  const { productId, unit } = card.value;
  const until = Math.min(before, row.endedAt ?? before);
  // What a code did before it was somebody's is not that member's history; the value that came with it is.
  const listed = await newest(parts, row, { since: row.since, until, size });
  return listed.map(({ decidedAt, kind, direction, amountMinor }) => ({
    at: decidedAt,
    what: { is: 'value', kind, direction },
    instrumentId,
    productId,
    amountMinor,
    unit,
  }));
}

async function newest(
  { engine }: WalletParts,
  { issuerId, instrumentId }: { readonly issuerId: number; readonly instrumentId: bigint },
  {
    since,
    until,
    size,
  }: { readonly since: Instant; readonly until: Instant; readonly size: number },
): Promise<readonly CardTransfer[]> {
  const asker = { clientId: READER_CLIENT_ID, issuerId };
  const found: CardTransfer[] = [];
  let before: bigint | null = null;
  for (let page = 0; page < PAGES_MAX && found.length < size; page += 1) {
    const listed = await engine.listTransfers(asker, instrumentId, { before, size: PAGE });
    if (!listed.ok || listed.value.length === 0) break;
    found.push(...listed.value.filter(({ decidedAt }) => decidedAt > since && decidedAt < until));
    const last = listed.value.at(-1);
    if (last === undefined || last.decidedAt < since || listed.value.length < PAGE) break;
    before = last.transferId;
  }
  return found;
}
