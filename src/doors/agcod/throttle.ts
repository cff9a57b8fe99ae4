import type { Clock, Instant } from '../../kernel/clock.ts';
import type { Partner } from './contract.ts';
import type { OperationName } from './exchange.ts';

/** Operations that may be called once a second only, besides counting as calls. */
const ONCE_A_SECOND: ReadonlySet<OperationName> = new Set([
  'GetAvailableFunds',
  'GetGiftCardActivityPage',
]);

/** It may read for longer than a second, so the next one of the same partner waits for it. */
const REPORT: OperationName = 'GetGiftCardActivityPage';

interface Bucket {
  tokens: number;
  filledAt: Instant;
}

export interface Throttle {
  /** Takes a call from the partner's allowance; false when there is none left. */
  admits(partner: Partner, operation: OperationName): boolean;
  /** A call that was admitted is answered. */
  ended(partner: Partner, operation: OperationName): void;
}

/**
 * A token bucket for each partner, and one for each of its slow operations. Only authenticated
 * partners have buckets, so there are never more of them than partners times three.
 */
export function createThrottle(clock: Clock): Throttle {
  const buckets = new Map<string, Bucket>();
  const reporting = new Set<string>(); // partners

  function take(key: string, perSecond: number): boolean {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: perSecond, filledAt: now };
    const elapsedMs = Math.max(0, now - bucket.filledAt);
    const tokens = Math.min(perSecond, bucket.tokens + (elapsedMs * perSecond) / 1000);
    const isAdmitted = tokens >= 1;
    buckets.set(key, { tokens: isAdmitted ? tokens - 1 : tokens, filledAt: now });
    return isAdmitted;
  }

  return {
    admits(partner, operation) {
      if (!take(partner.partnerId, partner.callsPerSecondMax)) return false;
      if (ONCE_A_SECOND.has(operation) && !take(`${partner.partnerId}:${operation}`, 1))
        return false;
      if (operation !== REPORT) return true;
      const isFirst = !reporting.has(partner.partnerId);
      reporting.add(partner.partnerId);
      return isFirst;
    },
    ended(partner, operation) {
      if (operation === REPORT) reporting.delete(partner.partnerId);
    },
  };
}
