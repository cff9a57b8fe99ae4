import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { forBothDatabases } from '../../test/support/database.ts';
import type { Carrier } from './carrier.ts';
import { composeNotice, SMS_LENGTH_MAX } from './compose.ts';
import { readPhoneNumber } from './phone-number.ts';
import { openInbox } from './read-inbox.ts';
import { openOutbox } from './read-outbox.ts';
import { openSentRegister } from './read-sent.ts';
import { smsFileSink } from './sms-carrier.ts';
import { PROVING_CODES, TEMPLATE_NAMES, TEMPLATES, wordingsOf } from './templates.ts';
import { openPostOffice } from './testing/post-office.ts';
import type { WantedNotice } from './write-notices.ts';

const NOWHERE: Carrier = { carry: async () => undefined, close: () => undefined };
const NUMBER = 'KN-7Q2M-4XKT-9PDR';
const PHONE = '+819012345678';
const CHANGED = {
  template: 'member_security_changed',
  locale: 'ja',
  values: { what: 'パスワードが変わりました', at: '2026-04-01 12:00' },
} as const;
const BY_SMS: WantedNotice = { ...CHANGED, to: { channel: 'sms', number: '090-1234-5678' } };

forBothDatabases('an SMS has its number and no link, and goes out once', async (database) => {
  const { notices, sms } = await openPostOffice(database, NOWHERE);
  const written = await notices.sendNotice(database, BY_SMS);
  assert.ok(written.ok);
  const { number } = written.value;
  assert.deepEqual(await notices.deliver(), { claimed: 1, sent: 1 });
  assert.deepEqual(await notices.deliver(), { claimed: 0, sent: 0 });
  assert.deepEqual(
    sms.map((each) => [each.number, each.to]),
    [[number, PHONE]],
  );
  assert.match(sms[0]!.text, new RegExp(`お知らせ番号 ${number}$`));
  assert.match(sms[0]!.text, /ご自分でサイトを開き/);
  const [row] = await database.query('select channel, state, recipient_sealed from notices.notice');
  assert.deepEqual([row?.['channel'], row?.['state']], ['sms', 'sent']);
  assert.doesNotMatch(
    Buffer.from(row?.['recipient_sealed'] as Uint8Array).toString(),
    /9012345678/,
  );
});

forBothDatabases(
  'every official message stands in the inbox of its owner before it goes out',
  async (database) => {
    const { notices, keys, sms } = await openPostOffice(database, {
      ...NOWHERE,
      carry: () => Promise.reject(new Error('nothing goes out yet')),
    });
    const inbox = openInbox(database, keys);
    const to = 'hanako@example.jp';
    const wanted = [
      { ...CHANGED, to },
      BY_SMS,
      { ...CHANGED, to: { channel: 'inbox', address: to } },
    ] as const;
    const written = await notices.sendNotices(database, wanted);
    assert.ok(written.ok);
    assert.equal(sms.length, 0, 'nothing was carried');
    const asked = { since: 0, before: null, size: 50 };
    const both = [to, { channel: 'sms', number: PHONE }] as const;
    const shown = await inbox.list({ ...asked, to: both });
    assert.deepEqual(
      shown.map(({ channel, number }) => [channel, number]),
      written.value.map(({ number }, at) => [['mail', 'sms', 'inbox'][at], number]).toReversed(),
    );
    assert.ok(shown.every(({ content }) => content?.text?.includes('お知らせ番号')));
    assert.deepEqual(
      (await inbox.list({ ...asked, to })).map(({ channel }) => channel),
      ['inbox', 'mail'],
      'the number is somebody else’s matter',
    );
    const templates = ['member_already'] as const;
    assert.deepEqual(await inbox.list({ ...asked, to, templates }), [], 'of other templates none');
    assert.deepEqual(await notices.deliver(), { claimed: 2, sent: 1 }, 'the inbox is not carried');
    assert.match(
      shown[0]?.content?.text ?? '',
      /同じ文面がメールやSMSで届いた場合は、本物ではありません/,
    );

    const register = openSentRegister(database, keys);
    const sent = await register.find(written.value[1]!.number);
    assert.equal(sent?.isTo(both), true);
    assert.equal(sent?.isTo([to, { channel: 'sms', number: '+819012345679' }]), false);
    assert.equal((await openOutbox(database, keys).list()).length, 3);
  },
);

void test('a number is taken as people write it, and only a number', () => {
  for (const [typed, number] of [
    ['090-1234-5678', PHONE],
    ['０９０ １２３４ ５６７８', PHONE],
    ['+81 (0)90-1234-5678', PHONE],
    ['+819012345678', PHONE],
    ['03-1234-5678', '+81312345678'],
    ['+1 202 555 0123', '+12025550123'],
  ] as const) {
    assert.equal(readPhoneNumber(typed), number, typed);
  }
  for (const typed of [
    '',
    '9012345678',
    '110',
    '+81090123456789',
    '+8190123456789012',
    '+0123456789',
    '+81 90 1234 5678, +819000000000',
    '090-1234-5678\nTo: +1900',
    `+${'1'.repeat(16)}`,
    `+81${' '.repeat(100)}9012345678`,
    'tel:+819012345678',
  ]) {
    assert.equal(readPhoneNumber(typed), null, JSON.stringify(typed));
  }
});

forBothDatabases('what is no number of a telephone is refused', async (database) => {
  const { notices } = await openPostOffice(database, NOWHERE);
  const to = { channel: 'sms', number: 'hanako@example.jp' } as const;
  assert.deepEqual(await notices.sendNotice(database, { ...BY_SMS, to }), {
    ok: false,
    refusal: 'number_not_valid',
  });
});

void test('short words of every template are short and have no link, whatever is filled in', async () => {
  for (const template of TEMPLATE_NAMES) {
    for (const { sms } of Object.values(wordingsOf(template))) {
      assert.ok(sms.length < 200, template);
      assert.doesNotMatch(sms, /https?:|www\.|\{\w*[Uu]rl\}/, template);
      const named = [...sms.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
      const known = ['subject', ...Object.keys(TEMPLATES[template])];
      assert.ok(
        named.every((name) => known.includes(name)),
        template,
      );
    }
  }
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.webUrl(),
    fc.domain(),
    fc.constantFrom(
      'https://evil.test/a',
      'evil。test/a',
      'ｅｖｉｌ．ｃｏｍ',
      'intent://evil#Intent',
      'x evil.xn--p1ai y',
      'evil.com:8080/a?b',
    ),
  );
  fc.assert(
    fc.property(nasty, nasty, (title, state) => {
      const words = {
        template: 'incident_update',
        locale: 'ja',
        values: { title, state, what: title, body: 'x', pageUrl: 'https://kinken.example/' },
      } as const;
      const composed = composeNotice(words, NUMBER, 'sms');
      assert.ok(composed.ok);
      const { subject, text } = composed.value;
      assert.equal(subject, '');
      assert.ok(text.length <= SMS_LENGTH_MAX);
      assert.doesNotMatch(text, /:\/\/|[a-z0-9-]\.[a-z]{2}/i);
      assert.doesNotMatch(text.normalize('NFKC'), /:\/\/|[a-z0-9-]\.[a-z]{2}/i);
      assert.ok(text.endsWith(NUMBER));
    }),
    { numRuns: 300 },
  );
});

void test('without a gateway an SMS is a file for its owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kinken-sms-'));
  try {
    const sink = smsFileSink(join(folder, 'sms'));
    await sink.carry({ number: NUMBER, to: PHONE, text: 'お知らせ' });
    assert.deepEqual(await readdir(join(folder, 'sms')), [`${NUMBER}.txt`]);
    const file = join(folder, 'sms', `${NUMBER}.txt`);
    assert.equal(await readFile(file, 'utf8'), `To: ${PHONE}\n\nお知らせ\n`);
    assert.equal((await stat(file)).mode & 0o077, 0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

void test('every template that proves who somebody is has a code, and no other template of members has', () => {
  for (const template of TEMPLATE_NAMES.filter((name) => name.startsWith('member_'))) {
    const hasCode = Object.hasOwn(TEMPLATES[template], 'code');
    assert.equal(PROVING_CODES.has(template), hasCode, template);
  }
});
