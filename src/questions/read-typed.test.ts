import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readBrowser } from './environment.ts';
import { readTypedCode, readTypedNumber } from './read-typed.ts';
import { PRODUCT } from './testing/facts.ts';

const BIT = {
  ...PRODUCT,
  productId: 2,
  codeShape: {
    alphabet: 'あいうえおかきくけこ',
    length: 16,
    prefix: '',
    groups: 4,
    foldsKana: true,
  },
  numberShape: null,
};
const X16 = {
  ...PRODUCT,
  productId: 3,
  codeShape: { ...PRODUCT.codeShape, prefix: 'X', length: 15 } as typeof PRODUCT.codeShape,
};
const ALL = [PRODUCT, BIT, X16];

void test('signs that codes of the product never have are shown with what they may be', () => {
  const found = readTypedCode('abcd-0fgh-jklm-234I', PRODUCT, ALL);
  assert.equal(found.kind, 'wrong_signs');
  assert.deepEqual(found.places, [
    { place: 5, typed: '0', perhaps: ['Q', 'D'] },
    { place: 16, typed: 'I', perhaps: ['L', 'T', '7'] },
  ]);
});

void test('of a code that fits only what is easily confused is shown, never the rest', () => {
  const found = readTypedCode('ＡＣＥＦ ＨＪＫＲ ＷＸ４Ｓ ＡＣＥＦ', PRODUCT, ALL);
  assert.equal(found.kind, 'fits');
  assert.deepEqual(found.places, [{ place: 12, typed: 'S', perhaps: ['5'] }]);
});

void test('too short, the number, or the shape of another product', () => {
  const short = readTypedCode('ABCD', PRODUCT, ALL);
  assert.deepEqual([short.kind, short.length], ['wrong_length', { typed: 4, wanted: [16] }]);
  assert.equal(readTypedCode('9912 3456 7890 1234', PRODUCT, ALL).kind, 'number_typed');
  const bit = readTypedCode('アイウエオカキクケコアイウエオカ', PRODUCT, ALL);
  assert.deepEqual([bit.kind, bit.otherProductId], ['of_other_product', 2]);
  assert.equal(readTypedCode('\u0007', PRODUCT, ALL).kind, 'unreadable');
  assert.equal(readTypedCode('x'.repeat(5_000), null, ALL).kind, 'unreadable');
  assert.equal(readTypedNumber('9912000000000001', PRODUCT).kind, 'check_digit');
  assert.equal(readTypedNumber('99120000', PRODUCT).kind, 'wrong_length');
  assert.equal(readTypedNumber('12345678', PRODUCT).kind, 'fits', 'a card of a base brought in');
});

void test('whatever is typed, at most eight places are shown, each of what stands there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const product of [null, PRODUCT]) {
        const { places } = readTypedCode(text, product, ALL);
        assert.ok(places.length <= 8);
        for (const { perhaps, typed } of places) assert.ok(!perhaps.includes(typed));
      }
    }),
  );
});

void test('browsers that are too old, or live in an app, are told apart from the others', () => {
  const safari =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';
  const chrome =
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36';
  assert.deepEqual([safari, chrome, undefined, ''].flatMap(readBrowser), []);
  for (const old of [
    'Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko',
    'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1)',
    'Mozilla/5.0 (Linux; U; Android 4.1.1; ja-jp) AppleWebKit/534.30 Version/4.0 Mobile Safari/534.30',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 8_4 like Mac OS X) AppleWebKit/600.1.4 Version/8.0 Mobile Safari/600.1.4',
    'DoCoMo/2.0 N900i(c100;TB;W24H12)',
  ]) {
    assert.deepEqual(readBrowser(old), ['old_browser'], old);
  }
  assert.deepEqual(readBrowser(`${safari} Line/14.1.0`), ['browser_in_app']);
});
