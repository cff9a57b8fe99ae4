import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLink } from './find-contacts.ts';
import { distance, likenessOf, type Likeness } from './host-likeness.ts';
import { ownNamesOf } from './own-names.ts';

const NAMES = ownNamesOf([
  {
    ownerId: 1,
    issuerId: null,
    key: 'house',
    nameJa: '家',
    nameEn: 'House',
    words: ['hoshigift', 'denwa', 'nagoyapay'],
    channels: ['hoshigift.co.jp', 'my.denwa-online.com', 'nagoyapay.jp'].map((value) => ({
      kind: 'web_host' as const,
      value,
      isNumbered: false,
    })),
  },
]);

/** What each looks like; the first column is what is pasted. */
const FORGED: readonly (readonly [string, readonly Likeness[]])[] = [
  // Signs that look the same, in other scripts and in our own.
  ['https://hoshıgift.co.jp/', ['host_punycode', 'host_confusable']],
  ['https://hоshigift.co.jp/', ['host_punycode', 'host_confusable']], // Cyrillic о
  ['https://xn--hshigift-nbh.co.jp/', ['host_punycode', 'host_confusable']], // the same as a browser shows it
  ['https://hosh1gift.co.jp/', ['host_confusable']],
  ['https://hoshiglft.co.jp/', ['host_confusable']],
  ['https://h0shigift.com/', ['host_confusable']],
  ['https://hoshi-gift.co.jp/', ['host_confusable']],
  ['https://nagoyapay-jp.nagoyаpay.jp/', ['host_punycode', 'host_confusable']],
  // The same name elsewhere.
  ['https://hoshigift.com/', ['host_elsewhere']],
  ['https://www.hoshigift.co.jp.cn/', ['brand_in_host']],
  ['https://nagoyapay.top/login', ['host_elsewhere']],
  // A letter or two: put in, left out, exchanged, swapped.
  ['https://hoshigifts.co.jp/', ['host_near']],
  ['https://hoshgift.co.jp/', ['host_near']],
  ['https://hoshigitf.co.jp/', ['host_near']],
  ['https://hoshigaft.jp/', ['host_near']],
  ['https://nagoyapey.jp/', ['host_near']],
  // Our name in other places.
  ['https://hoshigift.co.jp.account-check.cn/', ['brand_in_host']],
  ['https://secure-hoshigift.net/', ['brand_in_host']],
  ['https://login.nagoyapay.evil.test/', ['brand_in_host']],
  ['https://evil.test/hoshigift.co.jp/login', ['brand_in_path']],
  ['https://evil.test/%68oshigift', ['brand_in_path']],
  ['https://hoshigift.github.io/', ['host_elsewhere']],
  ['https://denwa.evil.test/', ['brand_in_host']],
  ['https://my-denwa-online.evil.test/', ['brand_in_host']],
  ['https://denwaonline.evil.test/', ['brand_in_host']],
  ['https://hos.higift.evil.test/', ['brand_in_host']],
  ['https://signinnagoyapay.jp/', ['brand_in_host']], // where two words meet, nn is no m
  // Several at once, and a part of a longer name.
  ['https://nаgoyapeу.jp/', ['host_mixes_scripts', 'host_near']], // Cyrillic а and у
  ['https://nnagooyyapay.jp/', ['host_near']],
  ['https://n4g0y4p4y.jp/', ['host_confusable']],
  ['https://hoshigft-support.evil.test/', ['near_in_host']],
  ['https://nagoyappay.evil.test/', ['near_in_host']],
  ['https://www.bank.co.jp-login.evil.test/', ['ending_in_host']],
  ['https://www.bank.com.evil.test/', ['ending_in_host']],
  ['https://bank.com-login.evil.test/', ['ending_in_host']],
  // What leads elsewhere than it says.
  ['https://%65vil.test/', ['link_hides_host']],
  ['https://evil.test:8081/', ['link_odd_port']],
  ['https://search.test/url?q=https%253A%252F%252Fevil.test%252F', ['link_leads_on']],
  ['https://search.test/to?next=//evil.test/', ['link_leads_on']],
  ['https://bit.ly/2abcde', ['link_is_short']],
  ['https://anybody.pages.dev/', ['host_is_shared']],
  ['https://hoshigift.co.jp@evil.test/', ['link_hides_host']],
  ['https://hoshigift.co.jp\\@evil.test/', ['link_hides_host']],
  ['http://192.0.2.1/hoshigift', ['host_is_address']],
  ['http://[2001:db8::1]/', ['host_is_address']],
  ['http://3221225985/', ['host_is_address']],
];

for (const [address, expected] of FORGED) {
  void test(`${address} looks like ${expected.join(' and ')}`, () => {
    const link = readLink(address);
    assert.ok(link);
    const found = likenessOf(link, NAMES);
    for (const each of expected)
      assert.ok(found.includes(each), `${each} in [${found.join(', ')}]`);
  });
}

/** Honest hosts: of shops, of the state, of names that only sound alike, of languages with other letters. */
const HONEST = [
  'https://www.post.japanpost.jp/',
  'https://www.nta.go.jp/',
  'https://www.city.nagoya.jp/',
  'https://pay.lg.jp.example.org/',
  'https://hoshino-resorts.jp/',
  'https://www.star-gift.example.com/',
  'https://gift.example.com/hoshi',
  'https://denwacho.ne.jp/',
  'https://www.kaden-wa.co.jp/',
  'https://github.com/kinken',
  'https://example.co.jp/denwabox/1',
  'https://www.amazon.co.jp/gp/product/B00',
  'https://ja.wikipedia.org/wiki/%E9%87%91%E5%88%B8',
  'https://a.co/d/abc',
  'https://docs.google.com/forms/d/e/1',
  'https://ja.m.wikipedia.org/',
  'https://www.net-a-porter.com/', // what looks like an ending is how its name begins
  'https://www.com-unity.jp/',
  'https://mail.org-chart.com/',
  'https://www2.net.in.example.com/',
  'https://affinity.example/', // far enough from names of ours
  'https://example.co.jp/search?q=a//b',
  'https://例え.テスト.example.jp:443/',
];

void test('honest hosts are not accused', () => {
  for (const address of HONEST) {
    const link = readLink(address);
    assert.ok(link);
    const likeness = likenessOf(link, NAMES).filter((each) => each !== 'host_punycode');
    assert.deepEqual(likeness, [], address);
  }
});

void test('of the path of a link the first hundred words are looked at, and short ones are none', () => {
  const isFound = (path: string) => {
    const link = readLink(`https://evil.test${path}/hoshigift`);
    assert.ok(link);
    return likenessOf(link, NAMES).includes('brand_in_path');
  };
  const words = (count: number) =>
    Array.from({ length: count }, (_, at) => `/w${at + 100}`).join('');
  assert.ok(isFound('/a'.repeat(900)));
  assert.ok(isFound('/same'.repeat(300)), 'each is looked at once');
  assert.ok(isFound(words(99)));
  assert.ok(!isFound(words(100)));
});

void test('a name in other letters alone is only said to be one', () => {
  const link = readLink('https://日本語.jp/');
  assert.ok(link);
  assert.deepEqual(likenessOf(link, NAMES), ['host_punycode']);
});

void test('a link that shows another host than it leads to is told', () => {
  const shown = readLink('https://evil.test/', 'https://hoshigift.co.jp/');
  assert.ok(shown && likenessOf(shown, NAMES).includes('link_shows_another'));
  const same = readLink('https://www.example.com/a', 'example.com');
  assert.ok(same && !likenessOf(same, NAMES).includes('link_shows_another'));
});

void test('distance is of letters put in, left out, exchanged or swapped', () => {
  for (const [one, other, far] of [
    ['gift', 'gift', 0],
    ['gift', 'gitf', 1],
    ['gift', 'gif', 1],
    ['gift', 'gifts', 1],
    ['gift', 'gaft', 1],
    ['gift', 'tfig', 3],
    ['', 'abc', 3],
  ] as const) {
    assert.equal(distance(one, other, 3), far, `${one} ${other}`);
    assert.equal(distance(other, one, 3), far, `${other} ${one}`);
  }
  assert.equal(distance('a'.repeat(50), 'b', 2), 3, 'beyond the bound');
});
