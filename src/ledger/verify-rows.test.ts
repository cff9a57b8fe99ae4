import assert from 'node:assert/strict';
import { test } from 'node:test';
import { journalLine } from './journal.ts';
import { journalRow, journalTable } from './rows.ts';
import { describeFinding, Findings } from './verify-finding.ts';
import { compareTable, LastVersions, type VerifiedTable } from './verify-rows.ts';

interface Pot {
  readonly lane: number;
  readonly potId: bigint;
  readonly note: string | null;
}

const JOURNAL = journalTable('pot', 2, (pot: Pot) => [pot.lane, pot.potId, pot.note]);

function potTable(rows: readonly Pot[]): VerifiedTable<Pot> {
  return {
    journal: JOURNAL,
    readPage: async (_db, _lane, after, size) =>
      rows.filter((row) => row.potId > (after?.potId ?? -1n)).slice(0, size),
  };
}

const NO_DATABASE = {} as never;
const POTS = Array.from({ length: 5_000 }, (_none, at) => ({
  lane: 1,
  potId: BigInt(at),
  note: `a\tb ${at}`,
}));
const LINES = POTS.map((pot) => journalRow(JOURNAL, pot));

void test('a lane larger than what is kept at once is compared share by share', async () => {
  const findings = new Findings();
  const table = potTable(POTS.map((pot) => (pot.potId === 77n ? { ...pot, note: 'other' } : pot)));
  const versions = new LastVersions([table], 300);
  for (const line of LINES) versions.take(line);
  assert.equal(versions.isOverfull, true);
  const passes = versions.passesNeeded;
  let rows = 0;
  for (let pass = 0; pass < passes; pass++) {
    versions.startPass(pass, passes);
    for (const line of LINES) versions.take(line);
    rows += await compareTable(NO_DATABASE, { lane: 1, table }, versions, findings);
  }
  assert.equal(rows, POTS.length);
  assert.deepEqual(findings.list().map(describeFinding), [
    'lane 1, pot 77, note: stands other, expected a\tb 77 (row_differs)',
  ]);
});

void test('a later version of a row replaces the one before it', async () => {
  const findings = new Findings();
  const table = potTable([{ lane: 1, potId: 1n, note: 'new' }]);
  const versions = new LastVersions([table]);
  for (const note of ['old', 'new']) versions.take(journalLine('pot', [1, 1n, note]));
  assert.equal(await compareTable(NO_DATABASE, { lane: 1, table }, versions, findings), 1);
  assert.equal(findings.count, 0);
});

void test('a line of a table that nobody knows is not taken', () => {
  assert.equal(new LastVersions([potTable([])]).take('jug\t1\t2'), false);
});

void test('a report keeps the last four of a printed number', () => {
  const findings = new Findings();
  const place = { lane: 0, table: 'request', key: '1 r-1 n:4900000000001234' };
  findings.add({
    kind: 'row_missing',
    ...place,
    column: null,
    stands: null,
    expected: 'request\t0\tn:4900000000001234\t5',
  });
  const [said = ''] = findings.list().map(describeFinding);
  assert.equal(said.includes('4900000000'), false);
  assert.match(said, /n:…1234/);
});
