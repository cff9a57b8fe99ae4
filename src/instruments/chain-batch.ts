import {
  ACCOUNT_JOURNAL,
  journalHash,
  journalHead,
  journalRow,
  TRANSFER_JOURNAL,
  type JournalTable,
  type LaneRow,
  type RowSet,
} from '../ledger/index.ts';
import type { Draft } from './draft.ts';
import {
  CARD_NAME_JOURNAL,
  COUNTER_JOURNAL,
  EXCLUSIVE_ID_JOURNAL,
  FREEZE_JOURNAL,
  HOLD_JOURNAL,
  INSTRUMENT_JOURNAL,
  ITEM_JOURNAL,
  LOT_JOURNAL,
  REQUEST_JOURNAL,
  type RequestRow,
} from './rows.ts';

export interface ChainedLane {
  readonly lane: LaneRow;
  readonly text: Uint8Array; // UTF-8
  readonly previousHash: Uint8Array;
  readonly operationCount: number;
}

/** The journal of each lane in which something changed, and its place in the lane's chain. */
export function chainLanes(draft: Draft): ChainedLane[] {
  const lines = new Map<number, string[]>();
  const add = <Row extends { readonly lane: number }>(
    table: JournalTable<Row>,
    rows: Iterable<Row>,
  ): void => {
    for (const row of rows) {
      const line = journalRow(table, row);
      const list = lines.get(row.lane);
      if (list === undefined) lines.set(row.lane, [line]);
      else list.push(line);
    }
  };
  const addSet = <Row extends { readonly lane: number }>(
    table: JournalTable<Row>,
    set: RowSet<Row>,
  ): void => {
    add(table, set.added);
    add(table, set.changed);
  };
  addSet(REQUEST_JOURNAL, draft.requests);
  addSet(INSTRUMENT_JOURNAL, draft.instruments);
  addSet(CARD_NAME_JOURNAL, draft.cardNames);
  addSet(LOT_JOURNAL, draft.lots);
  addSet(HOLD_JOURNAL, draft.holds);
  addSet(FREEZE_JOURNAL, draft.freezes);
  addSet(COUNTER_JOURNAL, draft.counters);
  addSet(EXCLUSIVE_ID_JOURNAL, draft.exclusiveIds);
  addSet(ITEM_JOURNAL, draft.items);
  add(TRANSFER_JOURNAL, draft.books.transfers);
  addSet(ACCOUNT_JOURNAL, draft.books.accounts);
  const operations = countByLane(draft.requests.added);
  return [...lines].map(([number, changed]) => {
    const lane = draft.books.lane(number);
    const operationCount = operations.get(number) ?? 0;
    const previousHash = lane.lastHash;
    lane.lastBatchId += 1n;
    const head = {
      lane: number,
      batchId: lane.lastBatchId,
      at: lane.lastAt,
      operationCount,
      lastId: lane.lastId,
    };
    const text = Buffer.from(`${journalHead(head)}\n${changed.join('\n')}\n`, 'utf8');
    lane.lastHash = journalHash(previousHash, text);
    return { lane, text, previousHash, operationCount };
  });
}

function countByLane(rows: Iterable<RequestRow>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { lane } of rows) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return counts;
}
