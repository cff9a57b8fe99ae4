import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  areTermsTyped,
  countTyped,
  NO_TERMS,
  termsChanged,
  termsSent,
} from './app/pages/offers/terms.ts';

test('an amount is read as people type it, and what is no amount is not made one', () => {
  assert.equal(countTyped(''), null);
  assert.equal(countTyped('30000'), 30_000);
  assert.equal(countTyped('３０，０００'), 30_000);
  assert.equal(countTyped(' 30,000 '), 30_000);
  for (const text of ['abc', '3万', '1.5', '-5', '1,5', '5円']) {
    assert.equal(countTyped(text), undefined, text);
    assert.equal(areTermsTyped({ ...NO_TERMS, most: text }), false, text);
  }
});

test('a form that nobody has changed sends nothing, and a changed one only what differs', () => {
  const before = { ...NO_TERMS, most: '30000', leadMinutes: '5' };
  assert.equal(termsChanged({ ...before, most: '３０,０００' }, before), null);
  assert.deepEqual(termsChanged({ ...before, most: '20000' }, before), { amountMaxMinor: 20_000 });
  assert.deepEqual(termsChanged({ ...before, most: '' }, before), { amountMaxMinor: null });
  assert.equal(termsSent(before).leadTimeMs, 300_000);
});
