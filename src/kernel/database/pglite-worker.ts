/**
 * The worker thread that owns the PGlite database: bytes of PostgreSQL's wire protocol in, bytes out. Being
 * a thread of its own, a long report does not stop the tills' sockets (R35).
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../assert.ts';
import { openFolder, openInMemory, type PgliteStart } from './pglite-folder.ts';

/** What the opener tells this worker. */
export interface PgliteWorkerOptions extends PgliteStart {
  readonly folder: string | undefined; // in memory when undefined
}

export type PgliteWorkerRequest = Uint8Array | 'image' | 'close';

export type PgliteWorkerReply =
  | { readonly kind: 'ready' | 'closed' }
  | { readonly kind: 'bytes' | 'image'; readonly bytes: Uint8Array };

assert(parentPort !== null, 'pglite-worker runs as a worker thread');
const port = parentPort;
const { folder, ...start } = workerData as PgliteWorkerOptions;
const database = await (folder === undefined ? openInMemory(start) : openFolder(folder, start));
port.on('message', (request: PgliteWorkerRequest) => void answer(request));
port.postMessage({ kind: 'ready' } satisfies PgliteWorkerReply);

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
