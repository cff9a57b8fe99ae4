import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { RecordAct } from '../programmes/index.ts';
import type { Engine } from './engine.ts';
import { PieceRefused, submitSurely } from './stock-run-submit.ts';

export interface ItemDesk {
  readonly connection: Connection;
  readonly engine: Pick<Engine, 'submit'>;
  readonly clock: Clock;
  readonly record: RecordAct; // that it was closed, and by whom
}

/**
 * A person has settled an open item. The journal has the request, which is the issuer's own; who asked is written down
 * as soon as it is done. The same again is answered, and noted, again.
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
  const { itemId, note } = wanted;
  const requestId = `close:${itemId}`;
  try {
    const asked = { ...wanted, requestId, kind: 'close_item', arrivedAt: clock.now() } as const;
    const { decidedAt } = await submitSurely(engine, asked);
    await connection.transaction((on) => record(on, itemClosed({ itemId, note })));
    return accepted(decidedAt);
  } catch (error) {
    if (error instanceof PieceRefused) return refused('item_not_found'); // or it is closed
    throw error;
  }
}

/** As the audit trail has it. */
export function itemClosed({ itemId, note }: { readonly itemId: bigint; readonly note: string }) {
  return { act: 'item.close', subject: `item ${itemId}`, detail: { note } };
}
