import assert from 'node:assert/strict';
import test from 'node:test';
import { formatAmount, parseAmount } from './amount.ts';

function parse(text: string | null, currency: string | null): bigint | string {
  const amount = parseAmount(text, currency);
  return amount.ok ? amount.value.minor : amount.refusal;
}

test('R36: an amount is read from its text, exactly', () => {
  const table: readonly [string | null, string | null, bigint | string][] = [
    ['1000', 'JPY', 1000n],
    ['1000.0', 'JPY', 1000n],
    ['1000.000', 'JPY', 1000n],
    ['1e3', 'JPY', 1000n],
    ['0.1E4', 'JPY', 1000n],
    ['10000e-1', 'JPY', 1000n],
    ['+5', 'JPY', 5n],
    ['0.01', 'USD', 1n],
    ['0.29', 'USD', 29n], // 0.29 * 100 is 28.999999999999996 in floats
    ['1.10', 'USD', 110n],
    ['1.001', 'KWD', 1001n],
    ['9007199254740991', 'JPY', 9007199254740991n],
    ['9007199254740992', 'JPY', 'maxAmountExceeded'],
    ['1e40', 'JPY', 'maxAmountExceeded'],
    ['0.5', 'JPY', 'fractionalAmount'],
    ['1000.5', 'JPY', 'fractionalAmount'],
    ['1e-1', 'JPY', 'fractionalAmount'],
    ['1.001', 'USD', 'fractionalAmount'],
    ['1e-999', 'USD', 'fractionalAmount'],
    ['0', 'JPY', 'invalidAmount'],
    ['0.0', 'JPY', 'invalidAmount'],
    ['-1', 'JPY', 'invalidAmount'],
    ['', 'JPY', 'invalidAmount'],
    [null, 'JPY', 'invalidAmount'],
    ['1,000', 'JPY', 'invalidAmount'],
    ['１０００', 'JPY', 'invalidAmount'],
    ['0x10', 'JPY', 'invalidAmount'],
    ['Infinity', 'JPY', 'invalidAmount'],
    ['1'.repeat(41), 'JPY', 'invalidAmount'],
    ['1000', null, 'invalidCurrency'],
    ['1000', 'jpy', 'invalidCurrency'],
    ['1000', 'YEN', 'invalidCurrency'],
    ['1000', 'PTS:coffee', 1000n],
    ['1000', 'PTS:', 'invalidCurrency'],
  ];
  for (const [text, currency, expected] of table) {
    assert.equal(parse(text, currency), expected, `${text} ${currency}`);
  }
});

test('an amount is printed with at least one digit behind the point', () => {
  assert.equal(formatAmount(1000n, 'JPY'), '1000.0');
  assert.equal(formatAmount(1050n, 'USD'), '10.5');
  assert.equal(formatAmount(1025n, 'USD'), '10.25');
  assert.equal(formatAmount(1n, 'USD'), '0.01');
  assert.equal(formatAmount(0n, 'JPY'), '0.0');
  assert.equal(formatAmount(-5n, 'USD'), '-0.05');
  assert.equal(formatAmount(9007199254740991n, 'JPY'), '9007199254740991.0');
});
