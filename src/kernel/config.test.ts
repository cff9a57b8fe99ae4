import assert from 'node:assert/strict';
import fs, { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { readConfig, WrongSetting } from './config.ts';
import { readMasterKey } from './master-key.ts';

test('with nothing set a server is embedded and on loopback', () => {
  const config = readConfig({});
  assert.deepEqual(config.http, { host: '127.0.0.1', port: 8080, tls: null });
  assert.deepEqual(config.till, { host: '127.0.0.1', port: 8583, tls: null, clientCaFile: null });
  assert.equal(config.databaseUrl, null);
  assert.equal(config.dataFolder, './data');
  assert.deepEqual(config.lookUpKeyIds, [1]);
  assert.equal(config.laneCount, 32);
});

test('a wrong setting is refused with the name of its variable', () => {
  const wrong: Record<string, string>[] = [
    { PORT: '80a' },
    { PORT: '70000' },
    { TILL_PORT: '-1' },
    { KINKEN_LANES: '257' },
    { KINKEN_LOG: 'loud' },
    { KINKEN_LOOKUP_KEY_IDS: '0' },
    { KINKEN_LOOKUP_KEY_IDS: '1,1' },
    { KINKEN_SEALING_KEY_IDS: '1;2' },
    { KINKEN_TLS_CERT: 'cert.pem' },
    { KINKEN_PUBLIC_URL: 'cards.example.jp' },
    { KINKEN_PUBLIC_URL: 'https://cards.example.jp/shop' },
    { KINKEN_SMTP_URL: 'mail.example.jp', KINKEN_MAIL_FROM: 'a@example.jp' },
    { KINKEN_SMTP_URL: 'smtp://mail.example.jp?x=y', KINKEN_MAIL_FROM: 'a@example.jp' },
    { KINKEN_MAIL_FROM: 'Hana <a@example.jp>' },
    { KINKEN_DKIM_DOMAIN: 'example.jp' },
  ];
  for (const environment of wrong) {
    const [name = ''] = Object.keys(environment);
    assert.throws(
      () => readConfig(environment),
      (error) => error instanceof WrongSetting && error.message.includes(name),
    );
  }
  assert.deepEqual(readConfig({ KINKEN_LOOKUP_KEY_IDS: '1, 2' }).lookUpKeyIds, [1, 2]);
});

test('a trial makes a master key that only its owner can read, once and whole, and says where it lies', () => {
  withFolder((folder) => {
    const settings = {
      databaseUrl: null,
      dataFolder: join(folder, 'data'),
      masterKey: null,
      masterKeyFile: null,
    };
    const write = mock.method(fs, 'writeFileSync', (file: string) => {
      fs.closeSync(fs.openSync(file, 'w'));
      assert.deepEqual(fs.readdirSync(settings.dataFolder), [`master.key.${process.pid}`]); // if killed here
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    });
    syncBuiltinESMExports();
    try {
      assert.throws(() => readMasterKey(settings), /full disk/);
    } finally {
      write.mock.restore();
      syncBuiltinESMExports();
    }
    const asideOfOneKilled = join(settings.dataFolder, `master.key.${process.pid}`);
    writeFileSync(asideOfOneKilled, 'half a', { mode: 0o600 });
    const first = readMasterKey(settings);
    assert.equal(first.bytes.length, 32);
    assert.deepEqual(fs.readdirSync(settings.dataFolder), ['master.key']);
    assert.match(first.warning ?? '', /KINKEN_MASTER_KEY_FILE/);
    assert.equal(statSync(join(folder, 'data', 'master.key')).mode & 0o777, 0o600);
    assert.deepEqual(readMasterKey(settings).bytes, first.bytes);
  });
});

test('with a database of its own a server does not start without a master key', () => {
  const settings = {
    databaseUrl: 'postgres://x',
    dataFolder: 'none',
    masterKey: null,
    masterKeyFile: null,
  };
  assert.throws(() => readMasterKey(settings), WrongSetting);
});

test('a key file that others can read, that is missing or that holds no key is refused', () => {
  withFolder((folder) => {
    const file = join(folder, 'key');
    const settings = {
      databaseUrl: 'postgres://x',
      dataFolder: folder,
      masterKey: null,
      masterKeyFile: file,
    };
    assert.throws(() => readMasterKey(settings), /not there/);
    writeFileSync(file, `${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 });
    assert.deepEqual(
      [...readMasterKey(settings).bytes],
      Array.from({ length: 32 }, () => 1),
    );
    assert.equal(readMasterKey(settings).warning, null);
    chmodSync(file, 0o640);
    assert.throws(() => readMasterKey(settings), /chmod 600/);
    chmodSync(file, 0o600);
    writeFileSync(file, 'nearly a key');
    assert.throws(
      () => readMasterKey(settings),
      (error) =>
        error instanceof WrongSetting && !error.message.includes(readFileSync(file, 'utf8')),
    );
  });
});

function withFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'kinken-key-'));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
