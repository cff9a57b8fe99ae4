import { WrongSetting } from '../kernel/config.ts';
import { isSameSecret, type KeyRing } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { keepKeyCheck, readKeyCheck } from './key-check.sql.ts';

/**
 * Refuses a master key that is not the one this database was made with: with another one codes are not
 * found where they are, and a repeated request looks like a new one. Throws WrongSetting.
 */
export async function checkMasterKey(on: Queryable, keys: KeyRing): Promise<void> {
  const ours = keys.laneDigest('the master key of this database');
  await keepKeyCheck(on, { checkHash: ours });
  const [row] = await readKeyCheck(on);
  if (row !== undefined && isSameSecret(row.checkHash, ours)) return;
  throw new WrongSetting(
    'This is not the master key that the database was made with. Set KINKEN_MASTER_KEY_FILE (or ' +
      'KINKEN_MASTER_KEY) to the right one. See docs/operations/keys.md',
  );
}
