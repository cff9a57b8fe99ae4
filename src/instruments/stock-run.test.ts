import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSmallHouse, type SmallHouse } from '../../test/support/small-house.ts';
import { wallClock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import type { Mint } from './mint.ts';
import { acknowledgeExport, exportRun } from './printer-export.ts';
import { continueRun, findRunById, listRuns, startRun } from './stock-run.ts';
import type { NewRun, Run, RunTools } from './stock-run.ts';

forBothDatabases(
  'a run makes as many blank cards as were asked for, in every lane',
  async (database) => {
    const house = await openSmallHouse(database);
    const run = await makeRun(house, { cardCount: 700 });
    assert.equal((await findRunById(database, run.runId))?.state, 'made');
    assert.equal((await listRuns(database, house.issuerId)).length, 1);
    const [counted] = await database.query(
      `select count(*)::int as cards, count(distinct lane)::int as lanes, count(code_sealed)::int as sealed
     from instruments.instrument where state = 'blank' and face_minor = 1500`,
    );
    assert.deepEqual(counted, { cards: 700, lanes: 32, sealed: 0 });
    await house.close();
  },
);

forBothDatabases(
  'a run that stopped at any piece goes on and makes no card twice',
  async (database) => {
    const house = await openSmallHouse(database);
    const run = await startedRun(house, { cardCount: 300 });
    let answers = 0;
    const dying: RunTools = {
      ...toolsOf(house),
      engine: {
        async submit(operation) {
          answers += 1;
          if (answers > 40) throw new Error('killed'); // some pieces are done, some kept, some not
          const outcome = await house.engine.submit(operation);
          if (answers % 5 === 0) throw new Error('killed before it was written down');
          return outcome;
        },
      },
    };
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await assert.rejects(continueRun(dying, run, house.product('posa')), /killed/);
    }
    assert.equal((await findRunById(database, run.runId))?.state, 'making');
    assert.equal(await continueRun(toolsOf(house), run, house.product('posa'), 10), false);
    assert.equal(await continueRun(toolsOf(house), run, house.product('posa')), true);
    assert.equal(await countCards(database), 300);
    await house.close();
  },
);

forBothDatabases(
  'a run that two processes continue at once has as many cards as were asked for',
  async (database) => {
    const house = await openSmallHouse(database);
    const run = await startedRun(house, { cardCount: 300 });
    const going = () => continueRun(toolsOf(house), run, house.product('posa'));
    assert.deepEqual(await Promise.all([going(), going()]), [true, true]);
    const [planned] = await database.query(
      'select sum(card_count)::int as cards, bool_and(is_done) as done from instruments.run_chunk',
    );
    assert.deepEqual(planned, { cards: 300, done: true });
    assert.equal(await countCards(database), 300);
    await house.close();
  },
);

forBothDatabases(
  'cards whose number is taken are minted anew until the run is whole',
  async (database) => {
    const house = await openSmallHouse(database);
    const product = house.product('prepaid');
    const first = house.mint.mintAnywhere(product);
    let minted = 0;
    const mint: Mint = {
      ...house.mint,
      mintAnywhere: () => (minted++ % 3 === 0 ? first : house.mint.mintAnywhere(product)),
    };
    const run = await startedRun(house, {
      product,
      cardCount: 20,
      faceMinor: null,
      recipient: null,
    });
    await continueRun({ ...toolsOf(house), mint }, run, product);
    assert.equal(await countCards(database), 20);
    await house.close();
  },
);

forBothDatabases(
  'R34: the printer decrypts every card, names the hash, and nobody reads the codes again',
  async (database) => {
    const house = await openSmallHouse(database);
    const identity = await generateIdentity();
    const made = await makeRun(house, {
      cardCount: 50,
      recipient: await identityToRecipient(identity),
    });
    const tools = {
      connection: database,
      keys: house.keys,
      clock: wallClock,
      record: house.desk.record,
    };

    const first = await fetchExport(tools, made);
    const again = await fetchExport(tools, await reread(database, made));
    assert.notDeepEqual(first.file, again.file);
    const csv = await decrypt(identity, first.file);
    assert.equal(csv, await decrypt(identity, again.file));
    const hash = createHash('sha256').update(csv).digest();
    assert.deepEqual(hash, Buffer.from(first.hash));
    const lines = csv.trimEnd().split('\n');
    assert.equal(lines.shift(), 'number,code,face_minor,unit');
    assert.equal(lines.length, 50);
    for (const line of lines)
      assert.match(line, /^9912\d{12},[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3},1500,JPY$/);
    const [number = '', code = ''] = lines[7]?.split(',') ?? [];
    const asker = { clientId: house.clientId, issuerId: house.issuerId };
    const byCode = await house.engine.inquireBalance(asker, { by: 'code', code });
    const byNumber = await house.engine.inquireBalance(asker, { by: 'number', number });
    assert.ok(byCode.ok && byNumber.ok);
    assert.equal(byCode.value.instrumentId, byNumber.value.instrumentId);

    const exported = await reread(database, made);
    assert.deepEqual(await acknowledgeExport(tools, exported, new Uint8Array(32)), {
      ok: false,
      refusal: 'hash_differs',
    });
    assert.equal((await acknowledgeExport(tools, exported, hash)).ok, true);
    const over = await reread(database, made);
    assert.equal(over.state, 'acknowledged');
    assert.deepEqual(await exportRun(tools, over, 'JPY'), {
      ok: false,
      refusal: 'run_acknowledged',
    });
    const [left] = await database.query(
      `select count(cards)::int as kept from instruments.run_chunk`,
    );
    assert.equal(left?.['kept'], 0);
    const acts = await database.query(
      `select act from clients.audit where act like 'run.%' order by audit_id`,
    );
    assert.deepEqual(
      acts.map((row) => row['act']),
      ['run.start', 'run.export', 'run.export', 'run.acknowledge'],
    );
    await house.close();
  },
);

forBothDatabases('a run that could not be sold, read or made is refused', async (database) => {
  const house = await openSmallHouse(database);
  const refusalOf = async (wanted: Partial<NewRun>) => {
    const result = await startRun(house.desk, { ...usualRun(house), ...wanted });
    return result.ok ? 'accepted' : result.refusal;
  };
  const weak = { alphabet: '0123456789', length: 8, prefix: '', groups: 0, foldsKana: false };
  assert.equal(await refusalOf({ product: house.product('gift') }), 'product_not_stocked');
  assert.equal(
    await refusalOf({ product: { ...house.product('posa'), codeShape: weak } }),
    'product_not_mintable',
  );
  assert.equal(await refusalOf({ cardCount: 0 }), 'count_not_allowed');
  assert.equal(await refusalOf({ cardCount: 10_000_001 }), 'count_not_allowed');
  assert.equal(await refusalOf({ cardCount: 1.5 }), 'count_not_allowed');
  assert.equal(await refusalOf({ faceMinor: 2_000n }), 'amount_not_allowed');
  assert.equal(await refusalOf({ faceMinor: null }), 'amount_not_allowed');
  assert.equal(await refusalOf({ recipient: null }), 'recipient_missing');
  assert.equal(await refusalOf({ recipient: 'age1nobody' }), 'recipient_not_valid');
  assert.equal(await refusalOf({}), 'accepted');
  const [run] = await listRuns(database, house.issuerId);
  assert.ok(run);
  const tools = {
    connection: database,
    keys: house.keys,
    clock: wallClock,
    record: house.desk.record,
  };
  assert.deepEqual(await exportRun(tools, run, 'JPY'), { ok: false, refusal: 'run_not_made' });
  assert.deepEqual(await acknowledgeExport(tools, run, new Uint8Array(32)), {
    ok: false,
    refusal: 'run_not_exported',
  });
  await house.close();
});

const PRINTER = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

function usualRun(house: SmallHouse): NewRun {
  return {
    product: house.product('posa'),
    clientId: house.clientId,
    cardCount: 10,
    faceMinor: 1_500n,
    recipient: PRINTER,
  };
}

function toolsOf(house: SmallHouse): RunTools {
  return { connection: house.database, engine: house.engine, mint: house.mint, clock: wallClock };
}

async function startedRun(house: SmallHouse, wanted: Partial<NewRun>): Promise<Run> {
  const started = await startRun(house.desk, { ...usualRun(house), ...wanted });
  assert.ok(started.ok);
  const run = await findRunById(house.database, started.value);
  assert.ok(run);
  return run;
}

async function makeRun(house: SmallHouse, wanted: Partial<NewRun>): Promise<Run> {
  const run = await startedRun(house, wanted);
  await continueRun(toolsOf(house), run, wanted.product ?? house.product('posa'));
  return reread(house.database, run);
}

async function reread(database: Database, run: Run): Promise<Run> {
  const found = await findRunById(database, run.runId);
  assert.ok(found);
  return found;
}

async function countCards(database: Database): Promise<unknown> {
  const [row] = await database.query(`select count(*)::int as cards from instruments.instrument`);
  return row?.['cards'];
}

async function fetchExport(tools: Parameters<typeof exportRun>[0], run: Run) {
  const exported = await exportRun(tools, run, 'JPY');
  assert.ok(exported.ok);
  const parts: Uint8Array[] = [];
  for await (const part of exported.value.file) parts.push(part);
  return { file: Buffer.concat(parts), hash: await exported.value.hash };
}

async function decrypt(identity: string, file: Uint8Array): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(file, 'text');
}
