import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { laneOfId } from '../kernel/ids.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { HouseDirectory } from '../ledger/index.ts';
import type { CatalogueHolder } from '../programmes/index.ts';
import { doneOf, suspensionOf } from './answer.ts';
import type { Asker, CardTransfer } from './engine.ts';
import {
  findRequestInLane,
  listCardTransfers,
  readHeldBalance,
  readLaneInstants,
  sumFunds,
} from './inquire.sql.ts';
import { nameCard, requestLane, type NamedCard } from './names.ts';
import type { CardReference, OperationKind } from './operation.ts';
import type { Balance, InstrumentState, LotBalance, RequestOutcome } from './outcome.ts';
import { readInstruments, readLots } from './read-batch.sql.ts';
import { readNamedCards } from './read-named.sql.ts';
import type { Refusal } from './refusal.ts';
import type { LotRow, RequestRow } from './rows.ts';
import { inSpendingOrder, spendableOfLot } from './value.ts';

/** Reading takes no turn, remembers nothing and closes nothing (R5, R6). */
export interface Reading {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly catalogue: CatalogueHolder;
  readonly houses: HouseDirectory;
  readonly laneCount: number;
}

/** Balance by lot. Unknown, wrong and another issuer's card are one answer after the same statements (R32). */
export async function inquireBalance(
  reading: Reading,
  asker: Asker,
  reference: CardReference,
): Promise<Result<Balance, Refusal>> {
  const { database, catalogue } = reading;
  const card = await findCardRow(database, nameCard(reference, reading.keys, reading.laneCount));
  const lane = card?.lane ?? 0;
  const instrumentId = card?.instrumentId ?? 0n;
  const [lots, holds, instants] = await Promise.all([
    readLots(database, { lanes: [lane], instrumentIds: [instrumentId], areWhole: [false] }),
    readHeldBalance(database, { lane, instrumentId }),
    readLaneInstants(database, { lanes: [lane] }),
  ]);
  const product = card === undefined ? undefined : catalogue.current().products.get(card.productId);
  if (card === undefined || product === undefined || product.issuerId !== asker.issuerId) {
    return refused('instrument_not_found');
  }
  const now = Math.max(reading.clock.now(), instants[0]?.lastAt ?? 0); // R24
  const state = card.state as InstrumentState;
  const shown = balanceOfLots(lots as LotRow[], holds, state, now);
  return accepted({
    instrumentId,
    productId: product.productId,
    unit: product.unit,
    state,
    isFrozen: card.openFreezes > 0,
    spendableMinor: sum(shown, 'spendableMinor'),
    heldMinor: sum(shown, 'heldMinor'),
    faceMinor: card.faceMinor,
    maskedNumber: card.number === null ? null : maskNumber(card.number),
    lots: shown,
  });
}

/** First six and last four, as on a receipt. */
export function maskNumber(number: string): string {
  if (number.length < 12) return `${'*'.repeat(Math.max(0, number.length - 4))}${number.slice(-4)}`;
  return `${number.slice(0, 6)}${'*'.repeat(number.length - 10)}${number.slice(-4)}`;
}

interface CardSeen {
  readonly lane: number;
  readonly instrumentId: bigint;
  readonly productId: number;
  readonly state: string;
  readonly number: string | null;
  readonly faceMinor: bigint | null;
  readonly openFreezes: number;
}

/** The card that a name leads to, of whatever issuer. */
export async function findCardRow(
  database: Database,
  named: NamedCard,
): Promise<CardSeen | undefined> {
  if (named.instrumentId !== null) {
    const ids = {
      lanes: [named.lane],
      instrumentIds: [named.instrumentId],
    };
    return (await readInstruments(database, ids))[0];
  }
  const names = named.names.length > 0 ? named.names : ['none'];
  const nothing = names.map(() => null);
  const [row] = await readNamedCards(database, {
    lanes: names.map(() => named.lane),
    names,
    areWhole: nothing, // no lots, no counters
    measures: nothing,
    sinces: nothing,
  });
  return row && { ...row, lane: row.instrumentLane };
}

/** As the write path would see it: holds whose time has come hold nothing, whatever the sweep has got to. */
function balanceOfLots(
  lots: readonly LotRow[],
  holds: readonly { lotIds: readonly bigint[]; lotMinors: readonly bigint[]; expiresAt: Instant }[],
  state: InstrumentState,
  now: Instant,
): LotBalance[] {
  const held = new Map<bigint, bigint>();
  for (const hold of holds) {
    if (hold.expiresAt <= now) continue;
    hold.lotIds.forEach((lotId, index) => {
      held.set(lotId, (held.get(lotId) ?? 0n) + (hold.lotMinors[index] ?? 0n));
    });
  }
  return lots
    .map((lot) => ({ ...lot, heldMinor: held.get(lot.lotId) ?? 0n }))
    .sort(inSpendingOrder)
    .map((lot) => ({
      lotId: lot.lotId,
      lotClass: lot.class,
      spendableMinor: state === 'active' ? spendableOfLot(lot, now) : 0n,
      heldMinor: lot.heldMinor,
      expiresAt: lot.expiresAt,
    }))
    .filter((lot) => lot.spendableMinor > 0n || lot.heldMinor > 0n);
}

function sum(lots: readonly LotBalance[], field: 'spendableMinor' | 'heldMinor'): bigint {
  return lots.reduce((total, lot) => total + lot[field], 0n);
}

/** What became of a request; asking never closes it (R6). */
export async function findRequest(
  reading: Reading,
  asker: Asker,
  requestId: string,
  card: CardReference | null | undefined,
): Promise<RequestOutcome> {
  const { keys, laneCount } = reading;
  const named = card == null ? null : nameCard(card, keys, laneCount);
  const lanes =
    named !== null
      ? [named.lane]
      : card === null
        ? [requestLane(asker.clientId, requestId, laneCount)]
        : Array.from({ length: laneCount }, (_, lane) => lane);
  const rows = await findRequestInLane(reading.database, {
    lanes,
    clientId: asker.clientId,
    requestId,
    homeKey: named?.homeKey ?? (card === null ? '' : null),
  });
  const row = rows[0] as RequestRow | undefined;
  if (row === undefined) return { outcome: 'not_seen' };
  if (row.outcome === 'accepted' || row.outcome === 'reversed_unseen') {
    const isReversed = row.isReversed || row.outcome === 'reversed_unseen';
    const done = doneOf(row, reading.catalogue.current(), null);
    return { outcome: isReversed ? 'reversed' : 'accepted', done };
  }
  return {
    outcome: 'refused',
    kind: row.kind as OperationKind,
    refusal: row.outcome,
    decidedAt: row.decidedAt,
    ...suspensionOf(row),
  };
}

const LAST_ID = 2n ** 62n;

export async function listTransfers(
  reading: Reading,
  asker: Asker,
  instrumentId: bigint,
  page: { before: bigint | null; size: number },
): Promise<Result<readonly CardTransfer[], Refusal>> {
  const { database, catalogue } = reading;
  const lane = laneOfId(instrumentId) % reading.laneCount;
  const [card] = await readInstruments(database, {
    lanes: [lane],
    instrumentIds: [instrumentId],
  });
  const product = card === undefined ? undefined : catalogue.current().products.get(card.productId);
  if (product?.issuerId !== asker.issuerId) return refused('instrument_not_found');
  const rows = await listCardTransfers(database, {
    lane,
    instrumentId,
    before: page.before ?? LAST_ID,
    size: BigInt(page.size),
  });
  return accepted(
    rows.map((row) => ({
      transferId: row.transferId,
      kind:
        row.kind === 'counterpart'
          ? String((row.facts as Record<string, unknown>)['of'])
          : row.kind,
      requestId: row.requestId,
      decidedAt: row.decidedAt,
      direction: row.creditAccountId === instrumentId ? 'in' : 'out',
      amountMinor: row.amountMinor,
      lotId: row.lotId,
    })),
  );
}

export async function readFunds(reading: Reading, asker: Asker, unit: string): Promise<bigint> {
  const { issuerId, clientId } = asker;
  const key = { issuerId, kind: 'partner_funds', partyId: clientId, unit } as const;
  if (reading.houses.find(key) === undefined) await reading.houses.load(reading.database);
  const house = reading.houses.find(key);
  if (house === undefined) return 0n;
  const [row] = await sumFunds(reading.database, { accountId: house.accountId });
  return row?.availableMinor ?? 0n;
}
