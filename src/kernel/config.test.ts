import assert from 'node:assert/strict';
import fs, {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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

test('a trial makes a master key that only its owner can read, once, and says where it lies', () => {
  withTrial((trial) => {
    const first = readMasterKey(trial);
    assert.equal(first.bytes.length, 32);
    assert.match(first.warning ?? '', /KINKEN_MASTER_KEY_FILE/);
    assert.equal(statSync(join(trial.dataFolder, 'master.key')).mode & 0o777, 0o600);
    assert.deepEqual(readMasterKey(trial).bytes, first.bytes);
    failing('writeFileSync', 'ENOSPC', () => {
      assert.deepEqual(readMasterKey(trial).bytes, first.bytes); // nothing is written any more
    });
  });
});

test('a trial makes its master key whole or not at all', () => {
  withTrial((trial) => {
    const namesIn = () => readdirSync(trial.dataFolder);
    failing('writeFileSync', 'ENOSPC', () => {
      assert.throws(() => readMasterKey(trial), /full disk/);
    });
    assert.deepEqual(namesIn(), []);
    const leftByAKill = join(trial.dataFolder, 'master.key.making-0123456789abcdef');
    writeFileSync(leftByAKill, 'half a', { mode: 0o600 });
    writeFileSync(join(trial.dataFolder, 'master.key.bak'), 'of its owner');
    const first = readMasterKey(trial);
    assert.equal(first.bytes.length, 32);
    assert.deepEqual(readMasterKey(trial).bytes, first.bytes);
    assert.deepEqual(namesIn(), ['master.key', 'master.key.bak']);
  });
});

test('of two trials at once in one folder, the second has the key of the first', () => {
  withTrial((trial) => {
    let first: Uint8Array | undefined;
    const link = mock.method(fs, 'linkSync', (aside: string, file: string) => {
      link.mock.restore();
      syncBuiltinESMExports();
      first = readMasterKey(trial).bytes; // between the other's write and its link
      fs.linkSync(aside, file);
    });
    syncBuiltinESMExports();
    assert.deepEqual(readMasterKey(trial).bytes, first);
    assert.deepEqual(readdirSync(trial.dataFolder), ['master.key']);
  });
});

test('a trial works on a file system without links', () => {
  withTrial((trial) => {
    failing('linkSync', 'EPERM', () => {
      assert.deepEqual(readMasterKey(trial).bytes, readMasterKey(trial).bytes);
    });
    assert.deepEqual(readdirSync(trial.dataFolder), ['master.key']);
  });
});

type Trial = Parameters<typeof readMasterKey>[0];

function withTrial(use: (trial: Trial) => void): void {
  withFolder((folder) =>
    use({
      databaseUrl: null,
      dataFolder: join(folder, 'data'),
      masterKey: null,
      masterKeyFile: null,
    }),
  );
}

/** The call fails as on a disk that is full, or on a file system that has no such thing. */
function failing(name: 'writeFileSync' | 'linkSync', code: string, run: () => void): void {
  const call = mock.method(fs, name, () => {
    throw Object.assign(new Error(code), { code });
  });
  syncBuiltinESMExports();
  try {
    run();
  } finally {
    call.mock.restore();
    syncBuiltinESMExports();
  }
}

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
