import type * as Age from 'age-encryption';
import { present } from '../kernel/assert.ts';
import { type Clock, type Instant, isoInstant } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import { laterPackage } from '../kernel/later.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { Product, RecordAct } from '../programmes/index.ts';
import type { Engine } from './engine.ts';
import { isMintable } from './mint.ts';
import type { Mint } from './mint.ts';
import { CHUNK_CARDS_MAX, chunkCard, stockedCard } from './stock-run-chunk.ts';
import type { ChunkCard } from './stock-run-chunk.ts';
import { Pieces, submitSurely } from './stock-run-submit.ts';
import {
  countRunCards,
  findRun,
  finishRun,
  finishRunChunk,
  insertRun,
  insertRunChunk,
  readRuns,
  readUnsentChunks,
} from './stock-run.sql.ts';

/**
 * A run: blank cards made at once, for one printer. Each piece is written down before it is sent, with
 * the cards as they were minted, so whatever dies, the same pieces are sent again under the same ids
 * and no card is made twice or lost to the printer.
 */
export interface Run {
  readonly runId: number;
  readonly issuerId: number;
  readonly clientId: number;
  readonly productId: number;
  readonly faceMinor: bigint | null;
  readonly cardCount: number;
  readonly recipient: string | null;
  readonly state: 'making' | 'made' | 'acknowledged';
  readonly exportHash: Uint8Array | null;
  readonly createdAt: Instant;
  readonly madeAt: Instant | null;
  readonly acknowledgedAt: Instant | null;
}

export interface NewRun {
  readonly product: Product;
  readonly clientId: number; // in whose name its pieces are requests
  readonly cardCount: number;
  readonly faceMinor: bigint | null; // null: variable
  readonly recipient: string | null; // age key of the printer
}

/** In the order they are checked. */
export type RunRefusal =
  | 'product_not_stocked' // a gift code is issued when it is sold
  | 'product_not_mintable' // its codes are weaker than we make them (R29)
  | 'count_not_allowed' // 1 to 10,000,000
  | 'amount_not_allowed' // not a face of the product; or no face, where its faces are fixed
  | 'recipient_missing' // the cards have codes, and without a printer's key nobody would ever read them
  | 'recipient_not_valid'; // not an age key (age1...)

export interface RunTools {
  readonly connection: Connection;
  readonly engine: Pick<Engine, 'submit'>;
  readonly mint: Mint;
  readonly clock: Clock;
  /** Told after each piece. */
  readonly onProgress?: (madeCount: number) => void;
}

export const RUN_CARDS_MAX = 10_000_000;

export interface RunDesk extends Pick<RunTools, 'connection' | 'clock'> {
  readonly record: RecordAct; // that it was started
}

/** Writes the run down; `continueRun` makes its cards. */
export async function startRun(
  { connection, clock, record }: RunDesk,
  wanted: NewRun,
): Promise<Result<number, RunRefusal>> {
  const refusal = judgeRun(wanted);
  if (refusal !== null) return refused(refusal);
  const { product, clientId, cardCount, faceMinor, recipient } = wanted;
  return connection.transaction(async (on) => {
    const [row] = await insertRun(on, {
      issuerId: product.issuerId,
      clientId,
      productId: product.productId,
      faceMinor,
      cardCount,
      recipient,
      createdAt: clock.now(),
    });
    const { runId } = present(row, 'an inserted row comes back');
    const detail = { product: product.key, cardCount };
    await record(on, { act: 'run.start', subject: `run ${runId}`, detail });
    return accepted(runId);
  });
}

export function judgeRun(wanted: NewRun): RunRefusal | null {
  const { product, cardCount, faceMinor, recipient } = wanted;
  if (product.kind === 'code') return 'product_not_stocked';
  if (!isMintable(product)) return 'product_not_mintable';
  const isCountAllowed =
    Number.isInteger(cardCount) && cardCount >= 1 && cardCount <= RUN_CARDS_MAX;
  if (!isCountAllowed) return 'count_not_allowed';
  if (!isFaceAllowed(product, faceMinor)) return 'amount_not_allowed';
  if (recipient === null) return product.codeShape === null ? null : 'recipient_missing';
  return isRecipient(recipient) ? null : 'recipient_not_valid';
}

function isFaceAllowed(product: Product, faceMinor: bigint | null): boolean {
  if (faceMinor === null) return product.facesMinor.length === 0;
  if (product.facesMinor.length > 0) return product.facesMinor.includes(faceMinor);
  return faceMinor >= product.faceMinMinor && faceMinor <= product.faceMaxMinor;
}

const age = laterPackage<typeof Age>('age-encryption');

function isRecipient(text: string): boolean {
  try {
    const { Encrypter } = age();
    new Encrypter().addRecipient(text);
    return /^age1[a-z0-9]{20,4000}$/.test(text);
  } catch {
    return false;
  }
}

/** How many pieces wait for the write path at once. */
const UNDER_WAY_MAX = 8;

/**
 * Makes what is still missing of a run, from wherever it stopped, or so many cards of it. Whether it is whole now.
 * Several processes may do so at once: pieces are numbered without a gap, and who comes second to a number counts anew,
 * so each plans by all that was planned before it, and no card is planned too many.
 */
export async function continueRun(
  tools: RunTools,
  run: Run,
  product: Product,
  most = RUN_CARDS_MAX,
): Promise<boolean> {
  const { connection, mint, clock } = tools;
  for (let left = most; ;) {
    await sendUnsent(tools, run); // also what another process has planned: the same requests
    const counted = present(
      (await countRunCards(connection, { runId: run.runId }))[0],
      'a count is a row',
    );
    const missing = run.cardCount - counted.planned;
    if (missing <= 0 && counted.unsent === 0) break;
    if (missing <= 0) continue;
    const count = Math.min(missing, left);
    if (count === 0) return false;
    const { chunkLast } = counted;
    left -= await makeCards(tools, run, { product, mint, count, chunkLast });
  }
  await finishRun(connection, { runId: run.runId, madeAt: clock.now() });
  return true;
}

async function sendUnsent(tools: RunTools, run: Run): Promise<void> {
  const pieces = new Pieces(UNDER_WAY_MAX);
  for (const chunk of await readUnsentChunks(tools.connection, { runId: run.runId })) {
    const cards = chunk.cards as ChunkCard[];
    await pieces.add(() => sendChunk(tools, run, { ...chunk, cards }));
  }
  await pieces.finish();
}

interface Making {
  readonly product: Product;
  readonly mint: Mint;
  readonly count: number;
  readonly chunkLast: number;
}

/**
 * Cards fall into lanes as they are minted; a lane that has enough for a piece sends it. Answers how many were planned:
 * less than wanted where another process plans at this moment.
 */
async function makeCards(tools: RunTools, run: Run, making: Making): Promise<number> {
  const pieces = new Pieces(UNDER_WAY_MAX);
  const byLane = new Map<number, ChunkCard[]>();
  let chunk = making.chunkLast;
  let planned = 0;
  let isAlone = true;
  const send = async (lane: number, cards: ChunkCard[]) => {
    const piece = { chunk: chunk + 1, lane, cards };
    isAlone = await keepChunk(tools.connection, run, piece);
    if (!isAlone) return;
    chunk += 1;
    planned += cards.length;
    await pieces.add(() => sendChunk(tools, run, piece));
  };
  for (let minted = 0; isAlone && minted < making.count; minted += 1) {
    const card = making.mint.mintAnywhere(making.product);
    const cards = byLane.get(card.lane) ?? [];
    cards.push(chunkCard(card));
    byLane.set(card.lane, cards);
    if (cards.length < CHUNK_CARDS_MAX) continue;
    byLane.delete(card.lane);
    await send(card.lane, cards);
  }
  for (const [lane, cards] of byLane) if (isAlone) await send(lane, cards);
  await pieces.finish();
  return planned;
}

interface Chunk {
  readonly chunk: number;
  readonly lane: number;
  readonly cards: readonly ChunkCard[];
}

/** False: another process has planned a piece of this number. */
async function keepChunk(
  connection: Connection,
  { runId }: Run,
  { chunk, lane, cards }: Chunk,
): Promise<boolean> {
  const piece = { runId, chunk, lane, cardCount: cards.length, cards };
  return (await insertRunChunk(connection, piece)).length > 0;
}

async function sendChunk(tools: RunTools, run: Run, { chunk, lane, cards }: Chunk): Promise<void> {
  const done = await submitSurely(tools.engine, {
    kind: 'stock',
    clientId: run.clientId,
    issuerId: run.issuerId,
    requestId: `run:${run.runId}:${lane}:${chunk}`,
    arrivedAt: tools.clock.now(),
    productId: run.productId,
    lane,
    cards: cards.map((card) => stockedCard(card, lane, run.faceMinor)),
  });
  const skipped = [...(done.skippedCards ?? [])];
  await finishRunChunk(tools.connection, { runId: run.runId, chunk, skipped });
  tools.onProgress?.(cards.length - skipped.length);
}

/** Of one issuer, the newest first, a hundred at most. */
export async function listRuns(connection: Connection, issuerId: number): Promise<Run[]> {
  return (await readRuns(connection, { issuerId })).map(runOf);
}

export async function findRunById(connection: Connection, runId: number): Promise<Run | undefined> {
  const [row] = await findRun(connection, { runId });
  return row && runOf(row);
}

/** As a command and the HTTP API show it. */
export function shownRun(run: Run, product: Pick<Product, 'key'>) {
  const { runId, faceMinor, cardCount, state, createdAt, madeAt, acknowledgedAt } = run;
  const shown = (at: Instant | null) => (at === null ? null : isoInstant(at));
  return {
    runId,
    product: product.key,
    faceMinor,
    cardCount,
    state,
    createdAt: shown(createdAt),
    madeAt: shown(madeAt),
    acknowledgedAt: shown(acknowledgedAt),
  };
}

function runOf(row: Omit<Run, 'state'> & { readonly state: string }): Run {
  return { ...row, state: row.state as Run['state'] }; // run_state_known
}
