import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUE } from '../../test/doors/http-world.ts';
import type { FoundCard } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import { makeSwitchboard, type Scope, type Suspension } from '../suspensions/index.ts';
import { showSuspensions } from './show-card.ts';

const AT = Date.UTC(2026, 3, 1);
const [PRODUCT] = [...CATALOGUE.products.values()];
const NOTHING = {
  programmeId: 0,
  productId: 0,
  sellerId: 0,
  chainId: 0,
  aggregatorId: 0,
  tenderId: 0,
  merchantId: 0,
  soldBySellerId: 0,
};

function stop(suspensionId: number, scope: Partial<Scope>): Suspension {
  const { issuerId } = present(PRODUCT, 'the world has a product');
  return {
    suspensionId,
    scope: { issuerId, ...NOTHING, operations: [], ...scope },
    announcedText: null,
    announcedAt: null,
    precision: 'second',
    internalReason: '',
    thrownBy: 'test',
    thrownAt: AT - 2_000,
    phases: [
      {
        phaseNo: 0,
        effect: 'stopped',
        conditions: null,
        startsAt: AT - 1_000,
        expectedEnd: null,
        textJa: '停止',
        textEn: 'Stopped',
        criteria: '',
        reason: '',
        actor: 'test',
        approvedBy: null,
        recordedAt: AT - 2_000,
      },
    ],
  };
}

test("a card's story names the stops that concern what can still be done with it", () => {
  const { productId } = present(PRODUCT, 'the world has a product');
  const card = (state: FoundCard['state']): FoundCard => ({
    instrumentId: 256n,
    productId,
    state,
    maskedNumber: null,
    codeLastFour: 'ABCD',
    faceMinor: null,
    sellerId: 21,
    isFrozen: false,
    activatedAt: null,
  });
  const switchboard = makeSwitchboard(
    [
      stop(1, {}), // everything of the issuer
      stop(2, { productId, operations: ['sell'] }),
      stop(3, { productId, operations: ['redeem'] }),
      stop(4, { productId: productId + 1 }),
      stop(5, { soldBySellerId: 21, operations: ['use'] }),
      stop(6, { soldBySellerId: 22, operations: ['use'] }),
      stop(7, { merchantId: 31, operations: ['redeem'] }), // at one place, which it names
    ],
    1,
  );
  const names = { catalogue: CATALOGUE, client: String };
  const of = (state: FoundCard['state'], at = AT) =>
    showSuspensions(names, switchboard, card(state), at).map(({ suspensionId }) => suspensionId);
  assert.deepEqual(of('blank'), [1, 2]);
  assert.deepEqual(of('active'), [1, 3, 5, 7]);
  assert.deepEqual(of('voided'), []);
  assert.deepEqual(of('active', AT - 1_001), [], 'before they begin');
});
