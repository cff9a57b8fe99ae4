import { createHash } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../kernel/log.ts';
import { keepFile } from './file-sink.ts';
import type { Notices } from './open-notices.ts';
import { BOUNCE_BYTES_MAX } from './read-bounce.ts';

/** Below the data folder. */
export const BOUNCE_FOLDER = 'bounces';
const AT_ONCE = 50;
const WAITING_MAX = 10_000;
const REFUSED = 'refused';

/**
 * Puts a mail that came back where the server looks: whole or not at all, the same mail once. False: so much waits
 * there that nobody seems to look.
 */
export async function leaveBounce(folder: string, mail: Uint8Array): Promise<boolean> {
  if ((await filesIn(folder)).length >= WAITING_MAX) return false;
  const name = createHash('sha256').update(mail).digest('hex').slice(0, 32);
  await keepFile(folder, `${name}.eml`, mail, Infinity);
  return true;
}

/** Takes what lies in the folder, a page of it; what is no bounce of ours is put aside, the newest thousand of it. */
export async function takeBounces(
  notices: Pick<Notices, 'takeBounce'>,
  folder: string,
  log: Logger,
): Promise<number> {
  const names = (await filesIn(folder)).toSorted().slice(0, AT_ONCE);
  for (const name of names) {
    const file = join(folder, name);
    const mail = await beginningOf(file);
    const taken = await notices.takeBounce(mail);
    if (taken.ok) log.info(taken.value, 'a notice came back undelivered');
    else {
      log.info(
        { file: name, cause: taken.refusal },
        'a mail in the folder of bounces is put aside',
      );
      if (taken.refusal !== 'delayed') await keepFile(join(folder, REFUSED), name, mail);
    }
    await rm(file, { force: true }); // now that it stands in the database; another process may have been quicker
  }
  return names.length;
}

/** One byte more than is read as a bounce: then it is known to be too long, however long it is. */
async function beginningOf(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return new Uint8Array();
  try {
    const bytes = Buffer.alloc(BOUNCE_BYTES_MAX + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) return bytes.subarray(0, length);
    }
  } finally {
    await handle.close();
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
