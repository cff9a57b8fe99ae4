import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isLuhnNumber,
  lastOfCode,
  luhnDigit,
  maskNumber,
  normaliseCode,
  normaliseNumber,
  numberLane,
  showCode,
} from './code-shape.ts';

test('a code reads the same however it is typed', () => {
  const ways = [
    'X7KQ-M2PA-93TB-HWDE',
    'x7kq m2pa 93tb hwde',
    ' X7KQM2PA93TBHWDE\n',
    'Ｘ７ＫＱ－Ｍ２ＰＡ－９３ＴＢ－ＨＷＤＥ',
    'X7KQ‐M2PA–93TB—HWDE',
    'X7KQーM2PAｰ93TB−HWDE',
    'X7KQ　M2PA\u200b93TB\u00adHWDE',
  ];
  for (const way of ways) assert.equal(normaliseCode(way), 'X7KQM2PA93TBHWDE', way);
});

test('kana reads the same in hiragana, katakana, half width and with loose voice marks', () => {
  for (const way of ['がっぴょう', 'ガッピョウ', 'ｶﾞｯﾋﾟｮｳ', 'か゛っひ゜ょう', 'がっ-ぴょう']) {
    assert.equal(normaliseCode(way), 'がっぴょう', way);
  }
});

test('0 is not O and 1 is not I: two codes stay two', () => {
  assert.notEqual(normaliseCode('O0I1'), normaliseCode('00II'));
});

test('what is too long, empty or unprintable is no code', () => {
  for (const text of ['', ' - ', 'A'.repeat(65), 'A'.repeat(10_000), 'AB\u0000CD', 'AB\u0007']) {
    assert.equal(normaliseCode(text), null);
  }
  assert.equal(normaliseCode('A'.repeat(64)), 'A'.repeat(64));
});

test('the normal form of a normal form is itself', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom(
        'ガ',
        'ｶ',
        'ﾞ',
        'か',
        '゛',
        'ー',
        '-',
        'a',
        'Ａ',
        'ß',
        'ﬁ',
        '㌔',
        'ヷ',
        '\u3099',
      ),
    }),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const once = normaliseCode(text);
      if (once !== null) assert.equal(normaliseCode(once), once);
    }),
    { numRuns: 2_000 },
  );
});

test('a number reads the same in full width and with separators, and anything else is no number', () => {
  for (const way of [
    '9912345678901234',
    '9912 3456 7890 1234',
    '９９１２－３４５６－７８９０－１２３４',
  ]) {
    assert.equal(normaliseNumber(way), '9912345678901234');
  }
  for (const wrong of [
    '',
    '1234567',
    '1'.repeat(20),
    '99123456789O1234',
    '9912345678901234x',
    '-'.repeat(300),
  ]) {
    assert.equal(normaliseNumber(wrong), null, wrong);
  }
});

test('the Luhn digit is that of the published examples and catches one wrong digit', () => {
  assert.equal(luhnDigit('7992739871'), '3');
  assert.equal(isLuhnNumber('4111111111111111'), true);
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(...Array.from('0123456789')),
        minLength: 7,
        maxLength: 18,
      }),
      fc.nat(),
      (digits, place) => {
        const number = digits + luhnDigit(digits);
        assert.equal(isLuhnNumber(number), true);
        const at = place % number.length;
        const wrong = (Number(number[at]) + 1) % 10;
        assert.equal(
          isLuhnNumber(number.slice(0, at) + String(wrong) + number.slice(at + 1)),
          false,
        );
      },
    ),
  );
});

test('numbers in sequence spread evenly over the lanes', () => {
  const counts = Array.from({ length: 64 }, () => 0);
  for (let number = 0; number < 64_000; number += 1) {
    const lane = numberLane(String(9_900_000_000_000_000 + number), 64);
    counts[lane] = (counts[lane] ?? 0) + 1;
  }
  for (const count of counts) assert.ok(count > 850 && count < 1_150, `${count} of about 1,000`);
});

test('the lane of a number is fixed for ever', () => {
  assert.equal(numberLane('9912345678901234', 64), 46);
  assert.equal(numberLane('4111111111111111', 64), 51);
});

test('little of a code is shown and most of a number is hidden', () => {
  assert.equal(lastOfCode('X7KQM2PA93TBHWDE'), 'HWDE');
  assert.equal(lastOfCode('ABC123'), '3');
  assert.equal(lastOfCode('ABC'), '');
  assert.equal(maskNumber('9912345678901234'), '************1234');
  assert.equal(showCode('X7KQM2PA93', { groups: 4 }), 'X7KQ-M2PA-93');
  assert.equal(showCode('X7KQM2PA93', { groups: 0 }), 'X7KQM2PA93');
});
