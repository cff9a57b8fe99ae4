import assert from 'node:assert/strict';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { journalHead } from '../ledger/journal.ts';
import {
  ACCOUNT_JOURNAL,
  type JournalTable,
  journalRow,
  TRANSFER_JOURNAL,
} from '../ledger/rows.ts';
import { parseRoot, rootContent } from '../ledger/root.ts';
import { ITEM_JOURNAL, REQUEST_JOURNAL } from './rows.ts';
import { VERIFIED_TABLES } from './verify-pages.ts';

/** docs/protocols/chain.md is what others write their own verifier from, so it is held to the byte. */
const DOCUMENT = readFileSync(new URL('../../docs/protocols/chain.md', import.meta.url), 'utf8');
const EXAMPLE = DOCUMENT.slice(DOCUMENT.indexOf('## An example'));
const [
  journal = '',
  hashLine = '',
  second = '',
  secondHashLine = '',
  root = '',
  signatureLine = '',
] = [...EXAMPLE.matchAll(/```\n([\s\S]*?)```/g)].map(([, block = '']) =>
  block.replaceAll('⇥', '\t'),
);

const [hash, secondHash, signature] = [hashLine, secondHashLine, signatureLine].map((line) =>
  line.trim(),
) as [string, string, string];

const sha256 = (...parts: (string | Buffer)[]): string => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
};

void test('the example of the chain hashes as the document says, with nothing but SHA-256', () => {
  assert.equal(sha256(Buffer.alloc(32), journal), hash);
  assert.equal(sha256(Buffer.from(hash, 'hex'), second), secondHash);
});

void test('the example of the root is signed as the document says, with nothing but Ed25519', () => {
  const seed = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.alloc(32, 7),
  ]);
  const key = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' });
  assert.equal(sign(null, Buffer.from(root), key).toString('hex'), signature);
  assert.equal(parseRoot(root)?.heads[1]?.hash, secondHash);
});

void test('the server writes the example as it stands in the document', () => {
  const at = 1_795_230_000_000;
  const line = <Row>(table: JournalTable<Row>, row: unknown): string =>
    journalRow(table, row as Row);
  const requestId = 'till\\7';
  const written = [
    journalHead({ lane: 3, batchId: 1n, at, operationCount: 1, lastId: 7n }),
    line(REQUEST_JOURNAL, {
      lane: 3,
      clientId: 1,
      requestId,
      homeKey: 'n:4900000000001234',
      sequence: 1795n,
      kind: 'redeem',
      content: Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
      arrivedAt: at - 4,
      decidedAt: at,
      outcome: 'accepted',
      instrumentId: 515n,
      productId: 1,
      sellerId: null,
      merchantId: 2,
      holdId: null,
      amountMinor: 1500n,
      balanceMinor: 3500n,
      state: 'active',
      firstTransferId: 1539n,
      transferCount: 1,
      undoneMinor: 0n,
      isReversed: false,
      facts: { zulu: null, alpha: '円' },
    }),
    line(ITEM_JOURNAL, {
      lane: 3,
      itemId: 1283n,
      cause: 'example',
      issuerId: 1,
      clientId: 1,
      requestId,
      instrumentId: 515n,
      amountMinor: null,
      openedAt: at,
      closedAt: at,
      closingNote: 'a\tb',
    }),
    line(TRANSFER_JOURNAL, {
      lane: 3,
      transferId: 1539n,
      debitAccountId: 515n,
      creditAccountId: 9n,
      amountMinor: 1500n,
      lotId: 1027n,
      batchId: 1n,
    }),
    line(ACCOUNT_JOURNAL, {
      lane: 3,
      accountId: 9n,
      unit: 'JPY',
      postedMinor: 1500n,
      heldMinor: 0n,
      floorMinor: null,
    }),
  ].join('\n');
  assert.equal(`${written}\n`, journal);
  const head = journalHead({ lane: 3, batchId: 2n, at: at + 1000, operationCount: 0, lastId: 7n });
  assert.equal(`${head}\n`, second);
  const heads = [
    { lane: 0, batchId: 0n, hash: new Uint8Array(32), lastId: 0n },
    { lane: 3, batchId: 2n, hash: Buffer.from(secondHash, 'hex'), lastId: 7n },
  ];
  assert.equal(
    rootContent({ day: '2026-11-21', at: 1_795_305_660_000, previous: null }, heads),
    root,
  );
});

void test('the document names every table and column that is journalled, in their order', () => {
  const rows = [...DOCUMENT.matchAll(/^\| `([a-z_]+)` \((\d)\) \| (.+) \|$/gm)];
  const documented = rows.map(([, name, key, columns = '']) => ({
    name,
    key: Number(key),
    columns: columns.split(', '),
  }));
  assert.deepEqual(
    documented,
    VERIFIED_TABLES.map(({ journal: { name, key, columns } }) => ({
      name,
      key,
      columns: [...columns],
    })),
  );
});
