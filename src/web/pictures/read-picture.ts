import { Worker } from 'node:worker_threads';
import type { PictureReply } from './picture-worker.ts';

export type PictureRefusal = 'picture_too_large' | 'picture_not_readable' | 'pictures_busy';
export interface DrawnPicture {
  readonly mediaType: 'image/jpeg';
  readonly bytes: Uint8Array;
}
export type ReadPicture = (
  bytes: Uint8Array,
  whose: string,
) => Promise<DrawnPicture | { readonly refusal: PictureRefusal }>;

const PICTURE_FILE_MAX = 6 * 1024 * 1024;
/** Read to here, so that whoever chose too large a file is told so; what is larger still is cut off. */
export const PICTURE_UPLOAD_MAX = 2 * PICTURE_FILE_MAX;
/** A photograph of 12 million dots takes two seconds on a small machine. */
const TIMEOUT_MS = 15_000;
const WAITING_MAX = 4;

/**
 * One picture after another, each in a thread of its own: whatever is in a file, the server goes on. Who sends has
 * one place among those that wait, so nobody fills them all.
 */
export function openPictureReader(timeoutMs = TIMEOUT_MS): ReadPicture {
  const waiting = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  return async (bytes, whose) => {
    if (bytes.length > PICTURE_FILE_MAX) return { refusal: 'picture_too_large' };
    if (waiting.size > WAITING_MAX || waiting.has(whose)) return { refusal: 'pictures_busy' };
    waiting.add(whose);
    const before = last;
    const drawing = before.then(() => drawInThread(bytes, timeoutMs));
    last = drawing;
    const drawn = await drawing.finally(() => waiting.delete(whose));
    if (drawn === null) return { refusal: 'picture_not_readable' };
    return { mediaType: 'image/jpeg', bytes: drawn };
  };
}

/** Null: it is no picture, or it cost more than a picture may. */
function drawInThread(bytes: Uint8Array, timeoutMs: number): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./picture-worker.ts', import.meta.url), {
      workerData: bytes,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
    });
    const timer = setTimeout(() => end(null), timeoutMs);
    const end = (drawn: Uint8Array | null): void => {
      clearTimeout(timer);
      resolve(drawn);
      void worker.terminate();
    };
    worker.once('message', ({ drawn }: PictureReply) => end(drawn));
    worker.once('error', () => end(null));
    worker.once('exit', () => end(null));
  });
}
