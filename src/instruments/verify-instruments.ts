import type { Queryable } from '../kernel/database/index.ts';
import type { Finding, FindingKind, Findings } from '../ledger/index.ts';
import {
  countCodes,
  findSequenceTwice,
  findUnnamedNumber,
  findUnownedAccount,
  findUnownedFreeze,
  findUnownedLot,
  findWrongCardName,
  findWrongFreezeCount,
  findWrongHold,
  findWrongHoldLot,
  findWrongLotSum,
  findWrongLotTransfers,
  findWrongRequest,
  findWrongState,
  findWrongTransferOwner,
  findWrongUndone,
} from './verify.sql.ts';

/** What one lane's instruments, holds, requests and names say of each other and of the ledger. */
export async function verifyInstruments(
  db: Queryable,
  lane: number,
  findings: Findings,
): Promise<void> {
  for (const check of CHECKS) {
    for (const wrong of await check(db, lane)) findings.add({ lane, ...wrong });
  }
}

type Wrong = Omit<Finding, 'lane'>;
type Check = (db: Queryable, lane: number) => Promise<readonly Wrong[]>;
type Sayable = string | number | bigint | null;
type Said = readonly [column: string | null, stands: Sayable, expected: Sayable];

function wrong(kind: FindingKind, table: string, key: readonly Sayable[], said: Said): Wrong {
  const [column, stands, expected] = said;
  return {
    kind,
    table,
    key: key.join(' '),
    column,
    stands: textOf(stands),
    expected: textOf(expected),
  };
}

function textOf(value: Sayable): string | null {
  return value === null ? null : String(value);
}

/** Each is one statement, and the words for the row that it finds. */
const CHECKS: readonly Check[] = [
  async (db, lane) =>
    (await findWrongLotSum(db, { lane })).map((row) =>
      row.remainingMinor === (row.postedMinor ?? 0n)
        ? wrong(
            'lot_sum',
            'account',
            [row.instrumentId],
            ['heldMinor', row.heldMinor, row.lotHeldMinor],
          )
        : wrong(
            'lot_sum',
            'account',
            [row.instrumentId],
            ['postedMinor', row.postedMinor, row.remainingMinor],
          ),
    ),
  async (db, lane) =>
    (await findUnownedLot(db, { lane })).map((row) =>
      wrong(
        'lot_owner',
        'lot',
        [row.instrumentId, row.lotId],
        ['instrumentId', row.instrumentId, 'an instrument'],
      ),
    ),
  async (db, lane) =>
    (await findUnownedAccount(db, { lane })).map((row) =>
      wrong(
        'account_owner',
        'account',
        [row.accountId],
        [
          'accountId',
          row.isBoth ? 'an instrument and a house account' : null,
          'an instrument or a house account',
        ],
      ),
    ),
  async (db, lane) =>
    (await findWrongLotTransfers(db, { lane })).map((row) =>
      wrong(
        'lot_transfers',
        'lot',
        [row.instrumentId, row.lotId],
        ['remainingMinor', row.remainingMinor, row.movedMinor],
      ),
    ),
  async (db, lane) =>
    (await findWrongHoldLot(db, { lane })).map((row) =>
      wrong('hold_lot', 'lot', [row.lotId], ['heldMinor', row.heldMinor, row.promisedMinor ?? 0n]),
    ),
  async (db, lane) =>
    (await findWrongHold(db, { lane })).map((row) =>
      row.isOwned
        ? wrong('hold_sum', 'hold', [row.holdId], ['lotMinors', row.heldMinor, row.openMinor])
        : wrong('hold_sum', 'hold', [row.holdId], ['instrumentId', null, 'an instrument']),
    ),
  async (db, lane) =>
    (await findWrongRequest(db, { lane })).map((row) => {
      const key = [row.clientId, row.requestId];
      return row.undoneMinor > (row.amountMinor ?? 0n)
        ? wrong('request_undone', 'request', key, [
            'undoneMinor',
            row.undoneMinor,
            `${row.amountMinor ?? 0n} at most`,
          ])
        : wrong('request_transfers', 'request', key, [
            'transferCount',
            row.transferCount,
            `what ${row.outcome} may move`,
          ]);
    }),
  async (db, lane) =>
    (await findSequenceTwice(db, { lane })).map((row) =>
      wrong(
        'request_outcome',
        'request',
        [`sequence ${row.sequence}`],
        ['sequence', `${row.times} requests`, 'one'],
      ),
    ),
  async (db, lane) =>
    (await findWrongFreezeCount(db, { lane })).map((row) =>
      wrong(
        'freeze_count',
        'instrument',
        [row.instrumentId],
        ['openFreezes', row.openFreezes, row.openRows],
      ),
    ),
  async (db, lane) =>
    (await findUnownedFreeze(db, { lane })).map((row) =>
      wrong(
        'freeze_count',
        'freeze',
        [row.instrumentId, row.freezeId],
        ['instrumentId', row.instrumentId, 'an instrument'],
      ),
    ),
  async (db, lane) =>
    (await findWrongState(db, { lane })).map((row) =>
      wrong(
        'instrument_state',
        'instrument',
        [row.instrumentId],
        ['state', `${row.state} with ${row.postedMinor}`, 'no value'],
      ),
    ),
  async (db, lane) =>
    (await findWrongCardName(db, { lane })).map((row) =>
      wrong(
        'card_name',
        'card_name',
        [row.name],
        ['instrumentId', row.instrumentId, 'the card of this name'],
      ),
    ),
  async (db, lane) =>
    (await findUnnamedNumber(db, { lane })).map((row) =>
      wrong(
        'instrument_name',
        'instrument',
        [row.instrumentId],
        ['number', row.number, 'its name in card_name'],
      ),
    ),
];

/** What lies across lanes: the codes of cards that live elsewhere, and what their requests moved. */
export async function verifyAcrossLanes(db: Queryable, findings: Findings): Promise<void> {
  for (const row of await countCodes(db)) {
    const said: Said = [null, `${row.named} cards`, `${row.cards} cards with a code`];
    findings.add({ lane: row.lane, ...wrong('instrument_name', 'card_name', ['codes'], said) });
  }
  for (const row of await findWrongTransferOwner(db)) {
    const found =
      row.debitAccountId === null
        ? wrong(
            'request_transfers',
            'transfer',
            [row.transferId],
            [null, null, 'a transfer that a request names'],
          )
        : wrong(
            'transfer_request',
            'transfer',
            [row.transferId],
            [null, `of ${row.requests} requests`, 'of one request'],
          );
    findings.add({ lane: row.lane, ...found });
  }
  for (const row of await findWrongUndone(db)) {
    const said: Said = ['undoneMinor', row.undoneMinor, row.returnedMinor];
    const key = [row.clientId, row.requestId];
    findings.add({ lane: row.lane, ...wrong('request_undone', 'request', key, said) });
  }
}
