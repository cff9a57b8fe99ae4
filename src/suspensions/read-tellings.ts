import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import {
  countTellings as countTellingsOf,
  listTellings as listTellingsOf,
  type CountTellingsRow,
} from './telling.sql.ts';

/** Whether a company has been told of the newest phase of a suspension, and has said that it is done. */
export interface Telling {
  readonly client: string;
  readonly state: 'waiting' | 'told' | 'confirmed' | 'failed';
  readonly attempts: number; // 0 and failed: it has no webhook, somebody must call
  readonly toldAt: Instant | null;
  readonly confirmedAt: Instant | null;
}

const TELLINGS_MAX = 1_000;

export async function listTellings(
  on: Queryable,
  suspensionId: number,
): Promise<readonly Telling[]> {
  const rows = await listTellingsOf(on, { suspensionIds: [suspensionId], size: TELLINGS_MAX });
  return rows.map(({ name: client, state, attempts, toldAt, confirmedAt }) => ({
    client,
    state: confirmedAt === null ? (state as Telling['state']) : 'confirmed',
    attempts,
    toldAt,
    confirmedAt,
  }));
}

export type TellingCount = Omit<CountTellingsRow, 'suspensionId'>;

export async function countTellings(
  on: Queryable,
  suspensionIds: readonly number[],
): Promise<ReadonlyMap<number, TellingCount>> {
  const rows = await countTellingsOf(on, { suspensionIds });
  return new Map(rows.map(({ suspensionId, ...count }) => [suspensionId, count]));
}
