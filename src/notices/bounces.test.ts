import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { forBothDatabases } from '../../test/support/database.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import { UNREACHED_RULE, type UnreachedNotice } from './bounces.ts';
import { NotCarried, type Mail } from './carrier.ts';
import { readBounce } from './read-bounce.ts';
import { openInbox } from './read-inbox.ts';
import { readReturnPath, returnPathOf } from './return-path.ts';
import { bounceMail } from './testing/bounce-mail.ts';
import { BOUNCES, openPostOffice } from './testing/post-office.ts';
import type { WantedNotice } from './write-notices.ts';

const TO = 'hanako@example.jp';
const NOTICE: WantedNotice = {
  template: 'member_already',
  to: TO,
  locale: 'ja',
  values: { at: '12:00' },
};
const DAY_MS = 86_400_000;

async function openOffice(database: Parameters<typeof openPostOffice>[0]) {
  const carried: Mail[] = [];
  const carrier = { carry: async (mail: Mail) => void carried.push(mail), close: () => undefined };
  const office = await openPostOffice(database, carrier);
  return {
    ...office,
    carried,
    async sendOne(wanted: WantedNotice = NOTICE): Promise<Mail> {
      assert.ok((await office.notices.sendNotice(database, wanted)).ok);
      await office.notices.deliver();
      return carried.at(-1)!;
    },
    inbox: () =>
      openInbox(database, office.keys).list({ to: TO, since: 0, before: null, size: 50 }),
  };
}

forBothDatabases(
  'a mail that comes back marks its notice, once, and whoever rests on it is told',
  async (database) => {
    const office = await openOffice(database);
    const told: UnreachedNotice[] = [];
    office.notices.onUnreached(async (on, notice) => {
      const [row] = await on.query('select state from notices.notice where number = $1', [
        notice.number,
      ]);
      assert.equal(row?.['state'], 'undelivered', 'in the same transaction');
      told.push(notice);
    });
    const mail = await office.sendOne();
    const back = bounceMail(mail.from);
    const taken = { ok: true, value: { number: mail.number, isNew: true } };
    assert.deepEqual(await office.notices.takeBounce(back), taken);
    const again = { ok: true, value: { number: mail.number, isNew: false } };
    assert.deepEqual(await office.notices.takeBounce(back), again);
    assert.deepEqual(
      told.map(({ number, template }) => [number, template]),
      [[mail.number, 'member_already']],
    );
    assert.deepEqual(await office.notices.unreachedSince(database, { since: 0, size: 10 }), told);
    const [shown] = await office.inbox();
    assert.equal(shown?.isUnreached, true);
    const [row] = await database.query('select state, last_error from notices.notice');
    assert.deepEqual({ ...row }, { state: 'undelivered', last_error: 'BOUNCED 5.1.1' });
    assert.doesNotMatch(office.logLines.join(''), /hanako/);
  },
);

forBothDatabases('nobody can make a bounce for a mail that he did not get', async (database) => {
  const office = await openOffice(database);
  const mine = await office.sendOne();
  const other = await office.sendOne({ ...NOTICE, to: 'taro@example.jp' });
  const plain = (number: string) => number.replaceAll('-', '').toLowerCase();
  const forged = mine.from.replace(plain(mine.number), plain(other.number));
  for (const address of [
    forged,
    `bounces+${plain(other.number)}@kinken.example`,
    `bounces+${plain(other.number)}-${'0'.repeat(20)}@kinken.example`,
    BOUNCES,
    'no-reply@kinken.example',
  ]) {
    const taken = await office.notices.takeBounce(bounceMail(address));
    assert.deepEqual(taken, { ok: false, refusal: 'not_for_us' }, address);
  }
  const states = await database.query('select distinct state from notices.notice');
  assert.deepEqual(
    states.map((row) => row['state']),
    ['sent'],
  );
});

forBothDatabases(
  'what is only late, and what a person answers, marks nothing',
  async (database) => {
    const office = await openOffice(database);
    const mail = await office.sendOne();
    const take = async (bytes: Uint8Array) => {
      const taken = await office.notices.takeBounce(bytes);
      return taken.ok ? 'taken' : taken.refusal;
    };
    assert.equal(
      await take(bounceMail(mail.from, { action: 'delayed', status: '4.4.1' })),
      'delayed',
    );
    assert.equal(
      await take(bounceMail(mail.from, { action: 'delivered', status: '2.0.0' })),
      'not_a_bounce',
    );
    const holiday = `To: ${mail.from}\r\nSubject: I am away\r\nAuto-Submitted: auto-replied\r\n\r\nUntil Monday\r\n`;
    assert.equal(await take(Buffer.from(holiday)), 'not_a_bounce');
    assert.equal(await take(Buffer.alloc(1_000_001, 'x')), 'not_a_bounce');
    assert.equal(
      await take(bounceMail(mail.from, { status: '4.4.7' })),
      'taken',
      'given up after days',
    );
  },
);

forBothDatabases(
  'an address from which three came back gets nothing more until its owner confirms',
  async (database) => {
    const office = await openOffice(database);
    for (let time = 0; time < UNREACHED_RULE.times; time += 1) {
      assert.equal(await office.notices.stoppedSince(database, TO), null);
      const mail = await office.sendOne();
      await office.notices.takeBounce(bounceMail(mail.from));
      office.clock.advance(DAY_MS);
    }
    assert.ok((await office.notices.stoppedSince(database, 'HANAKO@example.jp')) !== null);
    const before = office.carried.length;
    await office.sendOne();
    assert.equal(office.carried.length, before, 'nothing is sent');
    assert.equal((await office.inbox()).length, UNREACHED_RULE.times + 1, 'it stands in the inbox');
    await office.sendOne({ ...NOTICE, to: 'taro@example.jp' });
    assert.equal(office.carried.length, before + 1, 'others are written to');
    const code = { template: 'member_sign_in_code', to: TO, locale: 'ja' } as const;
    await office.sendOne({
      ...code,
      values: { code: '123456', until: '12:10', device: 'x', place: 'x' },
    });
    assert.equal(office.carried.length, before + 2, 'a code is what proves the address again');

    assert.equal(await office.notices.confirmRecipient(database, TO), true);
    assert.equal(await office.notices.stoppedSince(database, TO), null);
    await office.sendOne();
    assert.equal(office.carried.length, before + 3);
  },
);

forBothDatabases('what came back long ago does not count', async (database) => {
  const office = await openOffice(database);
  for (let time = 0; time < 5; time += 1) {
    const mail = await office.sendOne();
    await office.notices.takeBounce(bounceMail(mail.from));
    office.clock.advance(31 * DAY_MS);
  }
  assert.equal(await office.notices.stoppedSince(database, TO), null);
});

forBothDatabases(
  'a mailbox that the next server knows not to be there counts as well',
  async (database) => {
    const told: string[] = [];
    const { notices } = await openPostOffice(database, {
      carry: () => Promise.reject(new NotCarried('EENVELOPE 550', true)),
      close: () => undefined,
    });
    notices.onUnreached(async (_on, { number }) => void told.push(number));
    for (let time = 0; time < UNREACHED_RULE.times; time += 1) {
      await notices.sendNotice(database, NOTICE);
      await notices.deliver();
    }
    assert.equal(told.length, UNREACHED_RULE.times);
    assert.ok((await notices.stoppedSince(database, TO)) !== null);
  },
);

void test('a return path names its notice alone, and any change of it names none', () => {
  const keys = openKeyRing(new Uint8Array(32).fill(9));
  const number = 'KN-7Q2M-4XKT-9PDR';
  const address = returnPathOf(keys, BOUNCES, number);
  assert.equal(readReturnPath(keys, address), number);
  assert.equal(readReturnPath(keys, address.toUpperCase()), number);
  assert.equal(readReturnPath(openKeyRing(new Uint8Array(32).fill(8)), address), null);
  assert.ok(address.indexOf('@') <= 64);
  fc.assert(
    fc.property(
      fc.nat(address.indexOf('@') - 9),
      fc.constantFrom(...'0123456789abcdefghjk'.split('')),
      (place, sign) => {
        const at = place + 8;
        const changed = address.slice(0, at) + sign + address.slice(at + 1);
        fc.pre(changed !== address);
        assert.equal(readReturnPath(keys, changed), null, changed);
      },
    ),
  );
});

void test('whatever is handed in as a bounce is read without an error', async () => {
  const keys = openKeyRing(new Uint8Array(32).fill(9));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 1_000 }), async (bytes) => {
      assert.equal((await readBounce(keys, bytes)).ok, false);
      await readBounce(keys, Buffer.concat([bounceMail(BOUNCES), bytes]));
    }),
    { numRuns: 50 },
  );
});
