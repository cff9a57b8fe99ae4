import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastDayText, localeFor, moneyText, TEXTS, textOf } from './locale.ts';

test('both languages have the same texts with the same places to fill in', () => {
  const { ja, en } = TEXTS;
  assert.deepEqual(Object.keys(en), Object.keys(ja));
  const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
  for (const [key, text] of Object.entries(ja)) {
    assert.deepEqual(places(en[key as keyof typeof en]), places(text), key);
    assert.notEqual(text.trim(), '', key);
  }
});

test('the language is the better liked of our two', () => {
  assert.equal(localeFor(undefined, 'ja'), 'ja');
  assert.equal(localeFor('en-GB,en;q=0.9,ja;q=0.8', 'ja'), 'en');
  assert.equal(localeFor('fr, ja;q=0.5, en;q=0.4', 'en'), 'ja');
  assert.equal(localeFor('en;q=0', 'ja'), 'ja');
  assert.equal(localeFor('*', 'ja'), 'ja');
  assert.equal(localeFor(',;q=x,,', 'en'), 'en');
});

test('money is written as people write it', () => {
  assert.equal(moneyText('ja', 1_234_567n, 'JPY'), '1,234,567円');
  assert.equal(moneyText('en', 500n, 'JPY'), '¥500');
  assert.equal(moneyText('en', 123_456n, 'USD'), '1,234.56 USD');
  assert.equal(moneyText('en', 5n, 'USD'), '0.05 USD');
  assert.equal(moneyText('ja', 3_000n, 'PTS:hana'), '3,000 ポイント');
});

test('what ends at midnight can be used until the day before', () => {
  const midnight = Date.UTC(2027, 2, 31, 15); // 1 April in Japan
  assert.equal(lastDayText('ja', midnight, 'Asia/Tokyo'), '2027年3月31日');
  assert.equal(lastDayText('en', midnight, 'Asia/Tokyo'), '31 March 2027');
});

test('a place that nobody fills in stays visible', () => {
  assert.equal(textOf('en', 'stopped.wait', {}), 'Please try again in {wait}.');
});
