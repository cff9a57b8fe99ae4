/**
 * The worker thread that owns the PGlite database: bytes of PostgreSQL's wire protocol in, bytes out. Being
 * a thread of its own, a long report does not stop the tills' sockets (R35).
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { assert } from '../assert.ts';
import { makeFolder, openFolder, openInMemory } from './pglite-folder.ts';

/** What the opener tells this worker. */
export interface PgliteWorkerOptions {
  readonly folder: string | undefined; // in memory when undefined
  readonly image: Uint8Array<ArrayBuffer> | undefined; // a dumped data folder to begin with
  readonly settings: readonly string[]; // `name=value` of PostgreSQL
}

export type PgliteWorkerRequest = Uint8Array | 'image' | 'close';

export type PgliteWorkerReply =
  | { readonly kind: 'ready' | 'closed' }
  | { readonly kind: 'bytes' | 'image'; readonly bytes: Uint8Array };

assert(parentPort !== null, 'pglite-worker runs as a worker thread');
const port = parentPort;
const database = await openDatabase(workerData as PgliteWorkerOptions);
port.on('message', (request: PgliteWorkerRequest) => void answer(request));
port.postMessage({ kind: 'ready' } satisfies PgliteWorkerReply);

async function openDatabase(options: PgliteWorkerOptions): Promise<PGlite> {
  const image = options.image && new Blob([options.image]);
  if (options.folder === undefined) return openInMemory(image, options.settings);
  await makeFolder(options.folder, image);
  return openFolder(options.folder, options.settings);
}

async function answer(request: PgliteWorkerRequest): Promise<void> {
  if (request === 'close') {
    await database.close(); // with a checkpoint, so that the next start has nothing to recover
    port.postMessage({ kind: 'closed' } satisfies PgliteWorkerReply);
    port.close();
  } else if (request === 'image') {
    const image = await database.dumpDataDir('none');
    sendBytes('image', new Uint8Array(await image.arrayBuffer()));
  } else {
    const chunks: Uint8Array[] = [];
    await database.execProtocolRawStream(request, {
      syncToFs: false, // concerns browsers only
      onRawData: (bytes) => chunks.push(bytes.slice()),
    });
    sendBytes('bytes', joined(chunks));
  }
}

function sendBytes(kind: 'bytes' | 'image', bytes: Uint8Array<ArrayBuffer>): void {
  port.postMessage({ kind, bytes } satisfies PgliteWorkerReply, [bytes.buffer]);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
