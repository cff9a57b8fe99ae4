import { present } from '../kernel/assert.ts';
import type { Transaction } from '../kernel/database/index.ts';
import { laneOfId } from '../kernel/ids.ts';
import {
  pinPlans,
  readAccounts,
  readAccountsOfTransfers,
  readTransfersByRange,
  takeTurns,
} from '../ledger/index.ts';
import { redemptionsNamed } from './decide-return.ts';
import { exclusiveIdKey } from './draft-keys.ts';
import type { CounterName, Draft, RequestSeen } from './draft.ts';
import { foresee, type Foreseen } from './foresee.ts';
import {
  loadAccountOnce,
  loadCard,
  loadCounterOnce,
  loadNamed,
  loadRequest,
  loadTransfers,
} from './load-rows.ts';
import { lateCounters, planNeeds, type Needs } from './plan-needs.ts';
import { ascending, idLane, type Prepared } from './prepare.ts';
import {
  readCounters,
  readElsewhereRequests,
  readExclusiveIds,
  readFreezes,
  readGateState,
  readHolds,
  readInstruments,
  readItems,
  readItemsOfRequests,
  readLots,
  readOpenHolds,
  readRedemptionsOfMerchants,
  readRequests,
  readSpendsOfCards,
  type ReadCountersRow,
  type ReadInstrumentsRow,
} from './read-batch.sql.ts';
import { readNamedCards } from './read-named.sql.ts';
import type { CounterRow, FreezeRow, HoldRow, LotRow, RequestRow } from './rows.ts';

/** What the batch was to be judged by has moved: it is judged again by the new catalogue and switch (R18, R19). */
export class GateMoved extends Error {
  override readonly name = 'GateMoved';
  readonly least: GateVersions;

  constructor(least: GateVersions) {
    super('the catalogue or the switch has moved');
    this.least = least;
  }
}

/** How far the catalogue and the switch have come. */
export interface GateVersions {
  readonly version: number;
  readonly epoch: number;
}

/**
 * Reads all that a batch names: the turns of its lanes first, in a statement of their own, then each kind of row.
 * The first wave reads cards by their names with what hangs on them, and what else the operations say themselves, which
 * is all that most redemptions, loads and activations need. Of cards known by their ids, of holds, originals and
 * contracts, the second reads what the first has shown.
 */
export async function readBatch(
  transaction: Transaction,
  batch: readonly Prepared[],
  draft: Draft,
): Promise<void> {
  await readFirstWave(transaction, batch, draft);
  const needs = planNeeds(batch, draft);
  await readSecondWave(transaction, needs, draft);
  await readThirdWave(transaction, batch, { draft, touched: needs.touched });
}

async function readFirstWave(
  transaction: Transaction,
  batch: readonly Prepared[],
  draft: Draft,
): Promise<void> {
  const keys = batch.flatMap(requestKeysOf);
  const foreseen = foresee(batch, draft);
  for (const account of foreseen.accounts) draft.books.ask(account.lane, account.accountId);
  const holds = holdIdsOf(batch);
  const instruments = batch.flatMap(instrumentIdsOf);
  const exclusive = batch.filter((one) => one.operation.requestIdIsExclusive === true);
  const items = batch.flatMap(({ operation }) =>
    operation.kind === 'close_item' ? [operation.itemId] : [],
  );
  const [, turns, [gate], requests, named, accounts, byId, held, ids, openItems] =
    await Promise.all([
      pinPlans(transaction),
      takeTurns(transaction, {
        lanes: ascending(new Set(batch.flatMap((prepared) => prepared.lanes))),
      }),
      readGateState(transaction),
      readRequests(transaction, {
        lanes: keys.map((key) => key.lane),
        clientIds: keys.map((key) => key.clientId),
        requestIds: keys.map((key) => key.requestId),
        homeKeys: keys.map((key) => key.homeKey),
      }),
      readForeseenCards(transaction, foreseen),
      readForeseenAccounts(transaction, foreseen),
      readInstrumentsById(transaction, instruments),
      holds.length === 0
        ? []
        : readHolds(transaction, { lanes: holds.map(laneOfId), holdIds: holds }),
      exclusive.length === 0
        ? []
        : readExclusiveIds(transaction, {
            lanes: exclusive.map((one) => idLane(one.operation, draft.laneCount)),
            clientIds: exclusive.map((one) => one.operation.clientId),
            requestIds: exclusive.map((one) => one.operation.requestId),
          }),
      items.length === 0
        ? []
        : readItems(transaction, { lanes: items.map(laneOfId), itemIds: items }),
    ]);
  for (const lane of turns) draft.books.lanes.set(lane.lane, lane);
  const { version, epoch } = present(gate, 'the catalogue has a version, and the switch an epoch');
  const least = { version: Number(version), epoch: Number(epoch) };
  const isSame =
    least.version === draft.catalogue.version && least.epoch === draft.switchboard.epoch;
  if (!isSame) throw new GateMoved(least);
  for (const row of requests) loadRequest(draft, row as RequestRow);
  for (const row of named) loadNamed(draft, row, foreseen.since);
  for (const row of accounts) loadAccountOnce(draft, row);
  for (const row of byId) loadCard(draft, row);
  for (const row of held) draft.loadHold(row as HoldRow);
  for (const row of ids)
    draft.exclusiveIds.load(exclusiveIdKey(row.lane, row.clientId, row.requestId), row);
  for (const row of openItems) draft.items.load(row.itemId, row);
}

function readForeseenCards(transaction: Transaction, { cards, since }: Foreseen) {
  if (cards.length === 0) return [];
  return readNamedCards(transaction, {
    lanes: cards.map(({ lane }) => lane),
    names: cards.map(({ name }) => name),
    areWhole: cards.map(({ isWhole }) => isWhole),
    measures: cards.map(({ measure }) => measure),
    sinces: cards.map(() => since),
  });
}

function readForeseenAccounts(transaction: Transaction, { accounts }: Foreseen) {
  if (accounts.length === 0) return [];
  return readAccounts(transaction, {
    lanes: accounts.map(({ lane }) => lane),
    accountIds: accounts.map(({ accountId }) => accountId),
  });
}

async function readSecondWave(transaction: Transaction, needs: Needs, draft: Draft): Promise<void> {
  for (const account of needs.accounts) draft.books.ask(account.lane, account.accountId);
  const [
    byId,
    named,
    lots,
    holds,
    freezes,
    counters,
    accounts,
    transfers,
    accountsOfTransfers,
    redemptions,
    elsewhere,
    items,
    spends,
  ] = await readNeeds(transaction, needs);
  for (const row of byId) loadCard(draft, row);
  for (const row of lots) draft.loadLot(row as LotRow);
  for (const row of [...named, ...holds]) draft.loadHold(row as HoldRow);
  for (const row of freezes) draft.loadFreeze(row as FreezeRow);
  for (const row of counters) loadCounterOnce(draft, row as CounterRow);
  for (const row of [...accounts, ...accountsOfTransfers]) loadAccountOnce(draft, row);
  loadTransfers(draft, needs.ranges, transfers);
  for (const one of needs.redemptions) draft.loadRedemptions(one.instrumentId, one.merchantId, []);
  for (const row of redemptions) draft.loadRedemption(loadRequest(draft, row as RequestRow));
  for (const row of elsewhere) draft.loadElsewhere(row as RequestSeen);
  for (const row of spends) draft.loadSpend(row as RequestRow);
  for (const row of items) if (!draft.items.find(row.itemId)) draft.items.load(row.itemId, row);
}

/** Only what is needed is asked for: a statement for nothing costs its way there and back. */
function readNeeds(transaction: Transaction, needs: Needs) {
  const cards = [...needs.cards];
  const lanesOfCards = cards.map(laneOfId);
  const ranges = needs.ranges;
  const range = {
    lanes: ranges.map((one) => one.lane),
    firstIds: ranges.map((one) => one.firstId),
    lastIds: ranges.map((one) => one.lastId),
  };
  return Promise.all([
    readInstrumentsById(transaction, [...needs.cardsUnread]),
    needs.holds.length === 0
      ? []
      : readHolds(transaction, {
          lanes: needs.holds.map(laneOfId),
          holdIds: needs.holds,
        }),
    cards.length === 0
      ? []
      : readLots(transaction, {
          lanes: lanesOfCards,
          instrumentIds: cards,
          areWhole: cards.map((card) => needs.cardsWhole.has(card)),
        }),
    needs.cardsWithHolds.length === 0
      ? []
      : readOpenHolds(transaction, {
          lanes: needs.cardsWithHolds.map(laneOfId),
          instrumentIds: needs.cardsWithHolds,
        }),
    needs.cardsWithFreezes.length === 0
      ? []
      : readFreezes(transaction, {
          lanes: needs.cardsWithFreezes.map(laneOfId),
          instrumentIds: needs.cardsWithFreezes,
        }),
    readCountersNamed(transaction, needs.counters),
    needs.accounts.length === 0
      ? []
      : readAccounts(transaction, {
          lanes: needs.accounts.map((one) => one.lane),
          accountIds: needs.accounts.map((one) => one.accountId),
        }),
    ranges.length === 0 ? [] : readTransfersByRange(transaction, range),
    ranges.length === 0 ? [] : readAccountsOfTransfers(transaction, range),
    needs.redemptions.length === 0
      ? []
      : readRedemptionsOfMerchants(transaction, {
          instrumentIds: needs.redemptions.map((one) => one.instrumentId),
          merchantIds: needs.redemptions.map((one) => one.merchantId),
        }),
    needs.elsewhere.length === 0
      ? []
      : readElsewhereRequests(transaction, {
          clientIds: needs.elsewhere.map((one) => one.clientId),
          requestIds: needs.elsewhere.map((one) => one.requestId),
        }),
    needs.advices.length === 0
      ? []
      : readItemsOfRequests(transaction, {
          lanes: needs.advices.map((one) => one.lane),
          clientIds: needs.advices.map((one) => one.clientId),
          requestIds: needs.advices.map((one) => one.requestId),
        }),
    needs.cardsTakenBack.length === 0
      ? []
      : readSpendsOfCards(transaction, { instrumentIds: needs.cardsTakenBack }),
  ]);
}

/** What only lots and redemptions show: the accounts that lots were paid from, the transfers of redemptions. */
async function readThirdWave(
  transaction: Transaction,
  batch: readonly Prepared[],
  { draft, touched }: { readonly draft: Draft; readonly touched: ReadonlySet<bigint> },
): Promise<void> {
  const undoesLoads = batch.some(mayUndoLoads);
  if (undoesLoads && draft.hasUnknownSources(touched)) await draft.houses.load(transaction);
  const wanted = undoesLoads ? draft.unreadSources(touched, batch.some(isWide)) : [];
  const late = lateCounters(draft);
  const ranges = draft.unreadTransfersOfRedemptions();
  const named = batch.flatMap(({ operation, homeKey, homeLane }) => {
    if (operation.kind !== 'reverse') return [];
    const original = draft.findRequest(
      homeLane,
      operation.clientId,
      operation.originalRequestId,
      homeKey,
    );
    return original === undefined ? [] : redemptionsNamed(original);
  });
  const range = {
    lanes: ranges.map((one) => one.lane),
    firstIds: ranges.map((one) => one.firstId),
    lastIds: ranges.map((one) => one.lastId),
  };
  for (const account of wanted) draft.books.ask(account.lane, account.accountId);
  const [accounts, counters, transfers, accountsOfTransfers, requests] = await Promise.all([
    wanted.length === 0
      ? []
      : readAccounts(transaction, {
          lanes: wanted.map((one) => one.lane),
          accountIds: wanted.map((one) => one.accountId),
        }),
    readCountersNamed(transaction, late),
    ranges.length === 0 ? [] : readTransfersByRange(transaction, range),
    ranges.length === 0 ? [] : readAccountsOfTransfers(transaction, range),
    named.length === 0
      ? []
      : readRequests(transaction, {
          lanes: named.map((one) => one.lane),
          clientIds: named.map((one) => one.clientId),
          requestIds: named.map((one) => one.requestId),
          homeKeys: named.map((one) => one.homeKey),
        }),
  ]);
  for (const row of [...accounts, ...accountsOfTransfers]) loadAccountOnce(draft, row);
  loadTransfers(draft, ranges, transfers);
  for (const row of counters) loadCounterOnce(draft, row as CounterRow);
  for (const row of requests) loadRequest(draft, row as RequestRow);

  function isWide(prepared: Prepared): boolean {
    return prepared.lanes.length === draft.laneCount;
  }
}

/** Only these pay back to where a lot came from. */
function mayUndoLoads({ operation }: Prepared): boolean {
  return operation.kind === 'deactivate' || operation.kind === 'reverse';
}

function readCountersNamed(
  transaction: Transaction,
  counters: readonly CounterName[],
): Promise<ReadCountersRow[]> | [] {
  if (counters.length === 0) return [];
  return readCounters(transaction, {
    lanes: counters.map((one) => laneOfId(one.subject)),
    subjects: counters.map((one) => one.subject),
    measures: counters.map((one) => one.measure),
    startsOns: counters.map((one) => one.startsOn),
  });
}

function readInstrumentsById(
  transaction: Transaction,
  ids: readonly bigint[],
): Promise<ReadInstrumentsRow[]> | [] {
  if (ids.length === 0) return [];
  return readInstruments(transaction, {
    lanes: ids.map(laneOfId),
    instrumentIds: ids,
  });
}

interface RequestName {
  readonly lane: number;
  readonly clientId: number;
  readonly requestId: string;
  readonly homeKey: string;
}

/** The request itself, and the one that it reverses or returns. */
function requestKeysOf(prepared: Prepared): RequestName[] {
  const { operation, homeLane: lane, homeKey } = prepared;
  const { clientId, requestId } = operation;
  const keys = [{ lane, clientId, requestId, homeKey }];
  if ('originalRequestId' in operation && operation.originalRequestId !== null) {
    keys.push({ lane, clientId, requestId: operation.originalRequestId, homeKey });
  }
  return keys;
}

function holdIdsOf(batch: readonly Prepared[]): bigint[] {
  const ids = batch.flatMap(({ operation }) =>
    'holdId' in operation && operation.holdId !== null ? [operation.holdId] : [],
  );
  return [...new Set(ids)];
}

function instrumentIdsOf(prepared: Prepared): bigint[] {
  const ids = [prepared.card?.instrumentId, prepared.to?.instrumentId].filter((id) => id != null);
  if (prepared.operation.kind === 'expire') ids.push(prepared.operation.instrumentId);
  return ids;
}
