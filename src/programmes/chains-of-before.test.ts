import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { migrate, MIGRATIONS, openDatabase } from '../kernel/database/index.ts';
import { loadCatalogue } from './index.ts';

void test('sellers that named their chain in a text before there were chains belong to it', async () => {
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
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
