import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { authenticate } from 'mailauth';
import { generate } from 'selfsigned';
import { forBothDatabases } from '../../test/support/database.ts';
import { NotCarried, type Carrier, type DkimKey, type Mail } from './carrier.ts';
import { outboxCarrier } from './outbox-carrier.ts';
import { smtpCarrier } from './smtp-carrier.ts';
import { openMailServer } from './testing/mail-server.ts';
import { openPostOffice, SENDER } from './testing/post-office.ts';
import type { WantedNotice } from './write-notices.ts';

const UPDATE: WantedNotice = {
  template: 'incident_update',
  to: 'hanako@example.jp',
  locale: 'ja',
  values: {
    title: 'カードが使えません',
    state: '調査中',
    what: 'ギフトコード(利用)',
    body: '価値は保全されています。\n再試行しないでください。',
    pageUrl: 'https://kinken.example/status/incidents/1',
  },
  unsubscribeUrl: 'https://kinken.example/status/unsubscribe?token=abc123',
};

forBothDatabases('a notice goes out after the commit of its cause, once', async (database) => {
  await using server = await openMailServer();
  const { notices } = await openPostOffice(database, smtpCarrier(server.place));
  await assert.rejects(
    database.transaction(async (transaction) => {
      await notices.sendNotice(transaction, UPDATE);
      throw new Error('the cause is rolled back');
    }),
  );
  assert.deepEqual(await notices.deliver(), { claimed: 0, sent: 0 });

  const written = await database.transaction((transaction) =>
    notices.sendNotice(transaction, UPDATE),
  );
  assert.ok(written.ok);
  const { number } = written.value;
  assert.match(number, /^KN(-[2-9A-HJ-NP-Z]{4}){3}$/);
  const [row] = await database.query('select state, recipient_sealed from notices.notice');
  assert.equal(row?.['state'], 'waiting', 'it stands in the register before it goes out');
  assert.doesNotMatch(String(row?.['recipient_sealed']), /hanako/);

  assert.deepEqual(await notices.deliver(), { claimed: 1, sent: 1 });
  assert.deepEqual(await notices.deliver(), { claimed: 0, sent: 0 });
  const [mail, ...more] = server.received;
  assert.ok(mail);
  assert.equal(more.length, 0);
  assert.deepEqual(mail.to, ['hanako@example.jp']);
  assert.match(mail.from, /^bounces\+kn[a-z0-9]{12}-[0-9a-f]{20}@kinken\.example$/);
  assert.match(mail.text, new RegExp(`^From: .*(?:\r\n )?<${SENDER.address}>\r$`, 'm'));
  assert.match(mail.text, new RegExp(`^Kinken-Notice: ${number}\r$`, 'm'));
  assert.match(mail.text, new RegExp(`^Message-ID: <${number.toLowerCase()}@kinken.example>`, 'm'));
  assert.match(mail.text, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  assert.match(mail.text, /^Auto-Submitted: auto-generated\r$/m);
  assert.doesNotMatch(mail.text, /text\/html/);
  const body = Buffer.from(mail.text.split('\r\n\r\n')[1] ?? '', 'base64').toString();
  assert.match(body, /価値は保全されています。\n再試行しないでください。/);
  assert.match(body, new RegExp(`お知らせ番号: ${number}`));
  assert.match(
    body,
    /このお知らせをやめる: https:\/\/kinken\.example\/status\/unsubscribe\?token=abc123\n$/,
  );
});

forBothDatabases('a mailbox that is not there is given up at once', async (database) => {
  await using server = await openMailServer();
  const office = await openPostOffice(database, smtpCarrier(server.place));
  await office.notices.sendNotice(database, UPDATE);
  server.refusal = 550;
  assert.deepEqual(await office.notices.deliver(), { claimed: 1, sent: 0 });
  const [row] = await database.query('select state, attempts, last_error from notices.notice');
  assert.deepEqual({ ...row }, { state: 'failed', attempts: 1, last_error: 'EENVELOPE 550' });
  assert.doesNotMatch(office.logLines.join(''), /hanako/);
  assert.match(await office.metrics.text(), /template="incident_update",result="failed"\} 1/);
});

forBothDatabases('what could not be sent is tried again, with growing pauses', async (database) => {
  await using server = await openMailServer();
  const { notices, clock } = await openPostOffice(database, smtpCarrier(server.place));
  await notices.sendNotice(database, UPDATE);
  server.refusal = 451; // greylisted
  assert.deepEqual(await notices.deliver(), { claimed: 1, sent: 0 });
  assert.deepEqual(
    await notices.deliver(),
    { claimed: 0, sent: 0 },
    'not before the pause is over',
  );
  clock.advance(30_000);
  assert.deepEqual(await notices.deliver(), { claimed: 1, sent: 0 });
  clock.advance(30_000);
  assert.deepEqual(await notices.deliver(), { claimed: 0, sent: 0 });
  clock.advance(30_000);
  server.refusal = null;
  assert.deepEqual(await notices.deliver(), { claimed: 1, sent: 1 });
  assert.equal(server.received.length, 1);
});

forBothDatabases(
  'a mail server that is away for days ends the trying, and says so',
  async (database) => {
    const nowhere: Carrier = {
      carry: () => Promise.reject(new NotCarried('ECONNECTION', false)),
      close: () => undefined,
    };
    const { notices, clock, logLines } = await openPostOffice(database, nowhere);
    await notices.sendNotice(database, UPDATE);
    let rounds = 0;
    for (; rounds < 200; rounds += 1) {
      await notices.deliver();
      clock.advance(3_600_000);
      const [row] = await database.query('select state from notices.notice');
      if (row?.['state'] === 'failed') break;
    }
    assert.ok(rounds >= 70 && rounds <= 75, `three days, an hour each: ${rounds}`);
    assert.match(logLines.join(''), /given up/);
  },
);

forBothDatabases(
  'a process that dies in between sends the same mail again, with its id',
  async (database) => {
    const carried: Mail[] = [];
    const dying: Carrier = {
      carry: (mail) => {
        carried.push(mail);
        return new Promise(() => undefined); // it never hears the answer
      },
      close: () => undefined,
    };
    const before = await openPostOffice(database, dying);
    await before.notices.sendNotice(database, UPDATE);
    void before.notices.deliver();
    while (carried.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const working: Carrier = {
      carry: async (mail) => void carried.push(mail),
      close: () => undefined,
    };
    const after = await openPostOffice(database, working);
    assert.deepEqual(await after.notices.deliver(), { claimed: 0, sent: 0 }, 'it is still leased');
    after.clock.advance(300_000);
    assert.deepEqual(await after.notices.deliver(), { claimed: 1, sent: 1 });
    const [first, second] = carried.map(({ bytes }) => messageId(Buffer.from(bytes)));
    assert.equal(first, second);
  },
);

forBothDatabases('two processes send each notice once', async (database) => {
  const carried: string[] = [];
  const carrier: Carrier = {
    carry: async ({ number }) => void carried.push(number),
    close: () => undefined,
  };
  const one = await openPostOffice(database, carrier);
  const other = await openPostOffice(database, carrier);
  const wanted = Array.from({ length: 30 }, (_, at) => ({ ...UPDATE, to: `p${at}@example.jp` }));
  const written = await one.notices.sendNotices(database, wanted);
  assert.ok(written.ok && written.value.length === 30);
  await Promise.all([one.notices.deliver(), other.notices.deliver()]);
  await one.notices.deliver();
  assert.deepEqual([carried.length, new Set(carried).size], [30, 30]);
});

forBothDatabases('who got what is forgotten in time; that it was sent is not', async (database) => {
  const carrier: Carrier = { carry: async () => undefined, close: () => undefined };
  const { notices, clock } = await openPostOffice(database, carrier);
  await notices.sendNotice(database, UPDATE);
  await notices.deliver();
  assert.equal(await notices.erase(), 0);
  clock.advance(91 * 86_400_000);
  assert.equal(await notices.erase(), 1);
  const [row] = await database.query(
    'select state, recipient_sealed, content_sealed, octet_length(content_hash) as hash from notices.notice',
  );
  assert.deepEqual(
    { ...row },
    { state: 'sent', recipient_sealed: null, content_sealed: null, hash: 16 },
  );
  const since = clock.now() - 100 * 86_400_000;
  const asked = { to: 'HANAKO@example.jp', templates: ['incident_update'], since } as const;
  assert.equal(await notices.countNotices(database, asked), 1, 'its hash still finds it');
});

const RSA = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const DKIM: DkimKey = { domain: 'kinken.example', selector: 'k1', privateKey: RSA.privateKey };

forBothDatabases('a mail is signed, and a change of it is seen', async (database) => {
  await using server = await openMailServer();
  const { notices } = await openPostOffice(database, smtpCarrier(server.place), DKIM);
  await notices.sendNotice(database, UPDATE);
  await notices.deliver();
  const mail = server.received[0]?.bytes;
  assert.ok(mail);
  assert.deepEqual(await dkimOf(mail), ['pass', 'kinken.example']);
  const elsewhere = mail.toString('latin1').replace('?token=abc123', '?token=abc124');
  assert.notEqual(
    (await dkimOf(Buffer.from(elsewhere, 'latin1')))[0],
    'pass',
    'one-click is signed',
  );
  const other = mail.toString('latin1').replace('To: hanako', 'To: taro');
  assert.notEqual((await dkimOf(Buffer.from(other, 'latin1')))[0], 'pass');
});

void test('a mail server beyond this machine is spoken to over TLS, or not at all', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const mail: Mail = {
    number: 'KN-2222-2222-2222',
    from: SENDER.address,
    to: 'hanako@example.jp',
    bytes: Buffer.from('Subject: x\r\n\r\nx\r\n'),
  };
  await using plain = await openMailServer({}, { isTlsRequired: true });
  await assert.rejects(smtpCarrier(plain.place).carry(mail), { message: 'ETLS 500' });
  assert.equal(plain.received.length, 0);

  const trusting = { isTlsRequired: true, authority: cert, host: 'localhost' };
  await using secured = await openMailServer({ key, cert }, trusting);
  const carrier = smtpCarrier(secured.place);
  await carrier.carry(mail);
  carrier.close();
  assert.equal(secured.received[0]?.isOverTls, true);
  const untrusting = smtpCarrier({ ...secured.place, authority: undefined });
  await assert.rejects(untrusting.carry(mail), NotCarried, 'a certificate of nobody we know');
});

void test('a wrong password is no fault of the recipient', async () => {
  await using server = await openMailServer(
    {
      authOptional: false,
      onAuth: (_auth, _session, done) => done(new Error('wrong')),
    },
    { user: 'kinken', password: 'secret' },
  );
  const carrier = smtpCarrier(server.place);
  const mail = {
    number: 'KN-2222-2222-2222',
    from: 'a@b.example',
    to: 'c@d.example',
    bytes: Buffer.of(10),
  };
  await assert.rejects(carrier.carry(mail), (error: NotCarried) => {
    assert.match(error.message, /^EAUTH/);
    assert.doesNotMatch(error.message, /secret/);
    return !error.isFinal;
  });
  carrier.close();
});

forBothDatabases('without a mail server mails are files for their owner only', async (database) => {
  const folder = await mkdtemp(join(tmpdir(), 'kinken-outbox-'));
  try {
    const outbox = join(folder, 'outbox');
    const { notices } = await openPostOffice(database, outboxCarrier(outbox), DKIM);
    const written = await notices.sendNotice(database, UPDATE);
    assert.ok(written.ok);
    await notices.deliver();
    assert.deepEqual(await readdir(outbox), [`${written.value.number}.eml`]);
    const file = join(outbox, `${written.value.number}.eml`);
    assert.equal((await stat(file)).mode & 0o077, 0);
    assert.deepEqual(await dkimOf(await readFile(file)), ['pass', 'kinken.example']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function dkimOf(mail: Buffer): Promise<readonly unknown[]> {
  const published = RSA.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const { dkim } = await authenticate(mail, {
    ip: '192.0.2.1',
    helo: 'mail.kinken.example',
    sender: SENDER.address,
    mta: 'mx.example.jp',
    resolver: async (name: string, kind: string) => {
      const isKey = kind === 'TXT' && name === 'k1._domainkey.kinken.example';
      if (isKey) return [[`v=DKIM1; k=rsa; p=${published}`]];
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    },
  });
  const [found] = dkim.results;
  return [found?.status.result, found?.signingDomain];
}

function messageId(mail: Buffer): string | undefined {
  return /^Message-ID: (.*)$/m.exec(mail.toString('latin1'))?.[1];
}
