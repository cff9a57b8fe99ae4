import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import { numberLane } from './code-shape.ts';
import type { Engine } from './engine.ts';
import { readImportFile } from './import-cards-file.ts';
import { readImportLine } from './import-cards-line.ts';
import type { ImportCard, ImportLine, LineRefusal } from './import-cards-line.ts';
import {
  ensureImport,
  findImport,
  finishImport,
  insertDoneChunk,
  readDoneChunks,
} from './import-cards.sql.ts';
import { hiddenCode } from './names.ts';
import type { CardReference, Envelope, HiddenCode, NewCard } from './operation.ts';
import { CHUNK_CARDS_MAX } from './stock-run-chunk.ts';
import { Pieces, submitSurely } from './stock-run-submit.ts';

/**
 * Brings in an existing card base from a CSV, a million cards and more, codes as they were given. The
 * file is read in its order and cut into pieces by product and lane, the same each time, so the import
 * of a file goes on where it stopped: a piece that was sent before is known by its id.
 */
export interface ImportTools {
  readonly connection: Connection;
  readonly engine: Pick<Engine, 'submit'>;
  readonly keys: KeyRing;
  readonly laneCount: number;
  readonly clock: Clock;
  /** Told of every line that did not become a card, in no particular order. */
  readonly onRefused: (line: number, cause: ImportRefusal) => void;
  readonly onProgress?: (lines: number) => void;
}

export type ImportRefusal =
  | LineRefusal
  | 'line_not_readable' // quotes that do not close, or a wrong number of columns
  | 'taken'; // a card has this number or code already

export interface ImportWanted {
  readonly file: string;
  readonly issuerId: number;
  readonly clientId: number; // in whose name its pieces are requests
  readonly catalogue: Catalogue;
  /** Keeps the codes sealed, so that they can be shown again; else only their hashes are kept. */
  readonly isCodeKept: boolean;
}

export interface ImportResult {
  readonly importId: number;
  readonly cardCount: number;
  readonly refusedCount: number;
}

export async function importCards(tools: ImportTools, wanted: ImportWanted): Promise<ImportResult> {
  const { connection, clock } = tools;
  const importing = new Importing(tools, wanted, await openImport(tools, wanted));
  let refusedCount = 0;
  for await (const { line, record } of readImportFile(wanted.file)) {
    const refusal = await importing.take(line, record);
    if (refusal !== null) {
      refusedCount += 1;
      tools.onRefused(line, refusal);
    }
    if (line % PROGRESS_LINES === 0) tools.onProgress?.(line);
  }
  await importing.finish();
  const { importId, cardCount, takenCount } = importing;
  refusedCount += takenCount;
  await finishImport(connection, {
    importId,
    finishedAt: clock.now(),
    cardCount: BigInt(cardCount),
    refusedCount: BigInt(refusedCount),
  });
  return { importId, cardCount, refusedCount };
}

const PROGRESS_LINES = 10_000;

interface Opened {
  readonly importId: number;
  readonly startedAt: Instant;
  /** Places that were skipped, of every piece that is done. */
  readonly done: ReadonlyMap<string, readonly number[]>;
}

async function openImport(
  { connection, clock }: ImportTools,
  wanted: ImportWanted,
): Promise<Opened> {
  const { issuerId, clientId } = wanted;
  const fileHash = await hashFile(wanted.file);
  await ensureImport(connection, { issuerId, clientId, fileHash, startedAt: clock.now() });
  const [row] = await findImport(connection, { issuerId, fileHash });
  const { importId, startedAt } = present(row, 'the import is there now');
  const chunks = await readDoneChunks(connection, { importId });
  return {
    importId,
    startedAt,
    done: new Map(chunks.map((one) => [`${one.productId}:${one.lane}:${one.chunk}`, one.skipped])),
  };
}

async function hashFile(file: string): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest();
}

interface Waiting {
  readonly line: number;
  readonly card: ImportCard;
  readonly code: HiddenCode | null;
}

/** Cards of one product and lane that wait for their piece to be full. */
interface Pile {
  chunk: number;
  waiting: Waiting[];
}

const UNDER_WAY_MAX = 8;

/** An import under way. */
class Importing {
  readonly importId: number;
  cardCount = 0;
  takenCount = 0;
  readonly #tools: ImportTools;
  readonly #wanted: ImportWanted;
  readonly #opened: Opened;
  readonly #piles = new Map<string, Pile>();
  readonly #pieces = new Pieces(UNDER_WAY_MAX);

  constructor(tools: ImportTools, wanted: ImportWanted, opened: Opened) {
    this.importId = opened.importId;
    this.#tools = tools;
    this.#wanted = wanted;
    this.#opened = opened;
  }

  async take(line: number, record: ImportLine | null): Promise<ImportRefusal | null> {
    if (record === null) return 'line_not_readable';
    const { catalogue, issuerId } = this.#wanted;
    const read = readImportLine(record, { catalogue, issuerId, startedAt: this.#opened.startedAt });
    if (!read.ok) return read.refusal;
    await this.#pile(line, read.value);
    return null;
  }

  /** A card lives in the lane of its number; one without a number in that of its code. */
  async #pile(line: number, card: ImportCard): Promise<void> {
    const { keys, laneCount } = this.#tools;
    const hiding = { keys, laneCount, isShownAgain: this.#wanted.isCodeKept };
    const code = card.code === null ? null : hiddenCode(card.code, hiding);
    const lane =
      card.number === null
        ? present(code, 'a card has a number or a code').homeLane
        : numberLane(card.number, laneCount);
    const key = `${card.product.productId}:${lane}`;
    const pile = this.#piles.get(key) ?? { chunk: 1, waiting: [] };
    this.#piles.set(key, pile);
    pile.waiting.push({ line, card, code });
    if (pile.waiting.length >= CHUNK_CARDS_MAX) await this.#send(lane, pile);
  }

  async finish(): Promise<void> {
    for (const [key, pile] of this.#piles) {
      if (pile.waiting.length > 0) await this.#send(Number(key.split(':')[1]), pile);
    }
    await this.#pieces.finish();
  }

  async #send(lane: number, pile: Pile): Promise<void> {
    const { chunk, waiting } = pile;
    pile.chunk += 1;
    pile.waiting = [];
    const productId = present(waiting[0], 'a piece has cards').card.product.productId;
    const key = `${productId}:${lane}:${chunk}`;
    const known = this.#opened.done.get(key);
    if (known !== undefined) {
      this.#count(waiting, known);
      return;
    }
    await this.#pieces.add(async () => {
      const skipped = await this.#stock(key, { lane, productId, waiting });
      await this.#settle(waiting, skipped);
      const { importId } = this;
      const cardCount = waiting.length - skipped.length;
      await insertDoneChunk(this.#tools.connection, {
        importId,
        productId,
        lane,
        chunk,
        cardCount,
        skipped,
      });
      this.#count(waiting, skipped);
    });
  }

  #count(waiting: readonly Waiting[], skipped: readonly number[]): void {
    this.cardCount += waiting.length - skipped.length;
    this.takenCount += skipped.length;
    for (const place of skipped) {
      this.#tools.onRefused(
        present(waiting[place], 'a skipped place is one of the piece').line,
        'taken',
      );
    }
  }

  async #stock(
    key: string,
    piece: { lane: number; productId: number; waiting: readonly Waiting[] },
  ): Promise<number[]> {
    const { lane, productId } = piece;
    const cards = piece.waiting.map(({ card, code }) => newCardOf(card, code));
    const envelope = this.#envelope(key);
    const done = await submitSurely(this.#tools.engine, {
      ...envelope,
      kind: 'stock',
      productId,
      lane,
      cards,
    });
    return [...(done.skippedCards ?? [])];
  }

  /** Frozen cards are frozen, and those that were at their end are voided, so that their names stay taken. */
  async #settle(waiting: readonly Waiting[], skipped: readonly number[]): Promise<void> {
    const taken = new Set(skipped);
    const { engine } = this.#tools;
    for (const [place, { line, card }] of waiting.entries()) {
      if (taken.has(place) || card.state === 'blank' || card.state === 'active') continue;
      const envelope = { ...this.#envelope(`line:${line}`), card: referenceOf(card) };
      const reason = `imported as ${card.state}`;
      await (card.state === 'frozen'
        ? submitSurely(engine, { ...envelope, kind: 'freeze', owner: 'support', reason })
        : submitSurely(engine, { ...envelope, kind: 'void', reason }));
    }
  }

  #envelope(key: string): Envelope {
    const { clientId, issuerId } = this.#wanted;
    const requestId = `import:${this.importId}:${key}`;
    return { clientId, issuerId, requestId, arrivedAt: this.#tools.clock.now() };
  }
}

function newCardOf(card: ImportCard, code: HiddenCode | null): NewCard {
  const { number, faceMinor, balanceMinor, expiresAt, lotClass } = card;
  const opening = card.state === 'blank' ? null : { balanceMinor, expiresAt, lotClass };
  return { number, code, faceMinor, opening };
}

function referenceOf({ number, code }: ImportCard): CardReference {
  return number === null
    ? { by: 'code', code: present(code, 'a card has a number or a code') }
    : { by: 'number', number };
}
