import type { Database, Queryable } from '../../src/kernel/database/index.ts';
import { makeId } from '../../src/kernel/ids.ts';
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
} from '../../src/instruments/rows.ts';
import {
  journalHash,
  journalHead,
  packJournal,
  ACCOUNT_JOURNAL,
  type JournalTable,
  journalRow,
  TRANSFER_JOURNAL,
} from '../../src/ledger/index.ts';

/**
 * Books written by hand, row by row and without the engine, so that verify, the feed and the settlement
 * are tested against what the tables and journals mean and not against what the engine happens to do.
 */
export type HandRow = Readonly<Record<string, unknown>>;

export interface HandBatch {
  readonly lane: number;
  readonly at: number;
  readonly operationCount?: number;
  /** Rows by table, each whole; one that is there already is replaced. */
  readonly rows: Readonly<Record<string, readonly HandRow[]>>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- rows are made by hand
const TABLES: readonly JournalTable<any>[] = [
  REQUEST_JOURNAL,
  INSTRUMENT_JOURNAL,
  CARD_NAME_JOURNAL,
  LOT_JOURNAL,
  HOLD_JOURNAL,
  FREEZE_JOURNAL,
  COUNTER_JOURNAL,
  EXCLUSIVE_ID_JOURNAL,
  ITEM_JOURNAL,
  TRANSFER_JOURNAL,
  ACCOUNT_JOURNAL,
];

/** Writes the rows, the journal and the lane's head, as the write path does. */
export async function writeBatchByHand(db: Database, batch: HandBatch): Promise<void> {
  await db.transaction(async (on) => {
    const [lane] = await on.query('select * from ledger.lane where lane = $1', [batch.lane]);
    const batchId = BigInt(String(lane?.['last_batch_id'])) + 1n;
    const lastId = BigInt(String(lane?.['last_id'])) + 15n;
    const previousHash = lane?.['last_hash'] as Uint8Array;
    const operationCount = batch.operationCount ?? 1;
    let text = `${journalHead({ lane: batch.lane, batchId, at: batch.at, operationCount, lastId })}\n`;
    for (const table of TABLES) {
      for (const row of batch.rows[table.name] ?? []) {
        text += `${journalRow(table, { lane: batch.lane, batchId, ...row })}\n`;
        await upsert(on, table, { lane: batch.lane, batchId, ...row });
      }
    }
    const hash = journalHash(previousHash, text);
    const at = new Date(batch.at);
    await on.query(
      `insert into ledger.batch (lane, batch_id, at, operation_count, last_id, previous_hash, hash, content)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [batch.lane, batchId, at, operationCount, lastId, previousHash, hash, packJournal(text)],
    );
    await on.query(
      `update ledger.lane set last_id = $2, last_batch_id = $3, last_hash = $4, last_at = $5 where lane = $1`,
      [batch.lane, lastId, batchId, hash, at],
    );
  });
}

const INSTANTS = /At$/;

// oxlint-disable-next-line typescript/no-explicit-any -- rows are made by hand
async function upsert(on: Queryable, table: JournalTable<any>, row: HandRow): Promise<void> {
  const schema = table === ACCOUNT_JOURNAL || table === TRANSFER_JOURNAL ? 'ledger' : 'instruments';
  const columns =
    table === INSTRUMENT_JOURNAL ? [...table.columns, 'codeLast4'] : [...table.columns];
  const names = columns.map(snakeCase);
  const values = columns.map((column) => {
    const value = row[column] ?? null;
    return INSTANTS.test(column) && typeof value === 'number' ? new Date(value) : value;
  });
  const key = names.slice(0, table.key).join(', ');
  const set = names.map((name) => `${name} = excluded.${name}`).join(', ');
  await on.query(
    `insert into ${schema}.${table.name} (${names.join(', ')})
     values (${names.map((_name, at) => `$${at + 1}`).join(', ')})
     on conflict (${key}) do update set ${set}`,
    values,
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An issuer with one code product, a seller and a merchant, and house accounts in `lanes` lanes. */
export async function makeHandmadeIssuer(db: Database, lanes: number): Promise<void> {
  await db.script(`
    insert into ledger.lane (lane) select generate_series(0, ${lanes - 1})
      where not exists (select from ledger.lane);
    insert into programmes.issuer (key, name_ja, name_en) values ('kumo', 'くも', 'Kumo');
    insert into programmes.programme (issuer_id, key, name_ja, name_en, unit)
      values (1, 'gift', 'ギフト', 'Gift', 'JPY');
    insert into programmes.product (programme_id, key, kind, name_ja, name_en, face_min_minor, face_max_minor,
        code_alphabet, code_length, code_prefix, code_groups, number_prefix, number_digits, redeems_by)
      values (1, 'posa', 'posa', 'カード', 'Card', 500, 50000, 'ABC', 30, '', 0, '4900', 16, '{code,number}');
    insert into programmes.seller (issuer_id, key, name_ja, name_en) values (1, 'shop', '店', 'Shop');
    insert into programmes.merchant (issuer_id, key, name_ja, name_en) values (1, 'cafe', '茶店', 'Cafe');
    insert into clients.client (issuer_id, key, name, seller_id, merchant_id) values (1, 'pos', 'POS', 1, 1);
    insert into ledger.house_account (issuer_id, kind, party_id, unit) values
      (1, 'seller_receivable', 1, 'JPY'), (1, 'merchant_payable', 1, 'JPY'), (1, 'interlane', 0, 'JPY');
  `);
}

export const RECEIVABLE = -1n;
export const PAYABLE = -2n;

const idIn =
  (lane: number) =>
  (counter: number): bigint =>
    makeId(BigInt(counter), lane);

function request(id: (counter: number) => bigint, at: number, over: HandRow): HandRow {
  return {
    clientId: 1,
    homeKey: 'n:4900000000001234',
    content: new Uint8Array(16),
    arrivedAt: at,
    decidedAt: at,
    outcome: 'accepted',
    instrumentId: id(11),
    productId: 1,
    sellerId: null,
    merchantId: null,
    holdId: null,
    amountMinor: null,
    balanceMinor: null,
    state: 'active',
    firstTransferId: null,
    transferCount: 0,
    undoneMinor: 0n,
    isReversed: false,
    facts: null,
    ...over,
  };
}

/**
 * One lane's story in two batches: a card of 5,000 is stocked and activated; then 1,500 are redeemed, 1,000
 * held, the card frozen, and an item opened. Counters of ids begin at 10.
 */
export async function writeHandmadeLane(db: Database, lane: number, at: number): Promise<void> {
  const id = idIn(lane);
  const card = {
    instrumentId: id(11),
    productId: 1,
    cause: null,
    number: `490000000000${1000 + lane}`,
    faceMinor: 5000n,
    sellerId: 1,
    codeLast4: 'WXYZ',
  };
  const lot = {
    instrumentId: id(11),
    lotId: id(12),
    class: 'paid',
    loadedMinor: 5000n,
    heldMinor: 0n,
    expiresAt: null,
    isFrozen: false,
    sourceAccountId: RECEIVABLE,
  };
  const account = (accountId: bigint, postedMinor: bigint, heldMinor = 0n): HandRow => ({
    accountId,
    unit: 'JPY',
    postedMinor,
    heldMinor,
    floorMinor: accountId === id(11) ? 0n : null,
  });
  const homeKey = `n:${card.number}`;
  await writeBatchByHand(db, {
    lane,
    at,
    operationCount: 2,
    rows: {
      request: [
        request(id, at, {
          requestId: `stock-${lane}`,
          homeKey: '',
          sequence: id(10),
          kind: 'stock',
          instrumentId: null,
          state: null,
          facts: { cards: 1 },
        }),
        request(id, at, {
          requestId: `activate\\${lane}`,
          homeKey,
          sequence: id(14),
          kind: 'activate',
          sellerId: 1,
          amountMinor: 5000n,
          balanceMinor: 5000n,
          firstTransferId: id(13),
          transferCount: 1,
          facts: { lotId: String(id(12)), expiresAt: null },
        }),
      ],
      instrument: [{ ...card, state: 'active', openFreezes: 0, activatedAt: at }],
      card_name: [
        { name: homeKey, instrumentLane: lane, instrumentId: id(11) },
        { name: `c1:hash${lane}`, instrumentLane: lane, instrumentId: id(11) },
      ],
      lot: [{ ...lot, remainingMinor: 5000n }],
      exclusive_id: [{ clientId: 1, requestId: `activate-${lane}`, homeKey }],
      transfer: [
        {
          transferId: id(13),
          debitAccountId: RECEIVABLE,
          creditAccountId: id(11),
          amountMinor: 5000n,
          lotId: id(12),
        },
      ],
      account: [account(RECEIVABLE, -5000n), account(id(11), 5000n)],
    },
  });
  await writeBatchByHand(db, {
    lane,
    at: at + 1000,
    operationCount: 3,
    rows: {
      request: [
        request(id, at + 1000, {
          requestId: `redeem-${lane}`,
          homeKey,
          sequence: id(21),
          kind: 'redeem',
          merchantId: 1,
          amountMinor: 1500n,
          balanceMinor: 3500n,
          firstTransferId: id(20),
          transferCount: 1,
        }),
        request(id, at + 1000, {
          requestId: `hold-${lane}`,
          homeKey,
          sequence: id(23),
          kind: 'hold',
          merchantId: 1,
          holdId: id(22),
          amountMinor: 1000n,
          balanceMinor: 2500n,
        }),
        request(id, at + 1000, {
          requestId: `freeze-${lane}`,
          homeKey,
          sequence: id(25),
          kind: 'freeze',
          balanceMinor: 2500n,
        }),
      ],
      instrument: [{ ...card, state: 'active', openFreezes: 1, activatedAt: at }],
      lot: [{ ...lot, remainingMinor: 3500n, heldMinor: 1000n }],
      hold: [
        {
          holdId: id(22),
          instrumentId: id(11),
          clientId: 1,
          merchantId: 1,
          state: 'open',
          amountMinor: 1000n,
          capturedMinor: 0n,
          lotIds: [id(12)],
          lotMinors: [1000n],
          openedAt: at + 1000,
          expiresAt: at + 90_000_000,
        },
      ],
      freeze: [
        {
          instrumentId: id(11),
          freezeId: id(24),
          owner: 'support',
          reason: 'lost\tat the "shop"\nふむ',
          openedAt: at + 1000,
          liftedAt: null,
        },
      ],
      counter: [
        {
          subject: id(11),
          measure: 'redeem',
          startsOn: '2026-11-01',
          usedMinor: 2500n,
          day: '2026-11-21',
          dayUsedMinor: 2500n,
        },
      ],
      item: [
        {
          itemId: id(26),
          cause: 'test',
          issuerId: 1,
          clientId: 1,
          requestId: `redeem-${lane}`,
          instrumentId: id(11),
          amountMinor: 1n,
          openedAt: at + 1000,
          closedAt: null,
          closingNote: null,
        },
      ],
      transfer: [
        {
          transferId: id(20),
          debitAccountId: id(11),
          creditAccountId: PAYABLE,
          amountMinor: 1500n,
          lotId: id(12),
        },
      ],
      account: [account(id(11), 3500n, 1000n), account(PAYABLE, 1500n)],
    },
  });
}
