import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assert } from '../assert.ts';

const BLOCK = 512; // of a tar file: a header, then the file's bytes, filled up
const FOLDER = '5';
const FILE = ['0', '\0'];

export interface ImageEntry {
  readonly name: string; // a path below the data folder
  readonly content: Uint8Array<ArrayBuffer> | null; // a part of the image, not a copy; null: a folder
}

/** Unpacks a dumped data folder into one on disk. */
export function unpackImage(image: Uint8Array<ArrayBuffer>, folder: string): void {
  const made = new Set<string>(); // asking the system for each of 1,700 files takes as long as writing them
  const make = (path: string): void => {
    if (!made.has(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
    made.add(path);
  };
  make(folder);
  for (const { name, content } of imageEntries(image)) {
    const path = join(folder, name);
    make(content === null ? path : dirname(path));
    if (content !== null) writeFileSync(path, content, { mode: 0o600 });
  }
}

/** What is in a dumped data folder (a plain tar file, names of at most 100 bytes, as PGlite writes it). */
export function* imageEntries(image: Uint8Array<ArrayBuffer>): Generator<ImageEntry> {
  const tar = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const field = (from: number, length: number): string =>
      tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '');
    const name = field(0, 100);
    const size = Number.parseInt(field(124, 12), 8);
    const kind = tar.toString('latin1', at + 156, at + 157);
    assert(!name.split('/').includes('..'), 'an image stays in its folder');
    assert(kind === FOLDER || FILE.includes(kind), `an image holds files and folders, not ${kind}`);
    yield { name, content: kind === FOLDER ? null : image.subarray(at + BLOCK, at + BLOCK + size) };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
