/** One engine in a process of its own: drives redemptions and prints what it measured. */
import { openDatabase } from '../src/kernel/database/index.ts';
import { openBench, redeemer } from './engine-bench.ts';
import { drive } from './drive.ts';

const { url, seconds, inFlight } = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  seconds: number;
  inFlight: number;
};
const database = await openDatabase({ url, sessionsMax: 4 });
const rows = await database.query(
  'select number from instruments.instrument order by instrument_id',
);
const numbers = rows.map((row) => row['number'] as string);
const bench = await openBench(database);
const measured = await drive(redeemer(bench.engine, numbers), {
  inFlight,
  seconds,
  warmUpSeconds: 2,
});
await bench.engine.close();
await database.close();
console.log(JSON.stringify(measured));
process.exit(0);
