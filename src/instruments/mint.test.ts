import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openKeyRing } from '../kernel/crypto.ts';
import { seededRandom } from '../kernel/seeded-random.ts';
import type { Product } from '../programmes/index.ts';
import { isLuhnNumber, normaliseCode, numberLane } from './code-shape.ts';
import { isMintable, newCard, openMint } from './mint.ts';
import { hiddenCode, nameCard, requestLane } from './names.ts';

const LANES = 64;
const keys = openKeyRing(new Uint8Array(32).fill(3));
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

test('number and code of a minted card agree on its lane, and each finds it', () => {
  const mint = openMint(keys, seededRandom(1), LANES);
  for (let made = 0; made < 200; made += 1) {
    const card = mint.mintAnywhere(product());
    assert.ok(card.number !== null && card.code !== null && card.hidden !== null);
    assert.equal(nameCard({ by: 'number', number: card.number }, keys, LANES).lane, card.lane);
    const byCode = nameCard({ by: 'code', code: card.code.toLowerCase() }, keys, LANES);
    assert.equal(byCode.lane, card.lane);
    assert.deepEqual(byCode.names, [card.hidden.name]);
    assert.equal(card.hidden.homeLane, card.lane);
    assert.equal(keys.unseal(card.hidden.sealed ?? new Uint8Array()), card.code);
  }
});

test('a minted card has the shape of its product', () => {
  const mint = openMint(keys, seededRandom(2), LANES);
  for (let made = 0; made < 200; made += 1) {
    const card = mint.mintAnywhere(product());
    assert.match(card.code ?? '', /^X[2-9A-HJ-NP-Z]{3}(-[2-9A-HJ-NP-Z]{4}){3}$/);
    assert.match(card.number ?? '', /^9912[0-9]{12}$/);
    assert.equal(isLuhnNumber(card.number ?? ''), true);
    assert.equal(newCard(card, 1_500n).faceMinor, 1_500n);
  }
});

test('a card for a wanted lane is in that lane, whatever the product has', () => {
  const mint = openMint(keys, seededRandom(3), LANES);
  const shapes = [product(), product({ numberShape: null }), product({ codeShape: null })];
  for (let lane = 0; lane < LANES; lane += 1) {
    for (const shape of shapes) {
      const card = mint.mintInLane(shape, lane);
      assert.equal(card.lane, lane);
      if (card.number !== null) assert.equal(numberLane(card.number, LANES), lane);
      if (card.code !== null)
        assert.equal(nameCard({ by: 'code', code: card.code }, keys, LANES).lane, lane);
    }
  }
});

test('ten thousand minted codes are ten thousand codes, spread over all lanes', () => {
  const mint = openMint(keys, seededRandom(4), LANES);
  const codes = new Set<string>();
  const counts = Array.from({ length: LANES }, () => 0);
  for (let made = 0; made < 10_000; made += 1) {
    const card = mint.mintAnywhere(product());
    codes.add(normaliseCode(card.code ?? '') ?? '');
    counts[card.lane] = (counts[card.lane] ?? 0) + 1;
  }
  assert.equal(codes.size, 10_000);
  assert.ok(Math.min(...counts) > 90, `${Math.min(...counts)} in the emptiest lane of about 156`);
});

test('a home key stays when look-up keys are rotated, and both names are looked for', () => {
  const rotated = openKeyRing(new Uint8Array(32).fill(3), { lookUp: [1, 2], sealing: [1] });
  const card = { by: 'code', code: 'X7KQ-M2PA-93TB-HWDE' } as const;
  const before = nameCard(card, keys, LANES);
  const after = nameCard(card, rotated, LANES);
  assert.equal(after.homeKey, before.homeKey);
  assert.equal(after.lane, before.lane);
  assert.equal(after.names.length, 2);
  assert.deepEqual(after.names.slice(1), before.names);
});

test('no name holds the code, also when what was typed can be none', () => {
  const code = 'X7KQ-M2PA-93TB-HWDE';
  const wrong = nameCard({ by: 'number', number: code }, keys, LANES);
  assert.deepEqual(wrong.names, []);
  assert.match(wrong.homeKey, /^x:[\w-]{22}$/);
  assert.match(nameCard({ by: 'code', code }, keys, LANES).homeKey, /^c:[\w-]{22}$/);
  assert.equal(nameCard({ by: 'code', code: 'A'.repeat(5_000) }, keys, LANES).names.length, 0);
});

test('a card named by its id is in the lane of its id', () => {
  const named = nameCard({ by: 'instrument', instrumentId: 5n * 256n + 17n }, keys, LANES);
  assert.deepEqual(named, { homeKey: 'i:1297', lane: 17, names: [], instrumentId: 1297n });
});

test('a request that names nothing has a lane of its own, the same each time', () => {
  const lane = requestLane(3, 'order-1', LANES);
  assert.equal(requestLane(3, 'order-1', LANES), lane);
  assert.ok(lane >= 0 && lane < LANES);
});

test('an imported code that is never shown again is not kept', () => {
  const hiding = { keys, laneCount: LANES, isShownAgain: false };
  const hidden = hiddenCode('ｶﾞｯﾋﾟｮｳ1234', hiding);
  assert.equal(hidden?.sealed, null);
  assert.equal(hidden?.lastFour, '34');
  assert.equal(hidden?.name, keys.lookUpName('がっぴょう1234'));
  assert.equal(hiddenCode('', hiding), null);
});

test('a product with weak codes is for a base that is brought in: none is minted', () => {
  const weak = { alphabet: '0123456789', length: 10, prefix: '', groups: 0, foldsKana: false };
  assert.equal(isMintable(product()), true);
  assert.equal(isMintable(product({ codeShape: weak })), false);
});

function product(changed: Partial<Product> = {}): Product {
  return {
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
    facesMinor: [1_500n],
    faceMinMinor: 1_500n,
    faceMaxMinor: 1_500n,
    codeShape: { alphabet: ALPHABET, length: 15, prefix: 'X', groups: 4, foldsKana: false },
    numberShape: { prefix: '9912', digits: 16 },
    validityDays: null,
    redeemsBy: ['code'],
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
    ...changed,
  };
}
