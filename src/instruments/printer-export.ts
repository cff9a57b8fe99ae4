import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { assert, present } from '../kernel/assert.ts';
import type { Clock } from '../kernel/clock.ts';
import { isSameSecret } from '../kernel/crypto.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { RecordAct } from '../programmes/index.ts';
import {
  acknowledgeRun,
  eraseRunCards,
  keepExportHash,
  readExportChunk,
} from './printer-export.sql.ts';
import type { ChunkCard } from './stock-run-chunk.ts';
import { sealedCode } from './stock-run-chunk.ts';
import { countRunCards } from './stock-run.sql.ts';
import type { Run } from './stock-run.ts';

/**
 * What the printer gets of a run (R34): a CSV of number, code and face, encrypted to its age key. It
 * is made anew from the sealed codes each time it is fetched, so no readable copy lies anywhere; the
 * lines are always the same, and the hash is that of the CSV itself. A printer that names the hash has
 * decrypted the file whole. Then the sealed codes of the run are erased: nobody can read them again.
 */
export interface ExportTools {
  readonly connection: Connection;
  readonly keys: Pick<KeyRing, 'unseal'>;
  readonly clock: Clock;
  readonly record: RecordAct; // each fetch and the acknowledgement are in the audit trail
}

export type ExportRefusal =
  | 'run_not_made' // go on with it first
  | 'recipient_missing' // a run of numbers only, made for no printer
  | 'run_acknowledged'; // erased

export interface RunExport {
  /** The encrypted file. To be read to its end: the hash is known and kept only then. */
  readonly file: AsyncIterable<Uint8Array>;
  /** SHA-256 of the CSV inside, once the file has been read. */
  readonly hash: Promise<Uint8Array>;
}

export async function exportRun(
  tools: ExportTools,
  run: Run,
  unit: string,
): Promise<Result<RunExport, ExportRefusal>> {
  if (run.state === 'making') return refused('run_not_made');
  if (run.state === 'acknowledged') return refused('run_acknowledged');
  if (run.recipient === null) return refused('recipient_missing');
  const fetch = {
    act: 'run.export',
    subject: `run ${run.runId}`,
    detail: { recipient: run.recipient },
  };
  await tools.connection.transaction((transaction) => tools.record(transaction, fetch));
  const hash = createHash('sha256');
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(run.recipient);
  const file = await encrypter.encrypt(ReadableStream.from(csvOf(tools, run, { unit, hash })));
  const kept = Promise.withResolvers<Uint8Array>();
  kept.promise.catch(() => undefined); // who reads the file sees the failure there
  return accepted({ file: keepingHash(tools, run, { file, hash, kept }), hash: kept.promise });
}

interface Keeping {
  readonly file: AsyncIterable<Uint8Array>;
  readonly hash: Hash;
  readonly kept: PromiseWithResolvers<Uint8Array>;
}

async function* keepingHash(
  tools: ExportTools,
  run: Run,
  keeping: Keeping,
): AsyncGenerator<Uint8Array> {
  try {
    yield* keeping.file;
    const exportHash = keeping.hash.digest();
    const [row] = await keepExportHash(tools.connection, { runId: run.runId, exportHash });
    const first = present(row?.exportHash, 'a hash was kept');
    assert(isSameSecret(first, exportHash), 'a run exports the same lines each time');
    keeping.kept.resolve(exportHash);
  } catch (error) {
    keeping.kept.reject(error);
    throw error;
  }
}

async function* csvOf(
  tools: ExportTools,
  run: Run,
  { unit, hash }: { unit: string; hash: Hash },
): AsyncGenerator<Uint8Array> {
  const write = (text: string) => {
    hash.update(text, 'utf8');
    return Buffer.from(text, 'utf8');
  };
  yield write('number,code,face_minor,unit\n');
  const counted = present(
    (await countRunCards(tools.connection, { runId: run.runId }))[0],
    'a count is a row',
  );
  for (let chunk = 1; chunk <= counted.chunkLast; chunk += 1) {
    const [row] = await readExportChunk(tools.connection, { runId: run.runId, chunk });
    if (row === undefined) continue;
    const cards = present(row.cards, 'cards are erased only when acknowledged') as ChunkCard[];
    const taken = new Set(row.skipped);
    const lines = cards
      .filter((_card, place) => !taken.has(place))
      .map(
        (card) => `${card.number ?? ''},${codeText(tools, card)},${run.faceMinor ?? ''},${unit}\n`,
      );
    yield write(lines.join(''));
  }
}

function codeText({ keys }: ExportTools, card: ChunkCard): string {
  const sealed = sealedCode(card);
  return sealed === null ? '' : keys.unseal(sealed);
}

export type AcknowledgeRefusal = 'run_acknowledged' | 'run_not_exported' | 'hash_differs'; // another file, or one that did not arrive whole: fetch it again

/** The printer has the file: `hash` is what it computed of the CSV that it decrypted. */
export async function acknowledgeExport(
  tools: ExportTools,
  run: Run,
  hash: Uint8Array,
): Promise<Result<null, AcknowledgeRefusal>> {
  if (run.state === 'acknowledged') return refused('run_acknowledged');
  if (run.exportHash === null) return refused('run_not_exported');
  if (!isSameSecret(run.exportHash, hash)) return refused('hash_differs');
  return tools.connection.transaction(async (transaction) => {
    const changed = await acknowledgeRun(transaction, {
      runId: run.runId,
      acknowledgedAt: tools.clock.now(),
    });
    if (changed === 0) return refused('run_acknowledged');
    await eraseRunCards(transaction, { runId: run.runId });
    const detail = { hash: Buffer.from(hash).toString('hex') };
    await tools.record(transaction, {
      act: 'run.acknowledge',
      subject: `run ${run.runId}`,
      detail,
    });
    return accepted(null);
  });
}
