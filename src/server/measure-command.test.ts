import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeDatabase } from '../../test/support/database.ts';
import { runCommand } from '../cli/index.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import { migrate, openDatabase } from '../kernel/database/index.ts';
import { checkMasterKey } from '../ledger/index.ts';
import type { Mail } from '../notices/index.ts';
import { openPostOffice } from '../notices/testing/post-office.ts';
import { MEASURE_CHECK } from './measure-command.ts';

const MASTER = Buffer.alloc(32, 9); // the key of the post office

void test('a folder of mails and a list of addresses are measured; the register wrong about one ends with 1', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-measure-'));
  const url = await makeDatabase();
  const environment = {
    DATABASE_URL: url,
    KINKEN_MASTER_KEY: MASTER.toString('base64'),
    KINKEN_MAIL_FROM: 'no-reply@kinken.example',
    KINKEN_PUBLIC_URL: 'https://kinken.example',
  };
  const say = async (...words: string[]) => {
    let [out, error] = ['', ''];
    const streams = {
      out: (text: string) => (out += text),
      error: (text: string) => (error += text),
    };
    const code = await runCommand([MEASURE_CHECK], ['measure-check', ...words], {
      environment,
      streams,
    });
    return { code, out, error };
  };
  try {
    const own = await ownMail(url);
    for (const label of ['ours', 'forged', 'others']) mkdirSync(join(folder, label));
    writeFileSync(join(folder, 'ours', 'a.eml'), own.bytes);
    writeFileSync(
      join(folder, 'forged', 'a.eml'),
      'From: info@evil.test\r\nSubject: x\r\n\r\nhttps://kinken.evil.test/\r\n',
    );
    writeFileSync(
      join(folder, 'others', 'a.eml'),
      'From: news@shop.test\r\nSubject: x\r\n\r\nhttps://shop.test/\r\n',
    );
    const [urls, honest] = [join(folder, 'urls.csv'), join(folder, 'honest.txt')];
    writeFileSync(
      urls,
      '2026-01-01,https://kinken.evil.test/,Kinken\n2026-01-02,https://nothing.test/,Kinken\n',
    );
    writeFileSync(honest, '# honest\nwww.nta.go.jp\nexample.co.jp\n');
    const done = await say('--mails', folder, '--urls', urls, '--honest', honest, '--json');
    assert.equal(done.code, 0, done.error);
    const told = JSON.parse(done.out) as Record<string, unknown>;
    assert.deepEqual([told['registerRight'], told['registerWrong']], [3, 0]);
    const found = 'from 50 points: 50 % of 2 found, 0 % of 2 honest accused';
    assert.equal(told['urls'], `at most 0.1 %: ${found}; at most 1 %: ${found}`);

    writeFileSync(join(folder, 'others', 'b.eml'), own.bytes);
    const wrong = await say('--mails', folder);
    assert.equal(wrong.code, 1);
    assert.match(wrong.error, /others\/b\.eml: the register says ours/);
    assert.equal((await say()).code, 2);
    assert.equal((await say('--mails', folder, '--rate', 'many')).code, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function ownMail(url: string): Promise<Mail> {
  const database = await openDatabase({ url });
  try {
    await migrate(database);
    await checkMasterKey(database, openKeyRing(MASTER));
    const carried: Mail[] = [];
    const { notices } = await openPostOffice(database, {
      carry: async (mail) => void carried.push(mail),
      close: () => undefined,
    });
    await notices.sendNotice(database, {
      template: 'member_already',
      to: 'hanako@example.jp',
      locale: 'ja',
      values: { at: '12:00' },
    });
    await notices.deliver();
    return carried[0]!;
  } finally {
    await database.close();
  }
}
