import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import type { ChainBeside, ChainHead } from './chain-beside.ts';
import { findHeadsBefore, type LaneHead } from './root-heads.ts';
import {
  findFirstBatchAt,
  findLastRootBefore,
  findRoot,
  insertRoot,
  readNewestRoot,
  readRoots,
} from './root.sql.ts';

/**
 * The daily signed root (R28): one text over the heads of all lanes at the end of a UTC day, signed with
 * Ed25519 and chained to the root before it. Kept in `ledger.root` and delivered outside, so that a chain
 * that is made anew, together with everything in the database, still differs from what was delivered.
 * The text is a protocol: docs/protocols/chain.md.
 */
export interface Root {
  readonly day: string; // YYYY-MM-DD, UTC
  readonly at: Instant; // when it was made
  readonly content: string;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
}

export interface RootKeys extends Pick<KeyRing, 'signRoot' | 'rootPublicKey'> {
  /** Chains whose heads are signed with those of the lanes. */
  readonly chains?: readonly ChainBeside[];
}

/** A root that was delivered is not what is to be delivered now: the chain was made anew. */
export class RootDiffers extends Error {
  override readonly name = 'RootDiffers';
}

const DAY_MS = 86_400_000;
/** How long after midnight a batch of the day before may still commit; a lock waits five seconds at most. */
const SETTLING_MS = 60_000;
const CATCH_UP_MAX_DAYS = 400;

/** Makes the root of a day that is over, or gives the one that was made. The same for every caller. */
export async function makeRoot(
  db: Database,
  day: string,
  clock: Clock,
  keys: RootKeys,
): Promise<Root> {
  const end = startOfDay(day) + DAY_MS;
  assert(clock.now() >= end + SETTLING_MS, 'a root closes a day that is over');
  return db.transaction(async (on) => {
    const [known] = await findRoot(on, { day });
    if (known !== undefined) return known;
    const [before] = await findLastRootBefore(on, { day });
    const at = clock.now();
    const heads = await findHeadsBefore(on, end);
    const chains: NamedHead[] = [];
    for (const chain of keys.chains ?? []) {
      const head = await chain.findHeadBefore(on, end);
      if (head !== null) chains.push({ ...head, name: chain.name });
    }
    const content = rootContent({ day, at, previous: before?.content ?? null }, heads, chains);
    const root = {
      day,
      at,
      content,
      signature: keys.signRoot(content),
      publicKey: keys.rootPublicKey,
    };
    await insertRoot(on, root);
    const [stored = root] = await findRoot(on, { day });
    return stored;
  });
}

/**
 * Makes the roots of all days that are over and have none: since the last root, or since the first batch or the
 * first row of another chain. A day in which no value moved is signed like every other.
 */
export async function makeDueRoots(db: Database, clock: Clock, keys: RootKeys): Promise<Root[]> {
  const last = dayOf(clock.now() - SETTLING_MS - DAY_MS);
  const made: Root[] = [];
  for (const day of await findDueDays(db, last, keys))
    made.push(await makeRoot(db, day, clock, keys));
  return made;
}

/** Days without a root up to and with `last`, oldest first; at most 400, the rest at the next call. */
async function findDueDays(db: Queryable, last: string, keys: RootKeys): Promise<string[]> {
  const [newest] = await findLastRootBefore(db, { day: dayOf(startOfDay(last) + DAY_MS) });
  let start = newest === undefined ? await findFirstDay(db, keys) : startOfDay(newest.day) + DAY_MS;
  const days: string[] = [];
  while (start <= startOfDay(last) && days.length < CATCH_UP_MAX_DAYS) {
    days.push(dayOf(start));
    start += DAY_MS;
  }
  return days;
}

/** Begin of the first day in which anything was chained; never, where nothing was. */
async function findFirstDay(db: Queryable, { chains = [] }: RootKeys): Promise<Instant> {
  const [batch] = await findFirstBatchAt(db);
  const firsts = batch === undefined ? [] : [batch.at];
  for (const chain of chains) firsts.push((await chain.findFirstAt(db)) ?? Infinity);
  const first = Math.min(...firsts);
  return Number.isFinite(first) ? startOfDay(dayOf(first)) : Infinity;
}

/** Roots of the days behind one, oldest first. */
export function readRootsAfter(db: Queryable, day: string, size: number): Promise<Root[]> {
  return readRoots(db, { afterDay: day, size });
}

export async function findNewestRoot(db: Queryable): Promise<Root | null> {
  const [newest = null] = await readNewestRoot(db);
  return newest;
}

export interface RootHead {
  readonly day: string;
  readonly at: Instant;
  /** Content of the root before it, whose SHA-256 chains the two; null for the first. */
  readonly previous: string | null;
}

interface NamedHead extends ChainHead {
  readonly name: string;
}

/** The text that is signed. Every line ends with a line feed; fields are parted by tabs. */
export function rootContent(
  head: RootHead,
  heads: readonly LaneHead[],
  chains: readonly NamedHead[] = [],
): string {
  const previous = head.previous === null ? '\\N' : rootHash(head.previous);
  let text = `kinken-root-1\t${head.day}\t${head.at}\t${previous}\n`;
  for (const { lane, batchId, hash } of heads) {
    text += `lane\t${lane}\t${batchId}\t${Buffer.from(hash).toString('hex')}\n`;
  }
  for (const { name, id, hash } of chains) {
    text += `chain\t${name}\t${id}\t${Buffer.from(hash).toString('hex')}\n`;
  }
  return text;
}

export function rootHash(content: string): string {
  return createHash('sha256').update(content, 'utf8').digest('hex');
}

export interface ParsedRoot {
  readonly day: string;
  readonly at: Instant;
  readonly previousHash: string | null;
  readonly heads: readonly {
    readonly lane: number;
    readonly batchId: bigint;
    readonly hash: string;
  }[];
  readonly chains: readonly { readonly name: string; readonly id: bigint; readonly hash: string }[];
}

const HEAD = /^kinken-root-1\t(\d{4}-\d\d-\d\d)\t(\d{1,15})\t(\\N|[0-9a-f]{64})$/;
const CHAIN = /^chain\t([a-z]{1,20})\t(\d{1,19})\t([0-9a-f]{64})$/;
const LANE = /^lane\t(\d{1,3})\t(\d{1,19})\t([0-9a-f]{64})$/;

/** Null for a text that `rootContent` would not have written. */
export function parseRoot(content: string): ParsedRoot | null {
  const lines = content.split('\n');
  const head = HEAD.exec(lines[0] ?? '');
  if (head === null || lines.at(-1) !== '') return null;
  const heads: ParsedRoot['heads'][number][] = [];
  const chains: ParsedRoot['chains'][number][] = [];
  for (const line of lines.slice(1, -1)) {
    const chain = CHAIN.exec(line);
    if (chain !== null) {
      const [, name = '', id = '0', hash = ''] = chain;
      chains.push({ name, id: BigInt(id), hash });
      continue;
    }
    const found = LANE.exec(line);
    if (found === null || chains.length > 0) return null; // the lanes stand first
    heads.push({ lane: Number(found[1]), batchId: BigInt(found[2] ?? '0'), hash: found[3] ?? '' });
  }
  const [, day = '', at, previous = null] = head;
  const previousHash = previous === '\\N' ? null : previous;
  return { day, at: Number(at), previousHash, heads, chains };
}

/** What is delivered: the signed text, then its signature and the key in a last line each. */
export function rootFile(root: Root): string {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return `${root.content}signature\t${hex(root.signature)}\npublicKey\t${hex(root.publicKey)}\n`;
}

export function rootFileName(day: string): string {
  return `kinken-root-${day}.txt`;
}

export interface RootDelivered {
  readonly day: string;
  readonly file: string; // path
  readonly isNew: boolean; // false: the folder had it
}

/** Before every day that has a root. */
export const BEFORE_ALL_ROOTS = '1970-01-01';
const DELIVERED_AT_ONCE = 100;

/**
 * Sees to it that a folder has every root behind a day, whichever process made it: what a folder missed
 * because it was away, or because a server died between the signing and the writing, it gets now.
 */
export async function deliverRoots(
  db: Queryable,
  folder: string,
  afterDay: string,
): Promise<RootDelivered[]> {
  const delivered: RootDelivered[] = [];
  for (let day = afterDay; ;) {
    const roots = await readRootsAfter(db, day, DELIVERED_AT_ONCE);
    for (const root of roots) delivered.push(await deliverRootFile(folder, root));
    const last = roots.at(-1);
    if (last === undefined) return delivered;
    ({ day } = last);
  }
}

/**
 * Writes a root into a folder that should lie outside the server's reach (another machine's, append only).
 * A file that is there already must be the same: RootDiffers otherwise, and nothing is overwritten.
 */
export async function deliverRootFile(folder: string, root: Root): Promise<RootDelivered> {
  const { day } = root;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const path = join(folder, rootFileName(day));
  const text = rootFile(root);
  const there = await readFile(path, 'utf8').catch(() => null);
  if (there === text) return { day, file: path, isNew: false };
  if (there !== null) {
    throw new RootDiffers(`${path} holds another root of ${day}: run kinken verify`);
  }
  const draft = `${path}.${process.pid}.new`; // another process may write the same root
  const file = await open(draft, 'w', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  return { day, file: path, isNew: true };
}

export function dayOf(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function startOfDay(day: string): Instant {
  return Date.parse(`${day}T00:00:00Z`);
}
