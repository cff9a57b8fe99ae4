import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import { laneOfId } from '../kernel/ids.ts';
import type { RecordAct } from '../programmes/index.ts';
import type { Engine } from './engine.ts';
import { findOpenItem } from './list-cards.sql.ts';
import { PieceRefused, submitSurely } from './stock-run-submit.ts';

export interface ItemDesk {
  readonly connection: Connection;
  readonly engine: Pick<Engine, 'submit'>;
  readonly clock: Clock;
  readonly record: RecordAct; // by whom it is closed
}

/**
 * A person has settled an open item. The journal has the request, which is the issuer's own; who asks is written down
 * before it is done, and again behind it: a process that dies in between leaves both, the one here, the other in the
 * journal. The same again is answered, and noted, again.
 */
export async function closeItem(
  { connection, engine, clock, record }: ItemDesk,
  wanted: {
    readonly itemId: bigint;
    readonly issuerId: number;
    readonly clientId: number;
    readonly note: string;
  },
): Promise<Result<Instant, 'item_not_found'>> {
  const { itemId, issuerId, note } = wanted;
  const requestId = `close:${itemId}`;
  const act = { subject: `item ${itemId}`, detail: { note } };
  await connection.transaction(async (on) => {
    const open = await findOpenItem(on, { lane: laneOfId(itemId), itemId, issuerId });
    if (open.length > 0) await record(on, { ...act, act: 'item.closing' });
  });
  try {
    const asked = { ...wanted, requestId, kind: 'close_item', arrivedAt: clock.now() } as const;
    const { decidedAt } = await submitSurely(engine, asked);
    await connection.transaction((on) => record(on, { ...act, act: 'item.close' }));
    return accepted(decidedAt);
  } catch (error) {
    if (error instanceof PieceRefused) return refused('item_not_found'); // or it is closed
    throw error;
  }
}
