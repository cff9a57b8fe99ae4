import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRootSignature } from '../kernel/crypto.ts';
import type { Queryable } from '../kernel/database/index.ts';
import type { ChainBeside } from './chain-beside.ts';
import { readBatchesAt } from './root-heads.sql.ts';
import { type ParsedRoot, parseRoot, type Root, rootFile, rootFileName, rootHash } from './root.ts';
import { readRoots } from './root.sql.ts';
import type { FindingKind, Findings } from './verify-finding.ts';

/** What is known of the roots from outside the database. */
export interface RootProof {
  /** The server's key: without it a root signed with any key passes. */
  readonly publicKey?: Uint8Array;
  /** Where roots were delivered: each file must be the root of its day. */
  readonly folder?: string;
  /** What is read of chains that a root names beside the lanes. */
  readonly chains?: readonly ChainBeside[];
}

const PAGE_SIZE = 100;

/** Holds every signed root against its signature, the batches, the root before it and what was delivered. */
export async function verifyRoots(
  db: Queryable,
  proof: RootProof,
  findings: Findings,
): Promise<number> {
  const delivered = await readDelivered(proof.folder);
  let count = 0;
  let before: Root | null = null;
  let afterDay = '0001-01-01';
  for (;;) {
    const roots: Root[] = await readRoots(db, { afterDay, size: PAGE_SIZE });
    for (const root of roots) {
      await verifyRoot(db, root, { before, proof }, findings);
      compareDelivered(root, delivered, findings);
      before = root;
      count += 1;
    }
    afterDay = roots.at(-1)?.day ?? afterDay;
    if (roots.length < PAGE_SIZE) break;
  }
  for (const [day] of delivered ?? []) {
    addRoot(findings, 'root_delivered', day, ['day', null, 'the root that was delivered']);
  }
  return count;
}

async function verifyRoot(
  db: Queryable,
  root: Root,
  known: { readonly before: Root | null; readonly proof: RootProof },
  findings: Findings,
): Promise<void> {
  const parsed = parseRoot(root.content);
  if (parsed === null || parsed.day !== root.day || parsed.at !== root.at) {
    addRoot(findings, 'root_content', root.day, [
      'content',
      root.content.slice(0, 100),
      'a root of its day',
    ]);
    return;
  }
  const isOurs =
    known.proof.publicKey === undefined ||
    Buffer.compare(known.proof.publicKey, root.publicKey) === 0;
  if (!isOurs || !isRootSignature(root.publicKey, root.content, root.signature)) {
    addRoot(findings, 'root_signature', root.day, [
      isOurs ? 'signature' : 'publicKey',
      Buffer.from(isOurs ? root.signature : root.publicKey).toString('hex'),
      'a signature by the key of this server',
    ]);
  }
  const previous = known.before === null ? null : rootHash(known.before.content);
  if (parsed.previousHash !== previous) {
    addRoot(findings, 'root_chain', root.day, ['content', parsed.previousHash, previous]);
  }
  await verifyHeads(db, root.day, parsed, findings);
  for (const chain of known.proof.chains ?? []) await verifyChain(db, chain, parsed, findings);
}

async function verifyChain(
  db: Queryable,
  chain: ChainBeside,
  { day, chains }: ParsedRoot,
  findings: Findings,
): Promise<void> {
  const named = chains.filter(({ name }) => name === chain.name);
  if (named.length === 0) return; // before its first row, or signed before roots named it
  const ids = named.map(({ id }) => id);
  const hashes = await chain.readHashes(db, ids);
  for (const { id, hash } of named) {
    const found = hashes.get(id);
    const stands = found === undefined ? null : Buffer.from(found).toString('hex');
    if (stands === hash) continue;
    addRoot(findings, 'root_head', `${day}, ${chain.name} ${id}`, ['hash', stands, hash]);
  }
}

async function verifyHeads(
  db: Queryable,
  day: string,
  root: ParsedRoot,
  findings: Findings,
): Promise<void> {
  const wanted = root.heads.filter((head) => head.batchId > 0n);
  const batches = await readBatchesAt(db, {
    lanes: wanted.map((head) => head.lane),
    batchIds: wanted.map((head) => head.batchId),
  });
  const hashes = new Map(
    batches.map((batch) => [batch.lane, Buffer.from(batch.hash).toString('hex')]),
  );
  for (const head of wanted) {
    const stands = hashes.get(head.lane) ?? null;
    if (stands === head.hash) continue;
    const key = `${day}, lane ${head.lane} batch ${head.batchId}`;
    addRoot(findings, 'root_head', key, ['hash', stands, head.hash]);
  }
}

/** Files by day; what is compared is taken out, so that what is left has no root. Null: nothing to compare. */
async function readDelivered(folder: string | undefined): Promise<Map<string, string> | null> {
  if (folder === undefined) return null;
  const files = new Map<string, string>();
  for (const name of (await readdir(folder)).toSorted()) {
    const day = /^kinken-root-(\d{4}-\d\d-\d\d)\.txt$/.exec(name)?.[1];
    if (day !== undefined) files.set(day, await readFile(join(folder, name), 'utf8'));
  }
  return files;
}

function compareDelivered(
  root: Root,
  delivered: Map<string, string> | null,
  findings: Findings,
): void {
  const file = delivered?.get(root.day);
  if (file === undefined) return;
  delivered?.delete(root.day);
  if (file === rootFile(root)) return;
  addRoot(findings, 'root_delivered', root.day, [
    'content',
    'another root',
    `that of ${rootFileName(root.day)}`,
  ]);
}

function addRoot(
  findings: Findings,
  kind: FindingKind,
  key: string,
  said: readonly [column: string, stands: string | null, expected: string | null],
): void {
  const [column, stands, expected] = said;
  findings.add({ kind, lane: null, table: 'root', key, column, stands, expected });
}
