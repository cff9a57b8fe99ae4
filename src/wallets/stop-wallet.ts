import { PieceRefused, submitSurely, type Refusal } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { isStopped, type WalletParts } from './context.ts';
import { endNewHelpOf } from './family-help.sql.ts';
import type { Holding, StoppedHolding, WalletStop } from './holding.ts';
import { everyHolding, fewAtOnce, holdingsOf, NOTHING_MORE } from './keep.ts';
import {
  findStop,
  findTurn,
  insertEntry,
  insertStop,
  liftStop,
  listOpenStops,
  listToFreeze,
  lockWallet,
  markFrozen,
} from './wallets.sql.ts';

/**
 * The wallet is stopped first, in a transaction of its own: nothing is added or shown from then on. Then every
 * holding is frozen, each once, however many there are. Called again it freezes what has come since.
 */
export async function freezeAll(
  parts: WalletParts,
  memberId: string,
  { caseNumber }: WalletStop,
): Promise<readonly StoppedHolding[]> {
  const { connection } = parts;
  await connection.transaction((on) => stopNow(parts, on, memberId, { caseNumber }));
  const [stop] = await findStop(connection, { memberId, caseNumber });
  if (present(stop, 'it was just made').liftedAt !== null) return [];
  const stopped: StoppedHolding[] = [];
  await each(parts, memberId, async (holding) => {
    const { instrumentId, issuerId, productId, maskedNumber, unit } = holding;
    const { spendableMinor, heldMinor } = holding;
    const isFrozen = await freeze(parts, holding, `case:${caseNumber}:${instrumentId}`, caseNumber);
    const named = { instrumentId, issuerId, productId, maskedNumber, unit };
    stopped.push({ ...named, spendableMinor, heldMinor, isFrozen });
  });
  // Lifted while it was at it: what came too late for the release is released.
  if (!(await isStopped(connection, memberId))) {
    await each(parts, memberId, (holding) =>
      unfreeze(parts, holding, `case:${caseNumber}:${holding.instrumentId}:late`),
    );
  }
  return stopped;
}

async function stopNow(
  { clock }: Pick<WalletParts, 'clock'>,
  on: Queryable,
  memberId: string,
  { caseNumber }: WalletStop,
): Promise<void> {
  await lockWallet(on, { memberId });
  const at = clock.now();
  const isNew = (await insertStop(on, { memberId, caseNumber, at })) === 1;
  if (isNew) await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'stopped' });
}

/**
 * In the transaction of a case, before anything of gifts is locked: the wallet is stopped from this instant, and whoever
 * was asked to help or has agreed of late helps no more, as a thief may have asked. Answers which help that was.
 */
export async function stopAtOnce(
  parts: Pick<WalletParts, 'clock'>,
  on: Queryable,
  memberId: string,
  stop: WalletStop,
): Promise<readonly string[]> {
  await stopNow(parts, on, memberId, stop);
  const at = parts.clock.now();
  const ended = await endNewHelpOf(on, { memberId, at, since: at - NEW_HELP_MS });
  for (const { helperId, helperMember } of ended) {
    const entry = { ...NOTHING_MORE, at, helperId };
    await insertEntry(on, { ...entry, memberId, kind: 'helper_ended' });
    if (helperMember === '') continue;
    await insertEntry(on, { ...entry, memberId: helperMember, kind: 'helping_ended' });
  }
  return ended.map(({ helperId }) => helperId);
}

const NEW_HELP_MS = 30 * 24 * 60 * 60_000;

/** Turns of a wallet's stops during one release. */
const TURNS_MAX = 10;

/**
 * Lifts what this case stopped, unless another case still stops the wallet: freezes of cases have one owner (R14).
 * The stop is over only when no other was made or lifted while its freezes were: else it is done anew, so that what
 * another case has frozen meanwhile stays frozen.
 */
export async function unfreezeAll(
  parts: WalletParts,
  memberId: string,
  { caseNumber }: WalletStop,
): Promise<readonly Holding[]> {
  for (let time = 0; time < TURNS_MAX; time += 1) {
    const turn = await turnOf(parts.connection, memberId);
    const stops = await listOpenStops(parts.connection, { memberId });
    if (!stops.some((stop) => stop.caseNumber === caseNumber)) return holdingsOf(parts, memberId);
    await each(parts, memberId, (holding) => {
      const requestId = `case:${caseNumber}:${holding.instrumentId}`;
      return stops.length === 1
        ? unfreeze(parts, holding, `${requestId}:lift:${turn}`)
        : freeze(parts, holding, `${requestId}:kept:${turn}`, caseNumber);
    });
    if (await lift(parts, memberId, { caseNumber, turn })) return holdingsOf(parts, memberId);
  }
  throw new Error('the stops of a wallet change all the time');
}

async function turnOf(on: Queryable, memberId: string): Promise<number> {
  return (await findTurn(on, { memberId }))[0]?.turn ?? 0;
}

/** False: another case has come or gone in between. */
function lift(
  parts: WalletParts,
  memberId: string,
  { caseNumber, turn }: WalletStop & { readonly turn: number },
): Promise<boolean> {
  return parts.connection.transaction(async (on) => {
    await lockWallet(on, { memberId });
    if ((await turnOf(on, memberId)) !== turn) return false;
    const at = parts.clock.now();
    if ((await liftStop(on, { memberId, caseNumber, at })) === 0) return true;
    await insertEntry(on, { ...NOTHING_MORE, memberId, at, kind: 'lifted' });
    return true;
  });
}

/**
 * What came into a stopped wallet: a gift that was paid for, a code that was on its way. It is frozen for the case;
 * where the case was lifted meanwhile it is not, whatever was begun.
 */
export async function freezeArrived(parts: WalletParts): Promise<void> {
  const { connection, log } = parts;
  for (const row of await listToFreeze(connection)) {
    const { holdingId, memberId } = row;
    try {
      const [stop] = await listOpenStops(connection, { memberId });
      const requestId = `case:arrived:${holdingId}`;
      if (stop !== undefined) await freeze(parts, row, requestId, stop.caseNumber);
      const isOver = await connection.transaction(async (on) => {
        await lockWallet(on, { memberId });
        if (await isStopped(on, memberId)) await markFrozen(on, { holdingId });
        return !(await isStopped(on, memberId));
      });
      if (!isOver) continue;
      await unfreeze(parts, row, `${requestId}:lift`);
      await markFrozen(connection, { holdingId });
    } catch (error) {
      // It stays due; the others are not kept waiting.
      log.error({ error, memberId }, 'what came into a stopped wallet could not be frozen');
    }
  }
}

async function each(
  parts: WalletParts,
  memberId: string,
  work: (holding: Holding) => Promise<unknown>,
): Promise<void> {
  for await (const page of everyHolding(parts, memberId)) await fewAtOnce(page, work);
}

type Frozen = Pick<Holding, 'instrumentId' | 'issuerId'>;

async function freeze(
  parts: WalletParts,
  holding: Frozen,
  requestId: string,
  caseNumber: string,
): Promise<boolean> {
  const reason = `case ${caseNumber}`;
  return act(parts, holding, requestId, { kind: 'freeze', owner: 'case', reason });
}

async function unfreeze(parts: WalletParts, holding: Frozen, requestId: string): Promise<boolean> {
  return act(parts, holding, requestId, { kind: 'unfreeze', owner: 'case' });
}

type FreezeAct =
  | { readonly kind: 'freeze'; readonly owner: 'case'; readonly reason: string }
  | { readonly kind: 'unfreeze'; readonly owner: 'case' };

/** Sent until it is known; false: there was nothing to do. */
async function act(
  { engine, clock, houseClientId }: WalletParts,
  { instrumentId, issuerId }: Frozen,
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
