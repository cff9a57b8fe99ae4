import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { makeHandmadeIssuer, writeHandmadeLane } from '../../test/support/handmade-books.ts';
import { verifyBooks } from '../instruments/index.ts';
import { MovedClock, type Instant } from '../kernel/clock.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { makeDueRoots } from '../ledger/index.ts';
import { appendAudit, AUDIT_CHAIN, verifyAudit } from '../operators/index.ts';

const keys = openKeyRing(new Uint8Array(32).fill(7));
const NOON = Date.parse('2026-11-20T12:00:00Z');
const DAY_MS = 86_400_000;

async function act(db: Database, at: Instant, subject: string): Promise<void> {
  const entry = { at, subject, issuerId: null, actor: 'server', kind: 'act', act: 'try' } as const;
  await db.transaction((on) => appendAudit(on, { ...entry, detail: {} }));
}

/** What somebody does who has the whole database: takes the trail away and writes another. */
async function writeAnew(db: Database, subjects: readonly string[]): Promise<void> {
  await db.script(`
    alter table operators.audit disable trigger all;
    delete from operators.audit;
    update operators.audit_head set audit_id = 0, hash = decode(repeat('00', 32), 'hex');
    alter table operators.audit enable trigger all;
  `);
  for (const subject of subjects) await act(db, NOON, subject);
}

async function rootFindings(db: Database): Promise<readonly string[]> {
  assert.equal((await db.transaction(verifyAudit, 'snapshot')).finding, null, 'the trail is whole');
  const roots = { publicKey: keys.rootPublicKey, chains: [AUDIT_CHAIN] };
  const { findings } = await verifyBooks(db, { roots });
  return findings.filter(({ table }) => table === 'root').map(({ kind, key }) => `${kind} ${key}`);
}

forBothDatabases('the daily root signs the staff’s trail: it cannot be made anew', async (db) => {
  await makeHandmadeIssuer(db, 1);
  await writeHandmadeLane(db, 0, NOON);
  await act(db, NOON, 'one');
  await act(db, NOON + 1, 'two');
  await act(db, NOON + DAY_MS, 'three');
  const clock = new MovedClock(NOON + DAY_MS);
  const [root] = await makeDueRoots(db, clock, { ...keys, chains: [AUDIT_CHAIN] });
  assert.match(root?.content ?? '', /\nchain\taudit\t2\t[0-9a-f]{64}\n$/, 'of that day, no more');
  assert.deepEqual(await rootFindings(db), []);

  await writeAnew(db, ['one', 'TWO', 'three']);
  assert.deepEqual(await rootFindings(db), ['root_head 2026-11-20, audit 2']);
  await writeAnew(db, ['one']);
  assert.deepEqual(
    await rootFindings(db),
    ['root_head 2026-11-20, audit 2'],
    'its end was cut off',
  );
});

forBothDatabases(
  'a day without any movement of value is signed for the trail alone',
  async (db) => {
    const chains = [AUDIT_CHAIN];
    const clock = new MovedClock(NOON + DAY_MS);
    assert.deepEqual(
      await makeDueRoots(db, clock, { ...keys, chains }),
      [],
      'nothing is chained yet',
    );
    await act(db, NOON, 'one');
    await act(db, NOON, 'two');
    const [root, ...others] = await makeDueRoots(db, clock, { ...keys, chains });
    assert.deepEqual([root?.day, others.length], ['2026-11-20', 0]);
    assert.match(root?.content ?? '', /\nchain\taudit\t2\t[0-9a-f]{64}\n$/);
    assert.deepEqual(await rootFindings(db), []);
    await writeAnew(db, ['one', 'TWO']);
    assert.deepEqual(await rootFindings(db), ['root_head 2026-11-20, audit 2']);
    clock.advance(2 * DAY_MS);
    const next = await makeDueRoots(db, clock, { ...keys, chains });
    assert.deepEqual(
      next.map(({ day }) => day),
      ['2026-11-21', '2026-11-22'],
      'and every day behind it',
    );
  },
);
