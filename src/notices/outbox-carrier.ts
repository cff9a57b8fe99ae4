import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Carrier } from './carrier.ts';

const FILES_MAX = 1_000;
const LOOK_EVERY = 100;

/**
 * Where no mail server is set: each mail becomes a file that any mail program opens, for the owner of the
 * folder only. The newest thousand are kept.
 */
export function outboxCarrier(folder: string): Carrier {
  let carried = 0;
  return {
    async carry({ number, bytes }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `${number}.eml`);
      await writeFile(`${file}.part`, bytes, { mode: 0o600 });
      await rename(`${file}.part`, file);
      carried += 1;
      if (carried % LOOK_EVERY === 0) await removeOldest(folder);
    },
    close: () => undefined,
  };
}

async function removeOldest(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  if (files.length <= FILES_MAX) return;
  const aged = await Promise.all(
    files.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  aged.sort((one, other) => one.at - other.at);
  for (const { name } of aged.slice(0, files.length - FILES_MAX)) await rm(join(folder, name));
}
