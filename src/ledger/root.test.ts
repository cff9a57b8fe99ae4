import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forBothDatabases } from '../../test/support/database.ts';
import { makeHandmadeIssuer, writeHandmadeLane } from '../../test/support/handmade-books.ts';
import { MovedClock } from '../kernel/clock.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { journalHash, packJournal, unpackJournal } from './journal.ts';
import {
  BEFORE_ALL_ROOTS,
  deliverRootFile,
  deliverRoots,
  makeDueRoots,
  makeRoot,
  parseRoot,
  RootDiffers,
  rootFileName,
} from './root.ts';
import { describeFinding, Findings } from './verify-finding.ts';
import { type RootProof, verifyRoots } from './verify-roots.ts';

const keys = openKeyRing(new Uint8Array(32).fill(7));
const otherKeys = openKeyRing(new Uint8Array(32).fill(8));
const FIRST_DAY = Date.parse('2026-11-20T03:00:00Z');

async function makeBooks(db: Database): Promise<void> {
  await makeHandmadeIssuer(db, 2);
  await writeHandmadeLane(db, 0, FIRST_DAY);
  await writeHandmadeLane(db, 1, FIRST_DAY + 86_400_000 - 500);
}

async function findings(db: Database, proof: RootProof = {}): Promise<string[]> {
  const found = new Findings();
  await verifyRoots(db, proof, found);
  return found.list().map(describeFinding);
}

forBothDatabases('every day that is over gets one signed root, missed days too', async (db) => {
  await makeBooks(db);
  const clock = new MovedClock(Date.parse('2026-11-23T00:02:00Z'));
  const made = await makeDueRoots(db, clock, keys);
  assert.deepEqual(
    made.map((root) => root.day),
    ['2026-11-20', '2026-11-21', '2026-11-22'],
  );
  assert.deepEqual(await makeDueRoots(db, clock, keys), []);
  clock.advance(5_000);
  assert.deepEqual(
    await makeRoot(db, '2026-11-21', clock, otherKeys),
    made[1],
    'the first one stands',
  );

  // Lane 1 starts 20 hours and 59 minutes before the first day's end in one batch, and goes on after it.
  assert.deepEqual(
    parseRoot(made[0]?.content ?? '')?.heads.map((head) => head.batchId),
    [2n, 0n],
  );
  assert.deepEqual(
    parseRoot(made[1]?.content ?? '')?.heads.map((head) => head.batchId),
    [2n, 2n],
  );
  assert.deepEqual(await findings(db, { publicKey: keys.rootPublicKey }), []);
});

forBothDatabases('a folder gets the roots that it missed, and only those', async (db) => {
  await makeBooks(db);
  const folder = await mkdtemp(join(tmpdir(), 'kinken-roots-'));
  const delivered = async (): Promise<[string, boolean][]> => {
    const all = await deliverRoots(db, folder, BEFORE_ALL_ROOTS);
    return all.map(({ day, isNew }) => [day, isNew]);
  };
  try {
    await makeDueRoots(db, new MovedClock(Date.parse('2026-11-21T00:02:00Z')), keys); // and dies
    assert.deepEqual(await delivered(), [['2026-11-20', true]]);
    await makeDueRoots(db, new MovedClock(Date.parse('2026-11-22T00:02:00Z')), keys);
    assert.deepEqual(await delivered(), [
      ['2026-11-20', false],
      ['2026-11-21', true],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

forBothDatabases('a day that is not over has no root', async (db) => {
  await makeBooks(db);
  const clock = new MovedClock(Date.parse('2026-11-21T00:00:30Z'));
  assert.deepEqual(await makeDueRoots(db, clock, keys), []);
  await assert.rejects(makeRoot(db, '2026-11-20', clock, keys), /a day that is over/);
});

forBothDatabases(
  'a chain made anew is seen, whatever of the database was made anew with it',
  async (db) => {
    await makeBooks(db);
    const folder = await mkdtemp(join(tmpdir(), 'kinken-roots-'));
    try {
      const clock = new MovedClock(Date.parse('2026-11-22T00:02:00Z'));
      const made = await makeDueRoots(db, clock, keys);
      for (const root of made) await deliverRootFile(folder, root);
      const proof = { publicKey: keys.rootPublicKey, folder };
      assert.deepEqual(await findings(db, proof), []);

      await makeChainAnew(db, 0);
      assert.match(
        (await findings(db, proof)).join('\n'),
        /root 2026-11-20, lane 0 batch 2, hash: .*\(root_head\)/,
      );

      await db.script('delete from ledger.root');
      await makeDueRoots(db, clock, otherKeys);
      assert.deepEqual(await findings(db), [], 'alone, the database is whole');
      assert.match(
        (await findings(db, { publicKey: keys.rootPublicKey })).join('\n'),
        /publicKey: .*\(root_signature\)/,
      );

      await db.script('delete from ledger.root');
      const [forged] = await makeDueRoots(db, clock, keys); // the key was stolen too
      assert.match(
        (await findings(db, proof)).join('\n'),
        /another root, expected that of .*\(root_delivered\)/,
      );
      assert.ok(forged);
      await assert.rejects(deliverRootFile(folder, forged), RootDiffers);
      assert.equal(
        (await readFile(join(folder, rootFileName('2026-11-20')), 'utf8')).startsWith(
          made[0]?.content ?? '?',
        ),
        true,
      );

      await db.script('delete from ledger.root');
      assert.match(
        (await findings(db, proof)).join('\n'),
        /root 2026-11-20, day: stands nothing, expected the root that was delivered/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

forBothDatabases('a root whose text, signature or place was changed is named', async (db) => {
  await makeBooks(db);
  const clock = new MovedClock(Date.parse('2026-11-23T00:02:00Z'));
  await makeDueRoots(db, clock, keys);
  const cases: readonly (readonly [act: string, said: RegExp])[] = [
    [
      "update ledger.root set content = replace(content, 'lane', 'line') where day = '2026-11-21'",
      /root_content/,
    ],
    [
      "update ledger.root set content = replace(content, 'lane\t0\t2', 'lane\t0\t1') where day = '2026-11-21'",
      /root_signature/,
    ],
    [
      "update ledger.root set signature = signature || '\\x00' where day = '2026-11-21'",
      /2026-11-21, signature.*root_signature/,
    ],
    ["delete from ledger.root where day = '2026-11-21'", /root 2026-11-22, content: .*root_chain/],
  ];
  for (const [act, said] of cases) {
    const tampering = db.begin();
    await tampering.script(act);
    const found = new Findings();
    await verifyRoots(tampering, {}, found);
    assert.match(found.list().map(describeFinding).join('\n'), said);
    await tampering.rollback();
  }
});

/** What somebody with the whole database would do: changes a batch and hashes everything behind it again. */
async function makeChainAnew(db: Database, lane: number): Promise<void> {
  const batches = await db.query('select * from ledger.batch where lane = $1 order by batch_id', [
    lane,
  ]);
  let previous: Uint8Array = new Uint8Array(32);
  for (const batch of batches) {
    const text = unpackJournal(batch['content'] as Uint8Array).replaceAll('5000', '5001');
    const hash = journalHash(previous, text);
    await db.query(
      'update ledger.batch set previous_hash = $3, hash = $4, content = $5 where lane = $1 and batch_id = $2',
      [lane, batch['batch_id'], previous, hash, packJournal(text)],
    );
    previous = hash;
  }
  await db.query('update ledger.lane set last_hash = $2 where lane = $1', [lane, previous]);
}
