import type { Database } from '../src/kernel/database/index.ts';

/** Appends request and transfer rows in batches over two connections, with no logic: what the disk and the tables allow. */
export async function appendRaw(
  database: Database,
  batchSize: number,
  seconds: number,
): Promise<number> {
  const run = `raw-${process.pid}-${Date.now()}`;
  const end = performance.now() + seconds * 1000;
  let rows = 0;
  const writer = async (lane: number): Promise<void> => {
    const connection = database.connect();
    for (let batch = 0; performance.now() < end; batch += 1) {
      const transaction = connection.begin();
      const from = String(1_000_000_000 + batch * batchSize);
      const to = String(1_000_000_000 + (batch + 1) * batchSize - 1);
      const work = [
        transaction.query(
          `insert into instruments.request (
             lane, client_id, request_id, home_key, sequence, kind, content, arrived_at, decided_at, outcome,
             instrument_id, product_id, seller_id, merchant_id, hold_id, amount_minor, balance_minor, state,
             first_transfer_id, transfer_count, undone_minor, is_reversed, facts)
           select $1, 1, $2 || n, 'n:6012345678901234', n, 'redeem', '\\x00112233445566778899aabbccddeeff',
             now(), now(), 'accepted', n, 1, null, 1, null, 10, 999990, 'active', n, 1, 0, false, null
           from generate_series($3::bigint, $4::bigint) as n`,
          [String(lane), run, from, to],
        ),
        transaction.query(
          `insert into ledger.transfer (lane, transfer_id, debit_account_id, credit_account_id, amount_minor, lot_id, batch_id)
           select $1, n, 1, 2, 10, n, 1 from generate_series($2::bigint, $3::bigint) as n`,
          [String(lane), from, to],
        ),
        transaction.commit(),
      ];
      await Promise.all(work);
      rows += batchSize;
    }
    await connection.close();
  };
  await Promise.all([writer(250), writer(251)]); // lanes that the engine does not have
  return rows / seconds;
}
