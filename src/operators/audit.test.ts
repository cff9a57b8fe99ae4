import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import type { Database } from '../kernel/database/index.ts';
import { appendAudit, readAudit, verifyAudit, type AuditEntry } from './index.ts';

const ENTRY: AuditEntry = {
  at: Date.UTC(2026, 3, 1),
  issuerId: null,
  actor: 'operator:a',
  kind: 'act',
  act: 'suspension.throw',
  subject: 'suspension:1',
  detail: { reason: '本日 15:03 から', b: 1, a: [1n, null] },
};

async function fill(database: Database, rows: number): Promise<void> {
  for (let row = 1; row <= rows; row += 1) {
    await database.transaction((on) => appendAudit(on, { ...ENTRY, subject: `suspension:${row}` }));
  }
}

forBothDatabases('the trail is one chain, also when many append at once', async (database) => {
  const writers = Array.from({ length: 20 }, (_none, place) =>
    database.transaction((on) => appendAudit(on, { ...ENTRY, subject: `${place}` })),
  );
  const ids = await Promise.all(writers);
  assert.deepEqual(
    ids.toSorted((one, other) => Number(one - other)),
    Array.from({ length: 20 }, (_none, place) => BigInt(place + 1)),
  );
  assert.deepEqual(await verifyAudit(database), { rows: 20, finding: null });
});

forBothDatabases('what was rolled back leaves no row and no gap', async (database) => {
  await fill(database, 2);
  const failing = database.transaction(async (on) => {
    await appendAudit(on, ENTRY);
    throw new Error('the change failed');
  });
  await assert.rejects(failing);
  await fill(database, 1);
  assert.deepEqual(await verifyAudit(database), { rows: 3, finding: null });
});

const TAMPERINGS: Readonly<Record<string, { readonly sql: string; readonly at: bigint }>> = {
  'a changed detail': {
    sql: `update operators.audit set detail = '{"reason":"other"}' where audit_id = 3`,
    at: 3n,
  },
  'another actor': {
    sql: `update operators.audit set actor = 'server' where audit_id = 2`,
    at: 2n,
  },
  'another instant': {
    sql: `update operators.audit set at = at + interval '1 ms' where audit_id = 4`,
    at: 4n,
  },
  'an issuer put in': {
    sql: `update operators.audit set issuer_id = 1 where audit_id = 1`,
    at: 1n,
  },
  'a row taken out': { sql: `delete from operators.audit where audit_id = 3`, at: 4n },
  'the newest rows taken out': { sql: `delete from operators.audit where audit_id > 3`, at: 3n },
  'the head set back': {
    sql: `update operators.audit_head set audit_id = 4`,
    at: 5n,
  },
};

for (const [what, { sql, at }] of Object.entries(TAMPERINGS)) {
  forBothDatabases(`verify finds ${what}, and says where`, async (database) => {
    await fill(database, 5);
    assert.equal((await verifyAudit(database)).finding, null);
    await assert.rejects(database.script(`update operators.audit set detail = '{}'`));
    await assert.rejects(database.script('delete from operators.audit'));
    await database.script(`alter table operators.audit disable trigger all; ${sql}`);
    const { finding } = await verifyAudit(database);
    assert.equal(finding?.auditId, at);
  });
}

forBothDatabases('the trail is read newest first, by page, actor and subject', async (database) => {
  await fill(database, 5);
  await database.transaction((on) =>
    appendAudit(on, { ...ENTRY, actor: 'operator:b', kind: 'look', subject: 'ins_1' }),
  );
  const asked = { before: null, size: 2, issuerId: null, actor: null, subject: null, kind: null };
  const page = await readAudit(database, asked);
  assert.deepEqual(
    page.map(({ auditId }) => auditId),
    [6n, 5n],
  );
  const next = await readAudit(database, { ...asked, before: 5n });
  assert.deepEqual(
    next.map(({ subject }) => subject),
    ['suspension:4', 'suspension:3'],
  );
  const looks = await readAudit(database, { ...asked, kind: 'look', actor: 'operator:b' });
  assert.deepEqual(
    looks.map(({ subject, detail }) => [subject, detail]),
    [['ins_1', { a: ['1n', null], b: 1, reason: '本日 15:03 から' }]],
  );
  assert.deepEqual(await readAudit(database, { ...asked, issuerId: 1 }), []);
});

forBothDatabases('a detail that is too long is kept by its hash and its beginning', async (on) => {
  const long = { text: 'x'.repeat(20_000) };
  await on.transaction((inside) => appendAudit(inside, { ...ENTRY, detail: long }));
  const asked = { before: null, size: 1, issuerId: null, actor: null, subject: null, kind: null };
  const [row] = await readAudit(on, asked);
  assert.deepEqual(Object.keys(row?.detail as object), ['begins', 'length', 'sha256']);
  assert.equal((await verifyAudit(on)).finding, null);
});
