import type { NotReady } from '../doors/http/index.ts';
import type { RunningEngine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';

/** More than this apart from the database's time, and the process is not ready (R24). */
const CLOCK_APART_MAX_MS = 250;
const DATABASE_ANSWERS_WITHIN_MS = 2_000;
const WAITING_MAX = 15_000;

/** What is looked at, in this order. */
export const READINESS_PARTS = ['database', 'clock', 'writers'] as const;

/** What keeps the server from being ready; nothing: it is. Without a clock its time is moved by hand. */
export async function judgeReadiness(
  database: Database,
  clock: Clock | null,
  engine: RunningEngine,
): Promise<readonly NotReady[]> {
  const found: NotReady[] = [];
  const before = clock?.now() ?? -Infinity;
  const now = await within(DATABASE_ANSWERS_WITHIN_MS, database.readNow()).catch(() => null);
  const after = clock?.now() ?? Infinity;
  if (now === null) {
    found.push({ part: 'database', reason: 'the database does not answer' });
  } else {
    const apart = now < before ? before - now : now > after ? now - after : 0;
    if (apart > CLOCK_APART_MAX_MS) {
      found.push({ part: 'clock', reason: `the clock is ${apart} ms from the database's` });
    }
  }
  if (engine.waiting() > WAITING_MAX) {
    found.push({ part: 'writers', reason: `${engine.waiting()} operations wait` });
  }
  return found;
}

function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('took too long')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
