import type { Measure } from './rows.ts';

/** What rows are found by in a draft: the columns of their primary key. */

export function cardNameKey(lane: number, name: string): string {
  return `${lane}:${name}`;
}

export function requestKey(
  lane: number,
  clientId: number,
  requestId: string,
  homeKey: string,
): string {
  return `${lane}:${clientId}:${homeKey}:${requestId}`;
}

export function counterKey(subject: bigint, measure: Measure, startsOn: string): string {
  return `${subject}:${measure}:${startsOn}`;
}

export function exclusiveIdKey(lane: number, clientId: number, requestId: string): string {
  return `${lane}:${clientId}:${requestId}`;
}

export function redemptionsKey(instrumentId: bigint | null, merchantId: number | null): string {
  return `${instrumentId}:${merchantId}`;
}
