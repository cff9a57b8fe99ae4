import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { WrongSetting } from './wrong-setting.ts';

/** Makes the data folder where there is none, for its owner alone. Throws WrongSetting. */
export function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw whyNoFolder(folder, error) ?? error;
  }
}

/** What the system's error means for who set the folder; null: it means something else. */
export function whyNoFolder(folder: string, error: unknown): WrongSetting | null {
  const why = WHY[codeOf(error)];
  if (why === undefined) return null;
  return new WrongSetting(`The data folder ${resolve(folder)} ${why}`, { cause: error });
}

const OF_A_FILE =
  'cannot be made: a file stands in its place, or in its way. Move that away, or set KINKEN_DATA to another folder.';
const NOT_ALLOWED =
  'cannot be read and written by this user. Start as the user whose it is, give it to this one (chown -R), ' +
  'or set KINKEN_DATA to another folder.';
const FULL =
  'lies on a full disk. Make room (a new database takes 100 MB) and start again, or set KINKEN_DATA to a folder elsewhere.';

const WHY: Readonly<Record<string, string>> = {
  EEXIST: OF_A_FILE,
  ENOTDIR: OF_A_FILE,
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  EROFS: NOT_ALLOWED,
  ENOSPC: FULL,
  EDQUOT: FULL,
};

/** Also of what lies behind it: a thread, a session that could not be opened. */
function codeOf(error: unknown): string {
  let each = error as NodeJS.ErrnoException | undefined;
  while (typeof each === 'object') {
    if (each.code !== undefined && each.code in WHY) return each.code;
    each = each.cause as typeof each;
  }
  return '';
}
