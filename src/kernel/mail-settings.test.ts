import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDkimKey, readMailSettings } from './mail-settings.ts';
import { WrongSetting } from './wrong-setting.ts';

const read = (environment: Record<string, string>) =>
  readMailSettings((name) => environment[name] ?? null);

test('a mail server is named by an address, with TLS unless it is on this machine', () => {
  const nothing = {
    server: null,
    from: null,
    name: null,
    dkim: null,
    bounces: null,
    smsFrom: null,
    smsCountries: ['+81'],
    smsADay: 5_000,
  };
  assert.deepEqual(read({}), nothing);
  const from = { KINKEN_MAIL_FROM: 'no-reply@example.jp' };
  const beyond = read({ ...from, KINKEN_SMTP_URL: 'smtps://kinken:p%40ss@mail.example.jp' });
  assert.deepEqual(beyond.server, {
    host: 'mail.example.jp',
    port: 465,
    isSecure: true,
    isTlsRequired: true,
    user: 'kinken',
    password: 'p@ss',
  });
  const here = read({ ...from, KINKEN_SMTP_URL: 'smtp://[::1]:2525' }).server;
  assert.deepEqual([here?.host, here?.port, here?.isTlsRequired], ['::1', 2_525, false]);
  const submission = read({ ...from, KINKEN_SMTP_URL: 'smtp://mail.example.jp' }).server;
  assert.deepEqual([submission?.port, submission?.isTlsRequired], [587, true]);
});

test('a wrong setting of mail says which one, and never the password', () => {
  const signed = {
    KINKEN_DKIM_DOMAIN: 'other.example',
    KINKEN_DKIM_SELECTOR: 'k1',
    KINKEN_DKIM_KEY_FILE: 'dkim.pem',
  };
  const wrong: readonly (readonly [string, Record<string, string>])[] = [
    ['KINKEN_MAIL_FROM', { KINKEN_SMTP_URL: 'smtp://127.0.0.1' }],
    ['KINKEN_SMS_COUNTRIES', { KINKEN_SMS_COUNTRIES: '81' }],
    ['KINKEN_SMS_A_DAY is a whole number from 0', { KINKEN_SMS_A_DAY: 'many' }],
    ['KINKEN_SMTP_URL', { KINKEN_SMTP_URL: 'http://x:secret@y', KINKEN_MAIL_FROM: 'a@example.jp' }],
    ['KINKEN_DKIM_DOMAIN', { ...signed, KINKEN_MAIL_FROM: 'a@example.jp' }],
    ['KINKEN_DKIM_DOMAIN', { ...signed, KINKEN_MAIL_FROM: 'a@another.example' }],
    ['KINKEN_DKIM_SELECTOR', { ...signed, KINKEN_DKIM_SELECTOR: 'k1; p=x' }],
  ];
  for (const [name, environment] of wrong) {
    assert.throws(
      () => read(environment),
      (error) =>
        error instanceof WrongSetting &&
        error.message.includes(name) &&
        !error.message.includes('secret'),
    );
  }
  const above = { ...signed, KINKEN_MAIL_FROM: 'a@mail.other.example' };
  assert.equal(read(above).dkim?.domain, 'other.example');
});

test('the key that signs mail is RSA, and for its owner only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-dkim-'));
  const file = join(folder, 'dkim.pem');
  const pemOf = (bits: number) =>
    generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
  try {
    assert.throws(() => readDkimKey(file), /is not there/);
    writeFileSync(file, pemOf(2_048), { mode: 0o600 });
    assert.equal(readDkimKey(file).asymmetricKeyType, 'rsa');
    chmodSync(file, 0o640);
    assert.throws(() => readDkimKey(file), /chmod 600/);
    chmodSync(file, 0o600);
    for (const content of ['', 'no key', pemOf(1_024)]) {
      writeFileSync(file, content);
      assert.throws(() => readDkimKey(file), /RSA key of 2048 bits/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
