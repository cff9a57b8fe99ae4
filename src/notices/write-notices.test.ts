import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../kernel/crypto.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { buildMail, type Carrier } from './carrier.ts';
import { composeNotice } from './compose.ts';
import { readMailAddress } from './mail-address.ts';
import { newNoticeNumber, readNoticeNumber } from './number.ts';
import { registerTemplates } from './template-versions.ts';
import { TEMPLATE_NAMES, TEMPLATES, wordingsOf } from './templates.ts';
import { openPostOffice, SENDER } from './testing/post-office.ts';

const NUMBER = 'KN-7Q2M-4XKT-9PDR';

void test('an address is one address, or none', () => {
  const taken = {
    'hanako@example.jp': 'hanako@example.jp',
    ' Hana.Ko+shop@Example.JP ': 'Hana.Ko+shop@example.jp',
    "o'neill@mail.example": "o'neill@mail.example",
    'x@日本語.jp': 'x@xn--wgv71a119e.jp',
  };
  for (const [typed, address] of Object.entries(taken))
    assert.equal(readMailAddress(typed), address);
  const refused = [
    '',
    '@',
    'a@',
    '@example.jp',
    'a@localhost',
    'a@127.0.0.1',
    'a@[127.0.0.1]',
    'a@example.123',
    'a@@example.jp',
    'a@b@example.jp',
    'a.@example.jp',
    '.a@example.jp',
    'a..b@example.jp',
    '"a b"@example.jp',
    'Hana <a@example.jp>',
    'a@example.jp, b@example.jp',
    'a@example.jp;b@example.jp',
    'a@example.jp\r\nBcc: b@example.jp',
    'a\r\nBcc: b@example.jp',
    'a@exam ple.jp',
    'a@-example.jp',
    'あ@example.jp',
    `${'a'.repeat(65)}@example.jp`,
    `a@${'b'.repeat(64)}.jp`,
    `a@${'b.'.repeat(130)}jp`,
    'a@example.jp/../x',
    'a@example.jp?x',
    'a@example.jp#x',
  ];
  for (const typed of refused) assert.equal(readMailAddress(typed), null, JSON.stringify(typed));
});

void test('nothing that is filled in ends a header line or adds a recipient', async () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      'x\r\nBcc: thief@example.com',
      'x\nBcc: thief@example.com\n\n<html>',
      'x\u2028Bcc: thief@example.com',
      'x\u0085Bcc: thief@example.com\0',
      '=?utf-8?Q?=0D=0ABcc:_thief@example.com?=',
      '\u202egnp.exe',
    ),
  );
  await fc.assert(
    fc.asyncProperty(nasty, nasty, nasty, async (title, state, body) => {
      const words = {
        template: 'incident_update',
        locale: 'en',
        values: { title, state, what: title, body, pageUrl: 'https://kinken.example/' },
      } as const;
      const composed = composeNotice(words, NUMBER);
      assert.ok(composed.ok);
      const mail = { ...composed.value, number: NUMBER, to: 'hanako@example.jp', writtenAt: 0 };
      const built = await buildMail(mail, SENDER, null);
      const [head = ''] = Buffer.from(built.bytes).toString('latin1').split('\r\n\r\n');
      const names = head
        .split('\r\n')
        .filter((line) => !/^[ \t]/.test(line))
        .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
      assert.deepEqual(names.toSorted(), HEADERS);
      assert.doesNotMatch(head, /[^\r]\n|\r[^\n]/);
      assert.doesNotMatch(composed.value.subject, /[\p{Cc}\u202e]/u);
    }),
    { numRuns: 200 },
  );
});

const HEADERS = [
  'auto-submitted',
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'kinken-notice',
  'message-id',
  'mime-version',
  'subject',
  'to',
];

void test('a name that leads elsewhere is not shown, also one that is older than the rule', () => {
  const composed = (name: string) => {
    const values = { name, until: '2026-04-01 12:00' };
    const words = composeNotice({ template: 'helper_invited', locale: 'en', values }, NUMBER);
    assert.ok(words.ok);
    return words.value;
  };
  assert.equal(composed('Hana').subject, 'Hana asks you to help');
  assert.equal(composed('K.Suzuki').subject, 'K. Suzuki asks you to help'); // of which no link is made
  for (const name of ['Kinken-Support.Com/login', '⓪①②⓪③③③④④④']) {
    const { subject, text } = composed(name);
    assert.equal(subject, '(name not shown) asks you to help');
    assert.ok(!text.includes(name));
  }
});

void test('an address on the web that is none is refused, and so is what is too long', () => {
  const values = {
    title: 'x',
    state: 'x',
    what: 'x',
    body: 'x',
    pageUrl: 'https://kinken.example/',
  };
  const refusalOf = (changed: Partial<typeof values>) => {
    const words = {
      template: 'incident_update',
      locale: 'ja',
      values: { ...values, ...changed },
    } as const;
    const composed = composeNotice(words, NUMBER);
    return composed.ok ? null : composed.refusal;
  };
  assert.equal(refusalOf({}), null);
  for (const pageUrl of [
    'javascript:alert(1)',
    '',
    '/status',
    'https://',
    'https://x.example/ y',
    'https://x.example/>\r\nBcc: a@b.example',
  ]) {
    assert.equal(refusalOf({ pageUrl }), 'value_not_an_address', pageUrl);
  }
  assert.equal(refusalOf({ title: 'x'.repeat(501) }), 'value_too_long');
  assert.equal(refusalOf({ body: 'x'.repeat(20_001) }), 'value_too_long');
});

forBothDatabases('of many notices all are written or none', async (database) => {
  const { notices } = await openPostOffice(database, NOWHERE);
  const good = {
    template: 'subscription_confirmation',
    to: 'hanako@example.jp',
    locale: 'en',
    values: { what: 'Codes', confirmUrl: 'https://kinken.example/c', until: 'tomorrow' },
  } as const;
  const bad = { ...good, to: 'hanako@example.jp, taro@example.jp' };
  const refusal = { ok: false, refusal: 'address_not_valid' };
  assert.deepEqual(await notices.sendNotices(database, [good, bad]), refusal);
  const misled = { ...good, unsubscribeUrl: 'https://x.example/>, <mailto:a@b.example' };
  assert.deepEqual(await notices.sendNotice(database, misled), {
    ok: false,
    refusal: 'value_not_an_address',
  });
  const [row] = await database.query('select count(*)::int as count from notices.notice');
  assert.equal(row?.['count'], 0);
});

forBothDatabases('each wording has a version, and keeps it', async (database) => {
  const first = await registerTemplates(database, 0);
  assert.deepEqual([...first.keys()].toSorted(), [...TEMPLATE_NAMES].toSorted());
  assert.deepEqual(new Set(first.values()), new Set([1]));
  await database.query(
    `update notices.template set content_hash = '\\x00' where template = 'glass_broken'`,
  );
  const [one, other] = await Promise.all([
    registerTemplates(database, 1),
    registerTemplates(database, 1),
  ]);
  assert.deepEqual(one, other, 'two processes that start at once agree');
  assert.equal(one.get('glass_broken'), 2, 'other words are another version');
  assert.equal(one.get('incident_update'), 1);
  const [row] = await database.query(
    `select texts from notices.template where template = 'glass_broken' and version = 2`,
  );
  assert.deepEqual(row?.['texts'], wordingsOf('glass_broken'));
});

void test('every template names in both languages what is filled in, and nothing else', () => {
  for (const template of TEMPLATE_NAMES) {
    const wanted = Object.keys(TEMPLATES[template]);
    for (const { subject, body } of Object.values(wordingsOf(template))) {
      const named = [...`${subject}\n${body}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      assert.deepEqual(new Set(named), new Set(wanted), template);
    }
  }
});

void test('a number is read however it is typed, and only a number', () => {
  const number = newNoticeNumber(systemRandom);
  for (const typed of [number, number.toLowerCase(), number.replaceAll('-', ''), ` ${number} `]) {
    assert.equal(readNoticeNumber(typed), number);
  }
  const wide = number.replace(/./g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  assert.equal(readNoticeNumber(wide), number);
  for (const typed of ['', 'KN', 'KN-0000-0000-0000', `${number}2`, 'x'.repeat(1_000)]) {
    assert.equal(readNoticeNumber(typed), null);
  }
});

const NOWHERE: Carrier = { carry: async () => undefined, close: () => undefined };
