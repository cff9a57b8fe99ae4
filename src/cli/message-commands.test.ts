import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeDatabase } from '../../test/support/database.ts';
import { COMMANDS, runCommand } from './index.ts';

void test('a list of phishing addresses is brought in, its wrong lines are told, and again it changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-hosts-'));
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
  try {
    const made = await say(
      'issuer',
      'create',
      '--key',
      'demo',
      '--name-ja',
      '名',
      '--name-en',
      'Name',
    );
    assert.equal(made.code, 0, made.error);
    const file = join(folder, 'list.csv');
    const good = Array.from(
      { length: 2_300 },
      (_, at) => `2026-01-02,https://h${at}.evil.test/,Kinken`,
    );
    writeFileSync(file, `date,url,brand\n${good.join('\n')}\nnever,https://evil.test/,Kinken\n`);
    for (let time = 0; time < 2; time += 1) {
      const done = await say('import-phishing-hosts', file, '--json');
      assert.equal(done.code, 0, done.error);
      assert.match(done.error, /list\.csv:2302: the date cannot be read/);
      assert.deepEqual(JSON.parse(done.out), { urls: 2_300, hosts: 2_300, refusedLines: 1 });
    }
    writeFileSync(file, 'no list at all\n');
    assert.equal((await say('import-phishing-hosts', file)).code, 1);
    assert.equal((await say('import-phishing-hosts', join(folder, 'none.csv'))).code, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

void test('a mail that came back is piped in and lies where the server looks, without a key or a database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-piped-'));
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const pipe = (input: string | Buffer) =>
    spawnSync(process.execPath, [main, 'bounce'], {
      input,
      env: { ...process.env, KINKEN_DATA: folder },
      encoding: 'utf8',
    });
  try {
    assert.equal(pipe('From: mailer-daemon@example.jp\r\n\r\nx\r\n').status, 0);
    assert.equal(readdirSync(join(folder, 'bounces')).length, 1);
    assert.equal(pipe('').status, 1);
    assert.equal(pipe(Buffer.alloc(1_100_000, 'x')).status, 1);
    assert.equal(readdirSync(join(folder, 'bounces')).length, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
