import { createHash } from 'node:crypto';
import type { Connection, Database } from '../src/kernel/database/index.ts';
import { numberLane } from '../src/instruments/index.ts';

/**
 * What a good engineer writes first: one transaction a redemption, row locks, the merchant's account as
 * one row, pipelined in two flushes (lock and read; write and commit). It writes the same rows as the
 * engine does: request, lot, two accounts, transfer, counter, and a journal row with a hash of its
 * own, but chained to nothing, which would make it queue. No lanes, no batches.
 */
export interface Plain {
  redeem(index: number, number: string, amountMinor: bigint): Promise<boolean>;
  close(): Promise<void>;
}

const MERCHANT_ACCOUNT = 1_000_000n;
const DAY = '2026-01-01';

export async function openPlain(
  database: Database,
  connections: number,
  laneCount: number,
  run: string,
): Promise<Plain> {
  await database.query(
    `insert into ledger.account (lane, account_id, unit, posted_minor, held_minor, floor_minor)
     values (0, $1, 'JPY', 0, 0, null) on conflict do nothing`,
    [String(MERCHANT_ACCOUNT)],
  );
  const idle: Connection[] = Array.from({ length: connections }, () => database.connect());
  const waiting: ((connection: Connection) => void)[] = [];
  const all = [...idle];
  let ids = Date.now() * 1000;

  async function redeem(index: number, number: string, amountMinor: bigint): Promise<boolean> {
    const connection =
      idle.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)));
    try {
      return await redeemOn(connection, index, number, amountMinor);
    } finally {
      const next = waiting.shift();
      if (next === undefined) idle.push(connection);
      else next(connection);
    }
  }

  async function redeemOn(
    connection: Connection,
    index: number,
    number: string,
    amountMinor: bigint,
  ): Promise<boolean> {
    const lane = String(numberLane(number, laneCount));
    const requestId = `${run}-${index}`;
    const transaction = connection.begin();
    try {
      const [known, cards] = await Promise.all([
        transaction.query(
          `select outcome from instruments.request
           where lane = $1 and client_id = 1 and request_id = $2 and home_key = $3`,
          [lane, requestId, `n:${number}`],
        ),
        transaction.query(
          `select instrument.instrument_id, instrument.state, instrument.open_freezes,
             account.posted_minor, account.held_minor, lot.lot_id, lot.remaining_minor
           from instruments.card_name
           join instruments.instrument
             on instrument.lane = card_name.instrument_lane
             and instrument.instrument_id = card_name.instrument_id
           join ledger.account
             on account.lane = instrument.lane and account.account_id = instrument.instrument_id
           join instruments.lot
             on lot.lane = instrument.lane and lot.instrument_id = instrument.instrument_id
           where card_name.lane = $1 and card_name.name = $2
           for update of instrument, account, lot`,
          [lane, `n:${number}`],
        ),
      ]);
      const [card] = cards;
      if (
        known.length > 0 ||
        card === undefined ||
        (card['remaining_minor'] as bigint) < amountMinor
      ) {
        await transaction.rollback();
        return false;
      }
      const cardId = String(card['instrument_id']);
      const lot = String(card['lot_id']);
      const amount = String(amountMinor);
      const id = String((ids += 1));
      const hash = createHash('sha256').update(`${requestId}\t${cardId}\t${amount}`).digest();
      const content = Buffer.alloc(300, `${requestId}\t${cardId}\t${amount}\t`);
      const writes = [
        transaction.query(
          `update instruments.lot set remaining_minor = remaining_minor - $4
           where lane = $1 and instrument_id = $2 and lot_id = $3`,
          [lane, cardId, lot, amount],
        ),
        transaction.query(
          `update ledger.account set posted_minor = posted_minor - $3 where lane = $1 and account_id = $2`,
          [lane, cardId, amount],
        ),
        transaction.query(
          `insert into ledger.transfer (lane, transfer_id, debit_account_id, credit_account_id, amount_minor, lot_id, batch_id)
           values ($1, $2, $3, $4, $5, $6, $2)`,
          [lane, id, cardId, String(MERCHANT_ACCOUNT), amount, lot],
        ),
        transaction.query(
          `insert into instruments.counter (lane, subject, measure, starts_on, used_minor, day, day_used_minor)
           values ($1, $2, 'redeem', $3, $4, $3, $4)
           on conflict on constraint counter_pkey do update set
             used_minor = counter.used_minor + excluded.used_minor,
             day_used_minor = counter.day_used_minor + excluded.day_used_minor`,
          [lane, cardId, DAY, amount],
        ),
        transaction.query(
          `insert into instruments.request (
             lane, client_id, request_id, home_key, sequence, kind, content, arrived_at, decided_at, outcome,
             instrument_id, product_id, seller_id, merchant_id, hold_id, amount_minor, balance_minor, state,
             first_transfer_id, transfer_count, undone_minor, is_reversed, facts)
           values ($1, 1, $2, $3, $4, 'redeem', $5, now(), now(), 'accepted',
             $6, 1, null, 1, null, $7, 0, 'active', $4, 1, 0, false, null)`,
          [
            lane,
            requestId,
            `n:${number}`,
            id,
            `\\x${hash.subarray(0, 16).toString('hex')}`,
            cardId,
            amount,
          ],
        ),
        transaction.query(
          `insert into ledger.batch (lane, batch_id, at, operation_count, last_id, previous_hash, hash, content)
           values ($1, $2, now(), 1, $2, $3, $3, $4)`,
          [lane, id, `\\x${hash.toString('hex')}`, `\\x${content.toString('hex')}`],
        ),
        // The hot row last, so that its lock is held as shortly as one transaction a redemption allows.
        transaction.query(
          `update ledger.account set posted_minor = posted_minor + $2 where lane = 0 and account_id = $1`,
          [String(MERCHANT_ACCOUNT), amount],
        ),
        transaction.commit(),
      ];
      await Promise.all(writes);
      return true;
    } catch {
      await transaction.rollback();
      return false;
    }
  }

  return {
    redeem,
    async close() {
      await Promise.all(all.map((connection) => connection.close()));
    },
  };
}
