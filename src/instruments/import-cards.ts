import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Catalogue, RecordAct } from '../programmes/index.ts';
import { numberLane } from './code-shape.ts';
import type { Engine } from './engine.ts';
import { type ImportPart, linesOf, PART_LINES_MAX, readImportParts } from './import-cards-file.ts';
import { readImportLine } from './import-cards-line.ts';
import type { ImportCard, LineRefusal } from './import-cards-line.ts';
import {
  ensureImport,
  findDoneChunks,
  findImport,
  findImportById as findById,
  findPart,
  finishImport,
  insertDoneChunk,
  insertPart,
  lockImport,
} from './import-cards.sql.ts';
import { hiddenCode } from './names.ts';
import type { CardReference, Envelope, HiddenCode, NewCard } from './operation.ts';
import { CHUNK_CARDS_MAX } from './stock-run-chunk.ts';
import { PieceRefused, Pieces, submitSurely } from './stock-run-submit.ts';

/**
 * Brings in an existing card base from a CSV, a million cards and more, codes as they were given. The file is
 * taken in parts, as it is cut by `readImportParts`, and a part in pieces of one product and lane: the same
 * pieces each time, so the import of a file goes on where it stopped, also by another way (a command on the
 * database, or one that sends the parts to a server). A piece that was sent before is known by its id.
 */
export interface ImportTools {
  readonly connection: Connection;
  readonly engine: Pick<Engine, 'submit'>;
  readonly keys: KeyRing;
  readonly laneCount: number;
  readonly clock: Clock;
}

/** Where it is said that an import begins and ends. */
export interface ImportDesk extends Pick<ImportTools, 'connection' | 'clock'> {
  readonly record: RecordAct; // that it was begun or gone on with, and its sums
}

export type ImportRefusal =
  | LineRefusal
  | 'line_not_readable' // quotes that do not close, or a wrong number of columns
  | 'taken'; // a card has this number or code already

export interface RefusedLine {
  readonly line: number;
  readonly cause: ImportRefusal;
}

/** An import as it was begun. */
export interface Import {
  readonly importId: number;
  readonly issuerId: number;
  readonly clientId: number; // in whose name its pieces are requests
  readonly startedAt: Instant;
}

export interface PartWanted {
  readonly catalogue: Catalogue;
  /** Keeps the codes sealed, so that they can be shown again; else only their hashes are kept. */
  readonly isCodeKept: boolean;
}

export interface PartDone {
  readonly cardCount: number;
  readonly refused: readonly RefusedLine[]; // by line
}

export interface ImportWanted extends PartWanted {
  readonly issuerId: number;
  readonly clientId: number;
}

export interface ImportResult {
  readonly importId: number;
  readonly cardCount: number;
  readonly refusedCount: number;
}

/** A file on its way in: on the database itself, or to a server that is sent its parts. */
export interface ImportUnderWay {
  readonly importId: number;
  bringIn(part: ImportPart): Promise<PartDone>;
  end(refusedCount: number): Promise<void>;
}

/** All of a file of this machine. `onPart` is told of each part when it is done. */
export async function importCards(
  file: string,
  begin: (fileHash: Uint8Array) => Promise<ImportUnderWay>,
  onPart: (part: ImportPart, done: PartDone) => void,
): Promise<ImportResult> {
  const underWay = await begin(await hashImportFile(file));
  let cardCount = 0;
  let refusedCount = 0;
  for await (const part of readImportParts(file)) {
    const done = await underWay.bringIn(part);
    cardCount += done.cardCount;
    refusedCount += done.refused.length;
    onPart(part, done);
  }
  await underWay.end(refusedCount);
  return { importId: underWay.importId, cardCount, refusedCount };
}

/** How `importCards` begins on the database itself. */
export function importingHere(tools: ImportTools & ImportDesk, wanted: ImportWanted) {
  const { issuerId, clientId } = wanted;
  return async (fileHash: Uint8Array): Promise<ImportUnderWay> => {
    const importing = await beginImport(tools, { issuerId, clientId, fileHash });
    return {
      importId: importing.importId,
      async bringIn(part) {
        const done = await importPart(tools, importing, part, wanted);
        if (!done.ok) throw new Error(`Part ${part.part} of the file: ${done.refusal}`);
        return done.value;
      },
      end: (refusedCount) => endImport(tools, importing, refusedCount),
    };
  };
}

/** SHA-256: what a file is known by when it comes again. */
async function hashImportFile(file: string): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest();
}

/** Begins, or goes on with what was begun with the same file. */
export async function beginImport(
  { connection, clock, record }: ImportDesk,
  begun: { readonly issuerId: number; readonly clientId: number; readonly fileHash: Uint8Array },
): Promise<Import> {
  return connection.transaction(async (on) => {
    await ensureImport(on, { ...begun, startedAt: clock.now() });
    const [row] = await findImport(on, begun);
    const importing = present(row, 'the import is there now');
    const fileSha256 = Buffer.from(begun.fileHash).toString('hex');
    const subject = subjectOf(importing);
    await record(on, { act: 'import.begin', subject, detail: { fileSha256 } });
    return importing;
  });
}

function subjectOf({ importId }: Import): string {
  return `import ${importId}`;
}

export async function findImportById(
  connection: Connection,
  importId: number,
): Promise<Import | undefined> {
  const [row] = await findById(connection, { importId });
  return row;
}

/** All parts are in. */
export async function endImport(
  { connection, clock, record }: ImportDesk,
  importing: Import,
  refusedCount: number,
): Promise<void> {
  const { importId } = importing;
  await connection.transaction(async (on) => {
    const ended = { importId, finishedAt: clock.now(), refusedCount: BigInt(refusedCount) };
    const [row] = await finishImport(on, ended);
    const cardCount = Number(present(row, 'an import stays').cardCount);
    const detail = { cardCount, refusedCount };
    await record(on, { act: 'import.end', subject: subjectOf(importing), detail });
  });
}

export type PartRefusal =
  | 'part_differs' // another part came under this number before
  | 'import_ended'; // it was said that all parts are in, and this one was none of them

/** Makes the cards of one part, or learns what became of them before. Throws ColumnsRefused. */
export async function importPart(
  tools: ImportTools & Pick<ImportDesk, 'record'>,
  importing: Import,
  part: ImportPart,
  wanted: PartWanted,
): Promise<Result<PartDone, PartRefusal>> {
  const { pieces, refused: causes } = cutPart(tools, importing, part, wanted);
  const refusal = await notePart(tools, importing, part);
  if (refusal !== null) return refused(refusal);
  const known = await readKnown(tools, importing, pieces);
  let cardCount = 0;
  const underWay = new Pieces(UNDER_WAY_MAX);
  for (const piece of pieces) {
    const { waiting } = piece;
    const count = (skipped: readonly number[]) => {
      cardCount += waiting.length - skipped.length;
      for (const place of skipped) causes.push({ line: waiting[place]!.line, cause: 'taken' });
    };
    const skipped = known.get(pieceKey(piece));
    if (skipped !== undefined) count(skipped);
    else await underWay.add(async () => count(await sendPiece(tools, importing, piece)));
  }
  await underWay.finish();
  return accepted({ cardCount, refused: causes.sort((one, other) => one.line - other.line) });
}

/** A part is what came first under its number, to the letter: judged before a card of it is made. */
async function notePart(
  { connection, keys, record }: ImportTools & Pick<ImportDesk, 'record'>,
  importing: Import,
  { part, firstLine, columns, lines }: ImportPart,
): Promise<PartRefusal | null> {
  const { importId } = importing;
  const content = keys.contentHash(JSON.stringify([firstLine, columns, lines]));
  return connection.transaction(async (on) => {
    const [row] = await lockImport(on, { importId });
    const [known] = await findPart(on, { importId, part });
    if (known !== undefined) {
      return Buffer.compare(known.content, content) === 0 ? null : 'part_differs';
    }
    if (row?.finishedAt !== null) return 'import_ended';
    await insertPart(on, { importId, part, content });
    const detail = { part, firstLine, lineCount: lines.length };
    await record(on, { act: 'import.part', subject: subjectOf(importing), detail });
    return null;
  });
}

/** Those of a part fall into all lanes: together they make one batch or two. */
const UNDER_WAY_MAX = 64;
/** How many pieces one product and lane can have in a part. */
const PIECES_MAX = PART_LINES_MAX / CHUNK_CARDS_MAX;

interface Waiting {
  readonly line: number;
  readonly card: ImportCard;
  readonly code: HiddenCode | null;
}

interface Piece {
  readonly productId: number;
  readonly lane: number;
  readonly chunk: number; // among all of this product and lane
  readonly waiting: Waiting[];
}

function pieceKey({ productId, lane, chunk }: Omit<Piece, 'waiting'>): string {
  return `${productId}:${lane}:${chunk}`;
}

/** Its cards by product and lane, in their order, and the lines that are none. */
function cutPart(
  tools: ImportTools,
  { issuerId, startedAt }: Import,
  part: ImportPart,
  { catalogue, isCodeKept }: PartWanted,
): { readonly pieces: readonly Piece[]; readonly refused: RefusedLine[] } {
  const newest = new Map<string, Piece>();
  const pieces: Piece[] = [];
  const causes: RefusedLine[] = [];
  for (const { line, record } of linesOf(part)) {
    const read =
      record === null
        ? refused('line_not_readable')
        : readImportLine(record, { catalogue, issuerId, startedAt });
    if (!read.ok) {
      causes.push({ line, cause: read.refusal });
      continue;
    }
    const { card, lane, code } = placed(tools, read.value, isCodeKept);
    const { productId } = card.product;
    let piece = newest.get(`${productId}:${lane}`);
    if (piece === undefined || piece.waiting.length >= CHUNK_CARDS_MAX) {
      const chunk = piece === undefined ? (part.part - 1) * PIECES_MAX + 1 : piece.chunk + 1;
      piece = { productId, lane, chunk, waiting: [] };
      newest.set(`${productId}:${lane}`, piece);
      pieces.push(piece);
    }
    piece.waiting.push({ line, card, code });
  }
  return { pieces, refused: causes };
}

/** A card lives in the lane of its number; one without a number in that of its code. */
function placed({ keys, laneCount }: ImportTools, card: ImportCard, isShownAgain: boolean) {
  const hiding = { keys, laneCount, isShownAgain };
  const code = card.code === null ? null : hiddenCode(card.code, hiding);
  const lane =
    card.number === null
      ? present(code, 'a card has a number or a code').homeLane
      : numberLane(card.number, laneCount);
  return { card, code, lane };
}

/** What became of pieces that were done before: the places in them that were taken. */
async function readKnown(
  { connection }: ImportTools,
  { importId }: Import,
  pieces: readonly Piece[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await findDoneChunks(connection, {
    importId,
    productIds: pieces.map(({ productId }) => productId),
    lanes: pieces.map(({ lane }) => lane),
    chunks: pieces.map(({ chunk }) => chunk),
  });
  return new Map(rows.map((row) => [pieceKey(row), row.skipped]));
}

async function sendPiece(
  tools: ImportTools,
  importing: Import,
  piece: Piece,
): Promise<readonly number[]> {
  const { productId, lane, chunk, waiting } = piece;
  const done = await submitSurely(tools.engine, {
    ...envelopeOf(tools, importing, pieceKey(piece)),
    kind: 'stock',
    productId,
    lane,
    cards: waiting.map(({ card, code }) => newCardOf(card, code)),
  });
  const skipped = [...(done.skippedCards ?? [])];
  await settle(tools, importing, { piece, skipped });
  const { importId } = importing;
  const cardCount = waiting.length - skipped.length;
  await insertDoneChunk(tools.connection, {
    importId,
    productId,
    lane,
    chunk,
    cardCount,
    skipped,
  });
  return skipped;
}

/** Frozen cards are frozen, and those that were at their end are voided, so that their names stay taken. */
async function settle(
  tools: ImportTools,
  importing: Import,
  { piece, skipped }: { piece: Piece; skipped: readonly number[] },
): Promise<void> {
  const taken = new Set(skipped);
  const { engine } = tools;
  const underWay = new Pieces(UNDER_WAY_MAX);
  for (const [place, { card }] of piece.waiting.entries()) {
    if (taken.has(place) || card.state === 'blank' || card.state === 'active') continue;
    const key = `${pieceKey(piece)}:${place}`; // a line is what its sender says: two parts may say the same
    const envelope = { ...envelopeOf(tools, importing, key), card: referenceOf(card) };
    const reason = `imported as ${card.state}`;
    await underWay.add(async () => {
      try {
        await (card.state === 'frozen'
          ? submitSurely(engine, { ...envelope, kind: 'freeze', owner: 'support', reason })
          : submitSurely(engine, { ...envelope, kind: 'void', reason }));
      } catch (error) {
        // Nothing is left to be done: it was voided meanwhile, or by this import, which had another id for it once.
        const isVoided = error instanceof PieceRefused && error.refusal === 'instrument_voided';
        if (!isVoided) throw error;
      }
    });
  }
  await underWay.finish();
}

function envelopeOf({ clock }: ImportTools, importing: Import, key: string): Envelope {
  const { importId, clientId, issuerId } = importing;
  return { clientId, issuerId, requestId: `import:${importId}:${key}`, arrivedAt: clock.now() };
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
