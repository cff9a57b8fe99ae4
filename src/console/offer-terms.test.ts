import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  areTermsTyped,
  countTyped,
  NO_TERMS,
  termsChanged,
  termsSent,
} from './app/pages/offers/terms.ts';
import {
  changeSent,
  newSent,
  typedNew,
  typedOf,
  wrongIn,
  type Typed,
} from './app/pages/sale/things.ts';
import { newTender } from '../programmes/contract.ts';

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

test('every part of an offer may be for a day to come', () => {
  const before = typedOf('shops', { key: 'ueno', seller: 'mart', nameJa: '上野', nameEn: 'Ueno' });
  const typed = { ...before, words: { ...before.words, nameEn: 'Ueno East' } };
  const later = { ...typed, validFrom: '2099-04-01T00:00' };
  const sent = changeSent('shops', later, before);
  assert.deepEqual(sent, { nameEn: 'Ueno East', validFrom: '2099-03-31T15:00:00.000Z' });
});

test('a tender is typed with its limits, and only what differs is sent', () => {
  const first = typedNew('tenders');
  const typed: Typed = {
    ...first,
    words: {
      ...first.words,
      key: 'd-barai',
      nameJa: 'd払い',
      nameEn: 'd',
      refundWindowDays: '６０',
    },
    limits: [{ row: 0, ageFrom: '18', ageTo: '19', contract: '', limit: '30,000' }],
  };
  assert.deepEqual(wrongIn('tenders', typed), {});
  const sent = newSent('tenders', typed);
  const { monthLimits, refundWindowDays, resetDay } = newTender.parse(sent); // as /v1/admin takes it
  assert.deepEqual([refundWindowDays, resetDay], [60, 1]);
  assert.deepEqual(monthLimits, [{ ageFrom: 18, ageTo: 19, contract: null, limitMinor: 30_000 }]);
  const before = typedOf('tenders', sent);
  assert.equal(changeSent('tenders', before, before), null, 'what is shown is what was sent');
  const later = {
    ...before,
    words: { ...before.words, resetDay: '16' },
    validFrom: '2026-12-01T00:00',
  };
  assert.deepEqual(changeSent('tenders', later, before), {
    resetDay: 16,
    validFrom: '2026-11-30T15:00:00.000Z',
  });
});

test('each field that is wrong is named', () => {
  const typed: Typed = {
    ...typedNew('tenders'),
    words: { key: 'Not a key', nameJa: '名', nameEn: ' ', resetDay: '29', leadTimeMs: 'soon' },
    limits: [{ row: 3, ageFrom: '20', ageTo: '18', contract: '', limit: '' }],
    validFrom: '',
  };
  assert.deepEqual(Object.keys(wrongIn('tenders', typed)).toSorted(), [
    'key',
    'kind',
    'leadTimeMs',
    'limitUnit',
    'limits.3.ageTo',
    'limits.3.limit',
    'nameEn',
    'resetDay',
    'validFrom',
    'zone',
  ]);
});
