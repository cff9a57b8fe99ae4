import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { RevisedKind } from './change-catalogue.ts';
import { listRevisions } from './change-sale.sql.ts';

export const REVISED_KINDS = [
  'aggregator',
  'chain',
  'tender',
  'shop',
  'offer',
  'seller',
  'product',
] as const satisfies readonly RevisedKind[];

/** What a thing was like from when on, who said so and when. */
export interface HistoryRow {
  readonly revisionId: bigint;
  readonly validFrom: Instant;
  readonly validUntil: Instant | null; // at or before validFrom: it fell away and never came into force
  readonly recordedAt: Instant;
  readonly actor: string;
  readonly content: unknown;
}

export interface HistoryAsked {
  readonly issuerId: number; // whose it must be
  readonly kind: RevisedKind;
  readonly thingId: number;
  readonly before?: bigint; // revisions before this one: the next page
  readonly size: number;
}

const NEWEST = 2n ** 63n - 1n;

/** Newest first. Empty for what is another issuer's. */
export function readHistory(on: Queryable, asked: HistoryAsked): Promise<readonly HistoryRow[]> {
  return listRevisions(on, {
    ...asked,
    before: asked.before ?? NEWEST,
    size: BigInt(asked.size),
  });
}
