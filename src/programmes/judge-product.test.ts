import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Product } from './catalogue.ts';
import { judgeProduct } from './judge-product.ts';

const WEAK = { alphabet: '0123456789', length: 10, prefix: '', groups: 0, foldsKana: false };

test('a product that cannot be sold or redeemed is refused, in this order', () => {
  const refusalOf = (changed: Partial<Product>) =>
    judgeProduct({ ...PRODUCT, ...changed }, { isWeakCodeAccepted: false });
  assert.equal(refusalOf({}), null);
  assert.equal(refusalOf({ kind: 'code', codeShape: null }), 'kind_needs_code');
  assert.equal(refusalOf({ numberShape: null }), 'kind_needs_number');
  assert.equal(refusalOf({ kind: 'prepaid', numberShape: null }), 'kind_needs_number');
  assert.equal(refusalOf({ codeShape: WEAK }), 'code_guessable');
  assert.equal(refusalOf({ numberShape: { prefix: '', digits: 7 } }), 'number_length_not_allowed');
  assert.equal(refusalOf({ codeShape: null }), 'redeems_by_missing_code');
  assert.equal(refusalOf({ kind: 'code', numberShape: null }), 'redeems_by_missing_number');
  assert.equal(refusalOf({ faceMinMinor: 10_001n }), 'face_range_reversed');
  assert.equal(refusalOf({ facesMinor: [3_000n, 1_500n] }), 'faces_not_ascending');
  assert.equal(refusalOf({ facesMinor: [1_500n, 1_500n] }), 'faces_not_ascending');
  assert.equal(refusalOf({ facesMinor: [1_000n] }), 'face_out_of_range');
  const limits = { ...PRODUCT.limits, loadMinMinor: 2n, loadMaxMinor: 1n };
  assert.equal(refusalOf({ limits }), 'load_range_reversed');
  assert.equal(
    refusalOf({ limits: { ...PRODUCT.limits, balanceMaxMinor: 9_999n } }),
    'balance_max_below_face',
  );
});

test('a base that is brought in may have weak codes', () => {
  const foreign = { ...PRODUCT, codeShape: WEAK };
  assert.equal(judgeProduct(foreign, { isWeakCodeAccepted: true }), null);
});

const PRODUCT: Product = {
  productId: 1,
  programmeId: 1,
  issuerId: 1,
  key: 'card',
  kind: 'posa',
  nameJa: 'カード',
  nameEn: 'Card',
  unit: 'JPY',
  zone: 'Asia/Tokyo',
  graceDays: 14,
  facesMinor: [1_500n, 3_000n],
  faceMinMinor: 1_500n,
  faceMaxMinor: 10_000n,
  codeShape: {
    alphabet: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ',
    length: 16,
    prefix: '',
    groups: 4,
    foldsKana: false,
  },
  numberShape: { prefix: '9912', digits: 16 },
  validityDays: null,
  redeemsBy: ['code', 'number'],
  isReactivatable: true,
  isSoldByOfferOnly: false,
  limits: {
    balanceMaxMinor: null,
    loadMinMinor: null,
    loadMaxMinor: null,
    loadDayMaxMinor: null,
    loadMonthMaxMinor: null,
    redeemDayMaxMinor: null,
    redeemMonthMaxMinor: null,
  },
};
