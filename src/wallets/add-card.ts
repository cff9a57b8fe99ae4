import type { CardReference, Outcome, Refusal } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import { dayIn } from '../kernel/calendar.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Product } from '../programmes/index.ts';
import { isStopped, type WalletParts } from './context.ts';
import { isProof, wayInto, type PurchaseProof, type WayIn } from './decide-adding.ts';
import { findCardAnywhere, type FoundCard } from './find-card.ts';
import { holdingsOf, keep, keepBehindClosing, NOTHING_MORE, READER_CLIENT_ID } from './keep.ts';
import { countInUse, insertEntry, insertHolding, lockWallet } from './wallets.sql.ts';

export type CardToAdd =
  | { readonly by: 'code'; readonly code: string }
  | { readonly by: 'number'; readonly number: string; readonly proof: PurchaseProof };

export type AddRefusal =
  | 'not_found' // unknown, wrong, and a number without its proof, alike
  | 'wallet_stopped'
  | 'wallet_full'
  | 'held_by_another'
  | 'not_active'
  | 'used'
  | 'expired'
  | 'frozen'
  | 'stopped' // by the switch
  | 'not_possible'
  | 'try_again';

export interface Added {
  readonly way: WayIn;
  readonly instrumentId: bigint; // that is in the wallet now
  readonly productId: number;
}

const HOLDINGS_MAX = 100;
const NEWEST = 20;

/** The code is the proof of whose it is; a printed number needs that of its purchase. Done again it does nothing twice. */
export async function addCard(
  parts: WalletParts,
  memberId: string,
  card: CardToAdd,
): Promise<Result<Added, AddRefusal>> {
  const { connection, catalogue } = parts;
  if (await isStopped(connection, memberId)) return refused('wallet_stopped');
  if (await isFull(parts, memberId)) return refused('wallet_full');
  const reference = referenceOf(card);
  const found = await findCardAnywhere(parts.engine, catalogue().issuers.keys(), reference);
  if (found === undefined) return refused('not_found');
  const product = present(catalogue().products.get(found.balance.productId), 'a card has one');
  if (card.by === 'number' && !(await isProven(parts, found, product, card.proof))) {
    return refused('not_found');
  }
  const way = card.by === 'code' ? wayInto(product) : 'bind';
  return way === 'move'
    ? moveIn(parts, memberId, { found, reference })
    : bind(parts, memberId, found);
}

/** Only what is in use counts; what has been used up since is found out before anybody is refused. */
async function isFull(parts: WalletParts, memberId: string): Promise<boolean> {
  const inUse = async () => (await countInUse(parts.connection, { memberId }))[0]?.inUse ?? 0;
  if ((await inUse()) < HOLDINGS_MAX) return false;
  await holdingsOf(parts, memberId);
  return (await inUse()) >= HOLDINGS_MAX;
}

function referenceOf(card: CardToAdd): CardReference {
  return card.by === 'code'
    ? { by: 'code', code: card.code }
    : { by: 'number', number: card.number };
}

/** A product that has codes is added by its code: its number stands on the outside. */
async function isProven(
  { engine }: WalletParts,
  { balance: { instrumentId }, issuerId }: FoundCard,
  { codeShape, zone }: Product,
  proof: PurchaseProof,
): Promise<boolean> {
  const asker = { clientId: READER_CLIENT_ID, issuerId };
  const listed = await engine.listTransfers(asker, instrumentId, { before: null, size: NEWEST });
  if (!listed.ok || codeShape !== null) return false;
  const paid = listed.value
    .filter(({ kind, direction }) => direction === 'in' && PAID.has(kind))
    .map(({ amountMinor, decidedAt }) => ({ amountMinor, day: dayIn(decidedAt, zone) }));
  return isProof(proof, paid);
}

const PAID: ReadonlySet<string> = new Set(['activate', 'load']);

async function bind(
  parts: WalletParts,
  memberId: string,
  { balance: { instrumentId, productId, state, isFrozen }, issuerId }: FoundCard,
): Promise<Result<Added, AddRefusal>> {
  const refusal = isFrozen ? 'frozen' : BOUND[state];
  if (refusal !== null) return refused(refusal);
  const kept = await parts.connection.transaction(async (on) => {
    await lockWallet(on, { memberId });
    if (await isStopped(on, memberId)) return refused('wallet_stopped');
    return keep(parts, on, { memberId, issuerId, instrumentId, how: 'added' });
  });
  return kept.ok ? accepted({ way: 'bind', instrumentId, productId }) : kept;
}

const BOUND = {
  blank: 'not_active',
  active: null,
  used: 'used',
  expired: 'expired',
  voided: 'not_possible',
} as const;

/**
 * Through the engine, under an id that is this member's and this card's: sent again after a crash it answers with
 * the same new card. Both are kept, the old one as empty: what a shop gives back for a purchase by the old code comes
 * to it. A case that stops the wallet in between finds the new card frozen in it.
 */
async function moveIn(
  parts: WalletParts,
  memberId: string,
  { found, reference }: { readonly found: FoundCard; readonly reference: CardReference },
): Promise<Result<Added, AddRefusal>> {
  const { balance, issuerId } = found;
  const outcome = await parts.engine.submit({
    kind: 'move',
    clientId: await parts.houseClientId(issuerId),
    issuerId,
    requestId: `wallet:${memberId}:${balance.instrumentId}`,
    arrivedAt: parts.clock.now(),
    card: reference,
    to: null,
    amountMinor: null,
    unit: null,
  });
  const done = outcome.outcome === 'accepted' ? outcome.done : null;
  const instrumentId = done?.toInstrumentId ?? null;
  if (done === null || instrumentId === null) return refused(refusalOf(outcome));
  await parts.connection.transaction(async (on) => {
    await lockWallet(on, { memberId });
    const at = parts.clock.now();
    const late = { memberId, issuerId, instrumentId, how: 'moved', at } as const;
    if (await keepBehindClosing(on, late)) return; // the account was closed in between
    const isToFreeze = await isStopped(on, memberId); // by a case that came in between
    const old = { memberId, issuerId, instrumentId: balance.instrumentId, how: 'moved', at };
    await insertHolding(on, { ...old, emptiedAt: at, isToFreeze: false });
    const kept = await insertHolding(on, { ...old, instrumentId, emptiedAt: null, isToFreeze });
    if (kept === 0) return;
    const { amountMinor, unit } = done;
    const entry = { ...NOTHING_MORE, memberId, at, kind: 'moved', instrumentId };
    await insertEntry(on, { ...entry, amountMinor, unit });
  });
  return accepted({ way: 'move', instrumentId, productId: balance.productId });
}

function refusalOf(outcome: Outcome): AddRefusal {
  if (outcome.outcome !== 'refused') return 'try_again';
  return MOVED[outcome.refusal] ?? 'not_possible';
}

const MOVED: Readonly<Partial<Record<Refusal, AddRefusal>>> = {
  instrument_not_found: 'not_found',
  instrument_not_active: 'not_active',
  instrument_used: 'used',
  insufficient_value: 'used',
  instrument_expired: 'expired',
  instrument_frozen: 'frozen',
  suspended: 'stopped',
};
