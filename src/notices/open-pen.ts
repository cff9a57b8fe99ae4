import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Notices } from './open-notices.ts';
import { registerTemplates } from './template-versions.ts';
import { writeNotices } from './write-notices.ts';

/** For who writes and does not send: what a command writes the server sends, now or when it starts. */
export async function openPen(parts: {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<Pick<Notices, 'sendNotices'>> {
  const { database, clock } = parts;
  const versions = await registerTemplates(database, clock.now());
  const pen = { ...parts, versions, waiting: () => 0 };
  return { sendNotices: (on, wanted) => writeNotices(pen, on, wanted) };
}
