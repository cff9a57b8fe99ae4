import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { WrongSetting } from './config.ts';
import type { Config } from './config.ts';
import { makeDataFolder, whyNoFolder } from './data-folder.ts';
import { MASTER_KEY_BYTES, systemRandom } from './crypto.ts';
import type { Random } from './crypto.ts';

/** The master key, and what its keeper should be told about where it lies. */
export interface MasterKey {
  readonly bytes: Uint8Array;
  readonly warning: string | null;
}

type KeySettings = Pick<Config, 'databaseUrl' | 'dataFolder' | 'masterKey' | 'masterKeyFile'>;

/**
 * From `KINKEN_MASTER_KEY`, else from the file `KINKEN_MASTER_KEY_FILE`, which only its owner may read
 * (R29). The embedded database makes one of its own beside its tables the first time, so that a
 * trial needs nothing; with `DATABASE_URL` a missing key stops the start. Throws WrongSetting.
 */
export function readMasterKey(settings: KeySettings, random: Random = systemRandom): MasterKey {
  if (settings.masterKey !== null)
    return { bytes: decode(settings.masterKey, 'KINKEN_MASTER_KEY'), warning: null };
  if (settings.masterKeyFile !== null) {
    return { bytes: readKeyFile(settings.masterKeyFile), warning: null };
  }
  if (settings.databaseUrl !== null) {
    throw new WrongSetting(
      'With DATABASE_URL the master key is yours to keep: set KINKEN_MASTER_KEY_FILE to a file that only ' +
        'its owner can read (openssl rand -base64 32), or KINKEN_MASTER_KEY. See docs/operations/keys.md',
    );
  }
  return readDemoKey(settings.dataFolder, random);
}

function readDemoKey(dataFolder: string, random: Random): MasterKey {
  const file = join(dataFolder, 'master.key');
  const warning = `The master key lies beside its data, in ${file}: good for a trial. In production keep it elsewhere (KINKEN_MASTER_KEY_FILE).`;
  makeDataFolder(dataFolder);
  try {
    if (existsSync(file)) removeUnfinished(dataFolder);
    else makeKeyFile(file, random);
  } catch (error) {
    throw whyNoFolder(dataFolder, error) ?? error;
  }
  return { bytes: readKeyFile(file), warning };
}

/** Beside the key while it is made; a process that is killed leaves it. */
const UNFINISHED = /^master\.key\.making-[0-9a-f]{16}$/;

function removeUnfinished(dataFolder: string): void {
  for (const name of readdirSync(dataFolder)) {
    if (UNFINISHED.test(name)) rmSync(join(dataFolder, name), { force: true });
  }
}

/**
 * With all of it or not at all, also in a process that is killed: half a key would stop every later start. Written
 * aside, and linked and not renamed to its place: whoever comes second reads the key of the first.
 */
function makeKeyFile(file: string, random: Random): void {
  const text = `${Buffer.from(random.bytes(MASTER_KEY_BYTES)).toString('base64')}\n`;
  const aside = `${file}.making-${Buffer.from(random.bytes(8)).toString('hex')}`;
  const anew = { flag: 'wx', mode: 0o600, flush: true } as const;
  try {
    writeFileSync(aside, text, anew);
    linkSync(aside, file);
  } catch (error) {
    if (existsSync(file)) return; // another process was quicker
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!NO_LINKS.has(code)) throw error;
    writeFileSync(file, text, anew);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Of a file system that has no second names for a file. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

function readKeyFile(file: string): Uint8Array {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new WrongSetting(`The file of the master key is not there: ${file}`);
  if ((stat.mode & 0o077) !== 0) {
    throw new WrongSetting(
      `Others can read the master key in ${file}: run chmod 600 on it, and think of who has`,
    );
  }
  return decode(readFileSync(file, 'utf8').trim(), file);
}

/** Never says what it was given: it may be nearly the key. */
function decode(text: string, from: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === MASTER_KEY_BYTES && /^[A-Za-z0-9+/]{43}=$/.test(text)) return bytes;
  throw new WrongSetting(
    `${from} holds 32 bytes in base64, as "openssl rand -base64 32" prints them`,
  );
}
