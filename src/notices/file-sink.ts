import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const FILES_MAX = 1_000;
const LOOK_EVERY = 100;
let kept = 0;

/** Whole or not at all, for the owner of the folder only; the newest thousand of its kind stay. */
export async function keepFile(
  folder: string,
  name: string,
  bytes: Uint8Array,
  most = FILES_MAX,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  await writeFile(`${file}.part`, bytes, { mode: 0o600 });
  await rename(`${file}.part`, file);
  kept += 1;
  if (kept % LOOK_EVERY === 0) await removeOldest(folder, extname(name), most);
}

async function removeOldest(folder: string, kind: string, most: number): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(kind));
  if (files.length <= most) return;
  const aged = await Promise.all(
    files.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  aged.sort((one, other) => one.at - other.at);
  for (const { name } of aged.slice(0, files.length - most)) await rm(join(folder, name));
}
