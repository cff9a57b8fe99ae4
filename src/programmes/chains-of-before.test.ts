import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { migrate, MIGRATIONS, openDatabase } from '../kernel/database/index.ts';
import { readAudit, verifyAudit } from '../operators/index.ts';
import { loadCatalogue } from './index.ts';

void test('a database of before: sellers that named a chain belong to it, and the old audit is chained', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-before-'));
  for (const file of readdirSync(MIGRATIONS).filter((each) => /^000[1-8]_/.test(each))) {
    copyFileSync(new URL(file, MIGRATIONS), join(folder, file));
  }
  const database = await openDatabase({});
  try {
    await migrate(database, pathToFileURL(`${folder}/`));
    await database.script(`
      insert into programmes.issuer (key, name_ja, name_en) values ('one', '一', 'One'), ('two', '二', 'Two');
      insert into programmes.seller (issuer_id, key, name_ja, name_en, chain) values
        (1, 'east', '東', 'East', 'mart'), (1, 'west', '西', 'West', 'mart'),
        (1, 'alone', '単', 'Alone', null), (2, 'other', '他', 'Other', 'mart');
      insert into clients.audit (at, actor, act, subject, detail) values
        ('2026-01-02T03:04:05.678Z', 'client:desk', 'seller.create', E'one/"East" \\\\ \t東', '{"b": "\\u00e9\\n", "a": [1.50]}'),
        ('2026-01-02T03:04:05Z', 'command line', 'key.revoke', 'east', null);
    `);
    await migrate(database);
    const catalogue = await loadCatalogue(database);
    const chainOf = (issuerId: number, key: string) =>
      catalogue.chains.get(catalogue.findSeller(issuerId, key)?.chainId ?? 0);
    assert.equal(chainOf(1, 'east')?.key, 'mart');
    assert.equal(chainOf(1, 'east'), chainOf(1, 'west'));
    assert.equal(chainOf(1, 'alone'), undefined);
    assert.equal(chainOf(2, 'other')?.issuerId, 2);
    assert.equal(catalogue.chains.size, 2);
    const east = catalogue.findSeller(1, 'east')!;
    assert.deepEqual(catalogue.revised.sellers.get(east.sellerId)?.[0], {
      validFrom: 0,
      content: east,
    });
    assert.deepEqual(await verifyAudit(database), { rows: 2, finding: null });
    const everything = { issuerId: null, actor: null, subject: null, kind: null, before: null };
    const [revoked, created] = await readAudit(database, { ...everything, size: 9 });
    assert.deepEqual([revoked?.subject, revoked?.detail], ['east', {}]);
    assert.equal(created?.subject, 'one/"East" \\ \t東');
    assert.deepEqual(created.detail, { a: [1.5], b: 'é\n' });
    assert.equal(created.at, Date.parse('2026-01-02T03:04:05.678Z'));
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
