/** The register over a test's database, sending by a real carrier. */
import { MovedClock } from '../../kernel/clock.ts';
import { openKeyRing, systemRandom, type KeyRing } from '../../kernel/crypto.ts';
import type { Database } from '../../kernel/database/index.ts';
import { createLog } from '../../kernel/log.ts';
import { createMetrics, type Metrics } from '../../kernel/metrics.ts';
import type { Carrier, DkimKey } from '../carrier.ts';
import { openNotices, type Notices } from '../open-notices.ts';
import type { Sms } from '../sms-carrier.ts';

export interface PostOffice {
  readonly notices: Notices;
  readonly clock: MovedClock;
  readonly keys: KeyRing;
  readonly metrics: Metrics;
  readonly logLines: string[];
  readonly sms: readonly Sms[]; // what was carried
}

export const BOUNCES = 'bounces@kinken.example';
export const SENDER = { name: '金券サーバー Kinken', address: 'no-reply@kinken.example' };

export async function openPostOffice(
  database: Database,
  carrier: Carrier,
  dkim: DkimKey | null = null,
): Promise<PostOffice> {
  const clock = new MovedClock(Date.UTC(2026, 3, 1, 3));
  const keys = openKeyRing(new Uint8Array(32).fill(9));
  const logLines: string[] = [];
  const sms: Sms[] = [];
  const metrics = createMetrics({ withProcess: false });
  const notices = await openNotices({
    database,
    keys,
    clock,
    random: systemRandom,
    log: createLog({ isTerminal: false, write: (line) => logLines.push(line) }),
    metrics,
    carrier,
    sms: { carry: async (each) => void sms.push(each), close: () => undefined },
    bounces: BOUNCES,
    sender: SENDER,
    dkim,
  });
  return { notices, clock, keys, metrics, logLines, sms };
}
