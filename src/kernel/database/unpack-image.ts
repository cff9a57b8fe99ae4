import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assert } from '../assert.ts';

const BLOCK = 512; // of a tar file: a header, then the file's bytes, filled up
const FOLDER = '5';
const FILE = ['0', '\0'];

/** Unpacks a dumped data folder (a plain tar file, names of at most 100 bytes, as PGlite writes it). */
export function unpackImage(image: Uint8Array, folder: string): void {
  const tar = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const field = (from: number, length: number): string =>
      tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '');
    const name = field(0, 100);
    const size = Number.parseInt(field(124, 12), 8);
    const kind = tar.toString('latin1', at + 156, at + 157);
    assert(!name.split('/').includes('..'), 'an image stays in its folder');
    const path = join(folder, name);
    if (kind === FOLDER) mkdirSync(path, { recursive: true, mode: 0o700 });
    else {
      assert(FILE.includes(kind), `an image holds files and folders, not ${kind}`);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, tar.subarray(at + BLOCK, at + BLOCK + size), { mode: 0o600 });
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
