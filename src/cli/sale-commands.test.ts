import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { makeDatabase } from '../../test/support/database.ts';
import { COMMANDS, runCommand } from './index.ts';

void test('a file of offers is tried, brought in, and refused whole with its lines at the command line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-offers-'));
  const environment = {
    DATABASE_URL: await makeDatabase(),
    KINKEN_MASTER_KEY: Buffer.alloc(32, 4).toString('base64'),
  };
  const say = async (...words: string[]) => {
    let [out, error] = ['', ''];
    const streams = {
      out: (text: string) => (out += text),
      error: (text: string) => (error += text),
    };
    const code = await runCommand(COMMANDS, words, { environment, streams });
    return { code, out, error };
  };
  const file = join(folder, 'offers.yaml');
  const write = (text: string) => writeFileSync(file, text);
  try {
    const names = ['--name-ja', '名', '--name-en', 'Name'];
    for (const words of [
      ['issuer', 'create', '--key', 'demo', ...names],
      ['programme', 'create', '--key', 'yen', '--unit', 'JPY', ...names],
      ['product', 'create', '--key', 'gift', '--programme', 'yen', '--kind', 'code', ...names]
        .concat(['--face-min', '500', '--face-max', '50000', '--redeems-by', 'code'])
        .concat(['--code-alphabet', '23456789ABCDEFGHJKLMNPQRSTUVWXYZ', '--code-length', '16']),
    ]) {
      const answer = await say(...words);
      assert.equal(answer.code, 0, answer.error);
    }
    write(
      'sellers:\n  - { key: online, nameJa: 店, nameEn: Shop }\n' +
        'tenders:\n  - { key: cash, kind: cash, nameJa: 現金, nameEn: Cash }\n' +
        'offers:\n  - { seller: online, product: gift, tender: cash }\n',
    );
    const tried = await say('import-offers', file, '--dry-run');
    assert.equal(tried.code, 0, tried.error);
    assert.match(tried.out, /new\s+offer\s+online\/gift\/cash/);
    assert.match(tried.error, /3 would change/);
    assert.match((await say('offer', 'list', '--json')).out, /"offers": \[\]/);
    assert.match((await say('import-offers', file)).error, /3 changed, 0 were as the file says/);
    await pause(2_000); // an offer begins a second behind its commit
    assert.match(
      (await say('offer', 'list')).out,
      /online\s+gift\s+cash\s+-\s+-\s+\d{4}-\d\d-\d\dT[\d:.]+Z\s+-$/m,
    );
    assert.match((await say('import-offers', file)).error, /0 changed, 3 were as the file says/);

    write('offers:\n  - seller: online\n    product: gift\n    tender: gold\n');
    const refused = await say('import-offers', file);
    assert.equal(refused.code, 1);
    assert.match(refused.error, /Nothing of .* was taken: it has one mistake\./);
    assert.match(refused.error, /offers\.yaml:2: there is no tender "gold"/);
    const missing = await say('import-offers', join(folder, 'none.yaml'));
    assert.match(missing.error, /cannot be read: ENOENT/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
