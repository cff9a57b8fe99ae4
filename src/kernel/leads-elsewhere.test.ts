import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canBeName, initialsApart, leadsElsewhere } from './leads-elsewhere.ts';

const LINKS = [
  ...['t.co/AbC', 'x.gd/a1', 't.ly/x', 't.co', 'evil.Com', 'Kinken-Support.Com/login', 'EVIL.COM'],
  ...['ヨドバシ.com', '安全確認.jp', 'evilé.com', 'evile\u0301.com', 'evil.コム', 'example.みんな'],
  ...['evil。jp', 'evil｡com', 'evil‧com', 'evil․com', 'evil·com', 'ｅｖｉｌ．ｃｏｍ'],
  ...['evil\u00ad.com', 'evil.\u2060com', 'evil.c\u200bom', 'evil.\ufe0fcom', '-evil.com'],
  ...['evil.comへ', '安全確認.jpへ', 'evil.com.部', 'evil.com-login', `${'あ'.repeat(70)}evil.com`],
  ...['evil.web.za', 'evil.xn--q9jyb4c', 'a.b.c.evil.co.jp', '例え.テスト/login', 'www.evil'],
  ...['tcp://evil', 'a@evil', 'ａ＠evil', 'No.one', 'St.tokyo'],
];

const NAMES = [
  ...['mr.tanaka', 'vol.ii', 'Mt.fuji', 'Node.js部', 'K. Suzuki', 'J.K.ローリング', 'St. Tokyo'],
  ...[
    'はな',
    'はな 2016',
    '3.14',
    'Ver.2.0',
    'モーニング娘。',
    '山田・太郎',
    '@hanako',
    'www',
    '...',
  ],
  ...['三浦 一二三', '2026年度3年1組一同', '二〇二六年度三年一組一同', '第一三共', '12-3456', ''],
];

const NUMBERS = [
  ...[
    '⓪①②⓪③③③④④④',
    '⁰¹²⁰³³³⁴⁴⁴',
    '〇一二〇-三三三-四四四',
    '０１２０ー３３３ー４４４',
    '0120の333の444',
  ],
  ...[
    '(0120) 333.444',
    '❶❷❸❹❺❻❼',
    '0\ufe0f\u20e31\ufe0f\u20e32345\u20e36',
    '٠١٢٠٣٣٣',
    '０一２三４五６',
  ],
];

void test('a name has no link and no number to call, however they are written', () => {
  for (const link of LINKS) {
    assert.ok(!canBeName(link), link);
    assert.ok(!canBeName(`緊急 ${link} をご確認ください`), link);
  }
  for (const number of NUMBERS) assert.ok(!canBeName(number), number);
  for (const turned of ['a\nb', '\u202eanah', 'a\u2028b']) assert.ok(!canBeName(turned));
  for (const name of NAMES) assert.ok(canBeName(name), name);
});

void test('an initial before a family name that ends hosts is a name, and a message writes it as no link', () => {
  for (const [typed, written] of [
    ['K.Suzuki', 'K. Suzuki'],
    ['K.HONDA', 'K. HONDA'],
    ['Ｋ．Ｓｕｚｕｋｉ', 'Ｋ． Ｓｕｚｕｋｉ'],
    ['J.K.Kim', 'J. K. Kim'],
    ['鈴木 K.Suzuki より', '鈴木 K. Suzuki より'],
    ['(M.Ng)', '(M. Ng)'],
    ['山田太郎、K.Suzuki', '山田太郎、K. Suzuki'],
  ] as const) {
    assert.ok(leadsElsewhere(typed), typed);
    assert.ok(canBeName(typed), typed);
    assert.equal(initialsApart(typed), written);
    assert.ok(!leadsElsewhere(written), written);
  }
  for (const refused of [
    ...['k.suzuki', 'Ken.Suzuki', 'T.Co/AbC', 'T.Co／a', 'A.Evil.com', 'A.Co.Jp', 'x-T.Co'],
    ...['K.Suzuki.com', 'K.Suzuki-Kim.com', 'K.Suzuki evil.com', 'K\u200b.Suzuki', 'K·Suzuki'],
    ...['T.Co\u200b/a', 'a@K.Suzuki', 'http://K.Suzuki', 'www.K.Suzuki', 'evil.example.com'],
  ]) {
    assert.ok(!canBeName(refused), refused);
  }
  for (const kept of ['J.K.ローリング', 'K. Suzuki', 'Ver.2.0', 'K.']) {
    assert.equal(initialsApart(kept), kept);
  }
});

void test('a sentence may end before the next begins with what ends a host, and have numbers', () => {
  for (const said of [
    'おめでとう。みんな',
    'ありがとう。No problem',
    '0120-333-444',
    'またねwww.',
  ]) {
    assert.ok(!leadsElsewhere(said), said);
  }
  for (const link of LINKS) assert.ok(leadsElsewhere(link), link);
});

void test('a long text is judged in time that grows with it alone', () => {
  for (const long of ['a', 'a.', '.', '-', '1 ', '@ ', 'a。', 'A.', 'A.A', 'A.Aa ']) {
    assert.equal(leadsElsewhere(initialsApart(long.repeat(20_000))), false, long);
  }
});
