import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Database } from '../kernel/database/index.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { makeHandmadeIssuer, writeHandmadeLane } from '../../test/support/handmade-books.ts';
import { describeFinding } from '../ledger/index.ts';
import { VERIFIED_TABLES } from './verify-pages.ts';
import { verifyBooks } from './verify.ts';

const AT = Date.parse('2026-11-20T03:00:00Z');

async function makeBooks(db: Database): Promise<void> {
  await makeHandmadeIssuer(db, 3);
  await writeHandmadeLane(db, 0, AT);
  await writeHandmadeLane(db, 2, AT + 5);
}

/** What is done to the books by SQL, and the finding that names it: kind, table, and a part of the sentence. */
const TAMPERED: readonly (readonly [act: string, kind: string, table: string, said: RegExp])[] = [
  // the chain
  [
    'delete from ledger.batch where lane = 2 and batch_id = 1',
    'batch_missing',
    'batch',
    /batch 2, batchId: stands 2, expected 1/,
  ],
  [
    "update ledger.batch set previous_hash = sha256('x') where lane = 2 and batch_id = 2",
    'batch_previous_hash',
    'batch',
    /lane 2, batch 2/,
  ],
  [
    "update ledger.batch set hash = sha256('x') where lane = 0 and batch_id = 2",
    'batch_hash',
    'batch',
    /lane 0, batch 2, hash/,
  ],
  [
    "update ledger.batch set content = '\\x00' where lane = 0 and batch_id = 1",
    'batch_content',
    'batch',
    /cannot be read/,
  ],
  [
    'update ledger.batch set content = (select content from ledger.batch where lane = 2 and batch_id = 2) where lane = 0 and batch_id = 2',
    'batch_hash',
    'batch',
    /lane 0, batch 2/,
  ],
  [
    "update ledger.batch set at = at - interval '1 day' where lane = 0 and batch_id = 2",
    'batch_time',
    'batch',
    /lane 0, batch 2, at/,
  ],
  [
    'update ledger.batch set operation_count = 9 where lane = 0 and batch_id = 2',
    'batch_content',
    'batch',
    /lane 0, batch 2/,
  ],
  [
    'update ledger.batch set last_id = 1 where lane = 0 and batch_id = 2',
    'batch_counter',
    'batch',
    /lane 0, batch 2, lastId/,
  ],
  [
    'update ledger.lane set last_id = last_id + 1 where lane = 2',
    'lane_head',
    'lane',
    /lane 2, lane , lastId: stands 31, expected 30/,
  ],
  [
    'delete from ledger.batch where lane = 2 and batch_id = 2',
    'lane_head',
    'lane',
    /lane 2, lane , lastBatchId: stands 2, expected 1/,
  ],
  // one row of each table
  [
    'update instruments.instrument set face_minor = 6000 where lane = 2',
    'row_differs',
    'instrument',
    /faceMinor: stands 6000, expected 5000/,
  ],
  [
    "update instruments.instrument set number = '4900000000009999' where lane = 2",
    'row_differs',
    'instrument',
    /number: stands …9999, expected …1002/,
  ],
  [
    'update instruments.lot set loaded_minor = 99999 where lane = 0',
    'row_differs',
    'lot',
    /lane 0, lot 2816 3072, loadedMinor: stands 99999, expected 5000/,
  ],
  [
    "update instruments.hold set expires_at = expires_at + interval '1 day' where lane = 0",
    'row_differs',
    'hold',
    /hold 5632, expiresAt/,
  ],
  [
    "update instruments.freeze set reason = 'found' where lane = 0",
    'row_differs',
    'freeze',
    /reason: stands found, expected lost/,
  ],
  [
    'update instruments.counter set used_minor = 0 where lane = 0',
    'row_differs',
    'counter',
    /2816 redeem 2026-11-01, usedMinor: stands 0, expected 2500/,
  ],
  [
    "update instruments.request set outcome = 'internal' where request_id = 'redeem-2'",
    'row_differs',
    'request',
    /1 redeem-2 .*outcome: stands internal, expected accepted/,
  ],
  [
    'update instruments.request set facts = \'{"lotId":"1"}\' where kind = \'activate\' and lane = 0',
    'row_differs',
    'request',
    /facts/,
  ],
  [
    "update instruments.exclusive_id set home_key = 'n:0' where lane = 0",
    'row_differs',
    'exclusive_id',
    /activate-0, homeKey/,
  ],
  [
    'update instruments.item set closed_at = opened_at where lane = 0',
    'row_differs',
    'item',
    /item 6656, closedAt: stands 1\d+, expected nothing/,
  ],
  [
    'update ledger.transfer set lot_id = null where lane = 0 and transfer_id = 5120',
    'row_differs',
    'transfer',
    /transfer 5120, lotId: stands nothing, expected 3072/,
  ],
  [
    'update ledger.account set posted_minor = posted_minor + 1 where lane = 0 and account_id = -2',
    'row_differs',
    'account',
    /lane 0, account -2, postedMinor: stands 1501, expected 1500/,
  ],
  [
    "update instruments.card_name set instrument_id = 1 where name = 'c1:hash0'",
    'row_differs',
    'card_name',
    /c1:hash0, instrumentId/,
  ],
  ['delete from instruments.counter where lane = 2', 'row_missing', 'counter', /stands nothing/],
  [
    "delete from instruments.request where request_id = 'hold-0'",
    'row_missing',
    'request',
    /hold-0/,
  ],
  [
    "insert into instruments.counter values (1, 5, 'load', '2026-01-01', 1, '2026-01-01', 1)",
    'row_extra',
    'counter',
    /lane 1, counter 5 load 2026-01-01/,
  ],
  // the books
  [
    'update ledger.account set posted_minor = posted_minor + 1 where lane = 0 and account_id = -2',
    'unit_not_zero',
    'account',
    /account JPY, postedMinor: stands 1, expected 0/,
  ],
  [
    'update ledger.account set posted_minor = posted_minor + 1 where lane = 0 and account_id = -2',
    'account_balance',
    'account',
    /account -2, postedMinor: stands 1501, expected 1500/,
  ],
  [
    "insert into ledger.account values (0, -3, 'JPY', 7, 0, null)",
    'interlane_not_zero',
    'account',
    /interlane JPY/,
  ],
  [
    'delete from ledger.account where lane = 0 and account_id = 2816',
    'account_balance',
    'account',
    /account 2816, postedMinor: stands nothing, expected 3500/,
  ],
  [
    'alter table ledger.account drop constraint account_at_or_above_floor; update ledger.account set posted_minor = -1 where lane = 0 and account_id = 2816',
    'account_floor',
    'account',
    /account 2816/,
  ],
  [
    "insert into ledger.account values (0, 77, 'JPY', 0, 0, null)",
    'account_owner',
    'account',
    /account 77/,
  ],
  [
    "update ledger.account set unit = 'USD' where lane = 0 and account_id = -2",
    'transfer_unit',
    'transfer',
    /transfer 5120/,
  ],
  [
    'update ledger.account set floor_minor = -9 where lane = 0 and account_id = -2',
    'house_account',
    'account',
    /account -2, unit/,
  ],
  [
    'update ledger.transfer set amount_minor = amount_minor + 1 where transfer_id = 5120',
    'account_balance',
    'account',
    /account -2, /,
  ],
  // instruments
  [
    'update instruments.lot set remaining_minor = remaining_minor - 1 where lane = 0',
    'lot_sum',
    'account',
    /account 2816, postedMinor: stands 3500, expected 3499/,
  ],
  [
    'update instruments.lot set remaining_minor = remaining_minor - 1 where lane = 0',
    'lot_transfers',
    'lot',
    /lot 2816 3072, remainingMinor: stands 3499, expected 3500/,
  ],
  [
    'update instruments.lot set held_minor = 0 where lane = 0',
    'lot_sum',
    'account',
    /account 2816, heldMinor: stands 1000, expected 0/,
  ],
  [
    'update instruments.lot set held_minor = 0 where lane = 0',
    'hold_lot',
    'lot',
    /lot 3072, heldMinor: stands 0, expected 1000/,
  ],
  [
    "update instruments.hold set lot_minors = '{999}' where lane = 0",
    'hold_sum',
    'hold',
    /hold 5632, lotMinors: stands 999, expected 1000/,
  ],
  ['update instruments.lot set instrument_id = 5 where lane = 0', 'lot_owner', 'lot', /lot 5 3072/],
  [
    "update instruments.request set transfer_count = 0 where request_id = 'redeem-0'",
    'transfer_request',
    'transfer',
    /lane 0, transfer 5120: stands of 0 requests/,
  ],
  [
    "update instruments.request set first_transfer_id = 5120, transfer_count = 1 where request_id = 'hold-0'",
    'transfer_request',
    'transfer',
    /transfer 5120: stands of 2 requests/,
  ],
  [
    "update instruments.request set transfer_count = 2 where request_id = 'redeem-0'",
    'request_transfers',
    'transfer',
    /transfer 5376: stands nothing/,
  ],
  [
    "update instruments.request set outcome = 'internal' where request_id = 'redeem-0'",
    'request_transfers',
    'request',
    /1 redeem-0, transferCount/,
  ],
  [
    "update instruments.request set undone_minor = 1501 where request_id = 'redeem-0'",
    'request_undone',
    'request',
    /undoneMinor: stands 1501, expected 1500 at most/,
  ],
  [
    "update instruments.request set undone_minor = 700 where request_id = 'redeem-0'",
    'request_undone',
    'request',
    /1 redeem-0, undoneMinor: stands 700, expected 0/,
  ],
  [
    'update instruments.request set sequence = 2560 where lane = 0',
    'request_outcome',
    'request',
    /sequence 2560/,
  ],
  [
    'update instruments.instrument set open_freezes = 0 where lane = 0',
    'freeze_count',
    'instrument',
    /openFreezes: stands 0, expected 1/,
  ],
  [
    'update instruments.freeze set instrument_id = 7 where lane = 0',
    'freeze_count',
    'freeze',
    /freeze 7 6144/,
  ],
  [
    "update instruments.instrument set state = 'voided' where lane = 0",
    'instrument_state',
    'instrument',
    /state: stands voided with 3500/,
  ],
  [
    "update instruments.card_name set instrument_id = 7 where name = 'c1:hash0'",
    'card_name',
    'card_name',
    /c1:hash0/,
  ],
  [
    "delete from instruments.card_name where name like 'n:%' and lane = 0",
    'instrument_name',
    'instrument',
    /number: stands …1000/,
  ],
  [
    "delete from instruments.card_name where name like 'c%' and lane = 0",
    'instrument_name',
    'card_name',
    /0 cards, expected 1 cards/,
  ],
];

void describe('verify', () => {
  forBothDatabases('finds nothing wrong in whole books', async (db) => {
    await makeBooks(db);
    const report = await verifyBooks(db);
    assert.deepEqual(report.findings.map(describeFinding), []);
    assert.equal(report.ok, true);
    assert.deepEqual([report.lanes, report.batches, report.rows], [3, 4, 38]);
  });

  forBothDatabases('names what was changed behind its back, each kind of row', async (db) => {
    await makeBooks(db);
    for (const [act, kind, table, said] of TAMPERED) {
      await tamper(db, act, (report) => {
        const found = report.findings.find(
          (finding) => finding.kind === kind && finding.table === table,
        );
        assert.ok(found, `${act}: ${report.findings.map(describeFinding).join('; ')}`);
        assert.match(describeFinding(found), said);
        assert.equal(report.ok, false);
      });
    }
    assert.equal((await verifyBooks(db)).ok, true, 'the books were put back each time');
  });

  forBothDatabases('looks into a lane that holds one row of whatever table', async (db) => {
    await makeBooks(db);
    const names = ['batch', ...VERIFIED_TABLES.map(({ journal }) => journal.name)];
    const ledgers = ['batch', 'account', 'transfer'];
    const emptied = `
      set local session_replication_role = replica;
      update ledger.lane set last_batch_id = 0, last_id = 0, last_at = 'epoch',
        last_hash = decode(repeat('00', 32), 'hex') where lane = 2;`;
    for (const name of names) {
      const others = names.filter((other) => other !== name);
      const places = others.map((it) => `${ledgers.includes(it) ? 'ledger' : 'instruments'}.${it}`);
      const cleared = places.map((place) => `delete from ${place} where lane = 2;`).join('');
      await tamper(db, emptied + cleared, ({ findings }) => {
        const table = name === 'batch' ? 'lane' : name;
        assert.ok(findings.some((found) => found.lane === 2 && found.table === table));
      });
    }
  });
});

type Report = Awaited<ReturnType<typeof verifyBooks>>;

/** Verifies inside the transaction that did the act, then rolls it back. */
async function tamper(db: Database, act: string, check: (report: Report) => void): Promise<void> {
  const tampering = db.begin();
  try {
    await tampering.script(act);
    const inside = {
      ...db,
      transaction: (work: (on: typeof tampering) => Promise<unknown>) => work(tampering),
    };
    check(await verifyBooks(inside as unknown as Database));
  } finally {
    await tampering.rollback();
  }
}
