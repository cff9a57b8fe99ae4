import type { Unit } from '../kernel/money.ts';
import type { Product } from '../programmes/index.ts';
import { isCountedByContract } from './contract-limits.ts';
import type { GateState } from './draft.ts';
import {
  judgeOfferedAmount,
  judgePartiesAsked,
  judgeSaleAsked,
  sellsAs,
  type Stopped,
} from './gate.ts';
import { normaliseContract } from './names.ts';
import type { Sale } from './operation.ts';
import type { Refusal } from './refusal.ts';
import { isFaceAllowed } from './turn.ts';

/** A sale that is asked for and will be paid later, by the same words as the operation that completes it. */
export interface OrderAsked {
  readonly kind: 'issue' | 'activate' | 'load';
  readonly issuerId: number;
  readonly productId: number;
  readonly amountMinor: bigint;
  readonly unit: Unit;
  readonly sellerId: number | null;
  readonly sale: Sale;
  readonly arrivedAt: number;
}

/**
 * What can be said against a sale before anybody has paid: all that no operation in flight changes (R21). Limits
 * and funds are judged when it is completed.
 */
export function judgeOrder(gate: GateState, asked: OrderAsked): Stopped | null {
  const { catalogue } = gate;
  const { issuerId, sellerId, sale, arrivedAt: at } = asked;
  const product = catalogue.products.get(asked.productId);
  if (product?.issuerId !== issuerId) return plain('product_not_found');
  const missing = judgePartiesAsked(catalogue, issuerId, { sellerId, sale, at });
  if (missing !== null) return plain(missing);
  const tender = sale.tenderId === null ? undefined : catalogue.tenderAt(sale.tenderId, at);
  if (
    tender !== undefined &&
    normaliseContract(sale.contract ?? '') === '' &&
    isCountedByContract(catalogue, tender, at)
  ) {
    return plain('contract_missing');
  }
  const operations = sellsAs(asked.kind);
  const named = { operations, product, sellerId, sale, soldBySellerId: 0, at, isOrdered: false };
  const stopped = judgeSaleAsked(gate, named);
  if (stopped !== null) return stopped;
  const refusal =
    judgeKind(product, asked) ?? judgeOfferedAmount(catalogue, named, asked.amountMinor);
  return refusal === null ? null : plain(refusal);
}

function judgeKind(product: Product, { kind, unit, amountMinor }: OrderAsked): Refusal | null {
  if (kind === 'load' && product.kind !== 'prepaid') return 'not_reloadable';
  if ((kind === 'issue') !== (product.kind === 'code')) return 'product_not_sold_this_way';
  if (unit !== product.unit) return 'unit_differs';
  const { loadMinMinor, loadMaxMinor } = product.limits;
  if (kind !== 'load') return isFaceAllowed(product, amountMinor) ? null : 'amount_not_allowed';
  const isTooSmall = loadMinMinor !== null && amountMinor < loadMinMinor;
  const isTooLarge = loadMaxMinor !== null && amountMinor > loadMaxMinor;
  return isTooSmall || isTooLarge ? 'load_out_of_range' : null;
}

function plain(refusal: Refusal): Stopped {
  return { refusal, facts: {} };
}
