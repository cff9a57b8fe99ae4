/** The thread in which one picture is drawn anew: it is ended when that takes too long or too much. */
import { parentPort, workerData } from 'node:worker_threads';
import { redrawPicture } from './redraw-picture.ts';

export type PictureReply = { readonly drawn: Uint8Array | null };

let drawn: Uint8Array | null = null;
try {
  drawn = redrawPicture(workerData as Uint8Array);
} catch {
  // Whatever a decoder stumbles over is no picture.
}
parentPort?.postMessage({ drawn } satisfies PictureReply);
