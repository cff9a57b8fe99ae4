import { STOPPED_OPERATIONS, type StoppedOperation } from './movement.ts';
import type { Scope } from './suspension.ts';

/** Sales have a tender, uses have a merchant and a card that somebody sold; neither has what the other has (R20). */
const SALES: readonly StoppedOperation[] = ['sell', 'activate', 'load'];
const USES: readonly StoppedOperation[] = ['use', 'redeem'];

/**
 * The operations that a stop of this scope leaves as they are, because it does not name them or names a dimension that
 * they lack. A load has who sold the card, too.
 */
export function operationsLeft(scope: Scope): readonly StoppedOperation[] {
  return STOPPED_OPERATIONS.filter((operation) => !isStopped(scope, operation));
}

function isStopped(scope: Scope, operation: StoppedOperation): boolean {
  if (SALES.includes(operation) && scope.merchantId !== 0) return false;
  if (scope.soldBySellerId !== 0 && (operation === 'sell' || operation === 'activate')) {
    return false;
  }
  if (!SALES.includes(operation) && scope.tenderId !== 0) return false;
  const { operations } = scope;
  if (operations.length === 0 || operations.includes(operation)) return true;
  if (SALES.includes(operation)) return operations.includes('sell');
  return USES.includes(operation) && operations.includes('use');
}
