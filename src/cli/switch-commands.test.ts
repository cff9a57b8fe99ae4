import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDatabase } from '../../test/support/database.ts';
import { COMMANDS, runCommand } from './index.ts';

void test('a stop is thrown and listed at the command line, and nothing is stopped by a slip', async () => {
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
  const names = ['--name-ja', '店', '--name-en', 'Shop'];
  await say('issuer', 'create', '--key', 'demo', ...names);
  await say('seller', 'create', '--key', 'online', ...names);
  const words = ['--reason', 'phishing', '--text-ja', '停止中です', '--text-en', 'Suspended'];
  const slip = await say('suspend', ...words);
  assert.equal(slip.code, 2);
  assert.match(slip.error, /Name what is meant, or say --everything/);
  const both = await say('suspend', '--seller', 'online', '--everything', ...words);
  assert.equal(both.code, 2);
  const unknown = await say('suspend', '--seller', 'nowhere', ...words);
  assert.match(unknown.error, /Nothing was stopped: seller not found/);
  const wrong = await say('suspend', '--seller', 'online', '--operations', 'sing', ...words);
  assert.equal(wrong.code, 2, wrong.error);
  const late = await say(
    'suspend',
    '--seller',
    'online',
    '--starts-at',
    '2018-02-03T15:03:00+09:00',
    ...words,
  );
  assert.match(late.error, /starts in the past/);
  const done = await say('suspend', '--seller', 'online', ...words, '--json');
  assert.equal(done.code, 0, done.error);
  assert.match(done.out, /"isNow": true/);
  const all = await say('suspend', '--everything', ...words);
  assert.equal(all.code, 0, all.error);
  const listed = await say('suspensions');
  assert.match(listed.out, /at Shop \(every operation\)/);
  assert.match(listed.out, /everything of Shop \(every operation\)/);
});
