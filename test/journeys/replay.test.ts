/** The incidents of the past, through the doors of today: everybody is told what they should have been told. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { replay, type Played } from '../../src/replay/index.ts';
import { startReplayServer } from '../../src/server/index.ts';
import { runProgram, temporaryFolder } from '../support/server-process.ts';

const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const NOBODY_LISTENS = { onBegin: () => undefined, onStep: () => undefined };

for (const name of [
  '2016-05-gift-takeover',
  '2018-02-carrier-stop',
  '2019-12-posa-outage',
  '2023-12-message-check',
]) {
  void test(`the scenario ${name} goes as it should have gone`, async () => {
    const options = { startServer: startReplayServer, ...NOBODY_LISTENS };
    const played = await replay(join(SCENARIOS, `${name}.yaml`), options);
    assert.ok(played.length > 30);
    assert.deepEqual(played.filter(({ faults }) => faults.length > 0).map(faultsOf), []);
  });
}

void test('a replay that goes otherwise says where, and the program ends with 1', async (context) => {
  const folder = temporaryFolder(context);
  const file = join(folder, 'short.yaml');
  writeFileSync(file, SHORT);
  writeFileSync(join(folder, 'sale.yaml'), 'sellers: [{ key: shop, nameJa: 店, nameEn: Shop }]\n');
  const { code, text } = await runProgram(['replay', file, '--json'], {});
  assert.equal(code, 1);
  assert.match(text, /✗ 2020-01-01 09:00:01 +till/);
  assert.match(text, /line 25: response: "00", expected "62"/);
  assert.match(text, /1 of 5 steps are not as expected/);
  assert.match(text, /"asExpected": 4/);
});

function faultsOf({ step, faults }: Played): object {
  return { line: step.line, says: step.says, faults };
}

/** A card whose activation is cut off, reversed, and done again; what is expected of the second is wrong. */
const SHORT = `title: A short story
begins: 2020-01-01 09:00
world:
  issuer: { key: hoshi, nameJa: 星, nameEn: Hoshi }
  programmes: [{ key: gift, nameJa: 券, nameEn: Gift, unit: JPY }]
  products:
    - key: card
      programme: gift
      kind: posa
      nameJa: カード
      nameEn: Card
      faceMinMinor: 1000
      faceMaxMinor: 5000
      numberShape: { prefix: '9912', digits: 16 }
      redeemsBy: [number]
  merchants: [{ key: shop, nameJa: 店, nameEn: Shop }]
  sale: sale.yaml
  clients: [{ key: shop, name: Shop, sellerId: shop, merchantId: shop, scopes: [activate] }]
  terminals: [{ clientId: shop, merchantId: shop, sellerId: shop, merchantCode: SHOP00000000001, terminalCode: TILL0001 }]
  stock: [{ product: card, as: rack, count: 1 }]
story:
  - { who: till, till: { terminal: TILL0001, act: activate, card: '\${rack-1}', amountMinor: 3000, cut: behind }, expect: { response: null } }
  - { who: till, settle: [TILL0001], expect: { settled: 1 } }
  - { who: till, till: { terminal: TILL0001, act: balance, card: '\${rack-1}' }, expect: { balanceMinor: 0 } }
  - { at: 2020-01-01 09:00:01, who: till, till: { terminal: TILL0001, act: activate, card: '\${rack-1}', amountMinor: 3000 }, expect: { response: '62' } }
  - { who: books, books: true, expect: { ok: true, activations: { accepted: 2, reversed: 1, standing: 1 } } }
`;
