/** R7, R8, R22, R27, R28: what breaks, what is scarce, and what the chain says. */
import assert from 'node:assert/strict';
import type { Connection, Database, Transaction } from '../../src/kernel/database/index.ts';
import {
  CommitUnknown,
  ConnectionLost,
  NotCommitted,
  StatementFailed,
} from '../../src/kernel/database/index.ts';
import type { Act } from '../../src/instruments/operation.ts';
import { type CatalogueHolder, holdCatalogue } from '../../src/programmes/index.ts';
import { forBothDatabases } from '../support/database.ts';
import { FUNDS, openHouse, PRODUCTS } from '../support/house.ts';

const unit = 'JPY';

interface Faults {
  /** Rejects a write that names this request. */
  brokenRequest?: string;
  /** What the server says to it; XX001 unless it is given. */
  brokenCode?: string;
  /** The commit arrives, its answer does not; as many times as it says. */
  lostAnswers?: number;
  /** Nothing reaches the database any more. */
  isAway?: boolean;
}

/** The database with faults in the writers' way: what is asked for elsewhere goes through. */
function faulty(database: Database, faults: Faults): Database {
  const breakIfAsked = (values: readonly unknown[]): void => {
    if (faults.isAway === true) throw new ConnectionLost('away');
    const { brokenRequest } = faults;
    if (brokenRequest === undefined) return;
    const names = values.some((value) => Array.isArray(value) && value.includes(brokenRequest));
    const isWrite = values.some((value) => Array.isArray(value) && value.includes('redeem'));
    if (
      names &&
      isWrite &&
      !values.some((value) => Array.isArray(value) && value.includes('internal'))
    ) {
      const code = faults.brokenCode ?? 'XX001';
      throw new StatementFailed('injected', Object.assign(new Error('fault'), { code }));
    }
  };
  const transactionOn = (inner: Transaction): Transaction => {
    let isDoomed = false;
    return {
      ...inner,
      rows: async (statement, values) => {
        breakIfAsked([]);
        return inner.rows(statement, values);
      },
      change: (statement, values) => {
        try {
          breakIfAsked(values);
        } catch (error) {
          isDoomed = true;
          return Promise.reject(error as Error);
        }
        return inner.change(statement, values);
      },
      commit: async () => {
        breakIfAsked([]);
        if (isDoomed) throw new NotCommitted('a statement failed');
        await inner.commit();
        if ((faults.lostAnswers ?? 0) === 0) return;
        faults.lostAnswers = (faults.lostAnswers ?? 0) - 1;
        throw new CommitUnknown('the answer was lost');
      },
    };
  };
  const connect = (): Connection => {
    const inner = database.connect();
    return new Proxy(inner, {
      get(target, name) {
        if (name === 'begin') return () => transactionOn(target.begin());
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
  return new Proxy(database, {
    get(target, name) {
      if (name === 'connect') return connect;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

forBothDatabases(
  'R7 an answer that was lost is found; what stays unknown is never a decline',
  async (database) => {
    const faults: Faults = {};
    const house = await openHouse(faulty(database, faults), {
      writers: 1,
      pause: async () => undefined,
    });
    const card = await house.activated('prepaid', 5_000n);
    faults.lostAnswers = 1;
    const found = await house.redeem(card, 1_000n, { requestId: 'lost' });
    assert.ok(found.outcome === 'accepted' && found.isRepeated);
    assert.equal(await house.spendable(card), 4_000n, 'taken once');
    faults.isAway = true;
    const proved = await house.redeem(card, 1_000n, { requestId: 'never' });
    assert.equal(proved.outcome, 'not_done');
    faults.isAway = false;
    assert.equal((await house.redeem(card, 1_000n, { requestId: 'never' })).outcome, 'accepted');
    faults.lostAnswers = 99;
    const unknown = await house.redeem(card, 1_000n, { requestId: 'unknown' });
    assert.ok(unknown.outcome === 'outcome_unknown' || unknown.outcome === 'accepted');
    faults.lostAnswers = 0;
    assert.equal((await house.redeem(card, 1_000n, { requestId: 'unknown' })).outcome, 'accepted');
    assert.equal(await house.spendable(card), 2_000n);
    await house.close();
  },
);

forBothDatabases('R8 the culprit stands alone, and the others go through', async (database) => {
  const faults: Faults = {};
  const house = await openHouse(faulty(database, faults), { writers: 1 });
  const card = await house.activated('prepaid', 20_000n);
  faults.brokenRequest = 'n7';
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) => house.redeem(card, 100n, { requestId: `n${index}` })),
  );
  const refused = outcomes.filter(({ outcome }) => outcome === 'refused');
  assert.deepEqual(refused, [
    { outcome: 'refused', refusal: 'internal', isRepeated: false, balanceMinor: null },
  ]);
  assert.deepEqual(await house.openItems(), ['operation_broke']);
  assert.equal(await house.spendable(card), 18_100n);
  faults.brokenRequest = '';
  const again = await house.redeem(card, 100n, { requestId: 'n7' });
  assert.ok(again.outcome === 'refused' && again.refusal === 'internal' && again.isRepeated);
  await house.close();
});

forBothDatabases('R8 a cancelled statement is its batch’s own failure', async (database) => {
  const faults: Faults = {};
  const house = await openHouse(faulty(database, faults), { writers: 1 });
  const card = await house.activated('prepaid', 20_000n);
  Object.assign(faults, { brokenRequest: 'slow', brokenCode: '57014' });
  const outcomes = await Promise.all(
    ['quick', 'slow', 'other'].map((requestId) => house.redeem(card, 100n, { requestId })),
  );
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['accepted', 'refused', 'accepted'],
  );
  assert.deepEqual(await house.openItems(), ['operation_broke']);
  await house.close();
});

forBothDatabases(
  'R7 a catalogue that has moved and cannot be read is the database being away',
  async (database) => {
    let failures = 0;
    await (await openHouse(database)).close(); // there is a catalogue now
    const holder = await holdCatalogue(database);
    const catalogue: CatalogueHolder = {
      current: () => holder.current(),
      refresh: (on) => {
        failures -= 1;
        return failures < 0 ? holder.refresh(on) : Promise.reject(new ConnectionLost('away'));
      },
    };
    const house = await openHouse(database, {
      catalogue,
      writers: 1,
      pause: () => Promise.resolve(),
    });
    const card = await house.activated('prepaid', 20_000n);
    await database.script('update programmes.version set version = version + 1');
    failures = 5;
    const away = await house.redeem(card, 100n, { requestId: 'sale' });
    assert.ok(away.outcome === 'not_done' && away.cause === 'database_unavailable');
    assert.equal(failures, 2, 'it is tried three times');
    failures = 1;
    assert.equal((await house.redeem(card, 100n, { requestId: 'sale' })).outcome, 'accepted');
    await house.close();
  },
);

forBothDatabases(
  'R22 scarce funds are spent to the last, and never below their floor',
  async (database) => {
    const house = await openHouse(database);
    for (const amountMinor of [7_000n, 33_000n, 11_300n]) {
      await house.done({ kind: 'fund', fundsOfClientId: 1, direction: 'in', amountMinor, unit });
    }
    const issue: Act = {
      kind: 'issue',
      productId: PRODUCTS.code,
      amountMinor: 500n,
      unit,
      funding: FUNDS,
    };
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => house.submit(issue)));
    const done = outcomes.filter(({ outcome }) => outcome === 'accepted').length;
    assert.equal(done, 102, '51,300 in pieces of 500');
    for (const one of outcomes) {
      if (one.outcome === 'refused') assert.equal(one.refusal, 'insufficient_funds');
    }
    assert.equal(await house.engine.readFunds({ clientId: 1, issuerId: 1 }, unit), 300n);
    const blank = await house.blank('variable');
    const activate: Act = {
      kind: 'activate',
      card: blank,
      amountMinor: 1_000n,
      unit: null,
      funding: { from: 'funds', clientId: 77 },
    };
    assert.equal(
      await house.refusal(activate),
      'insufficient_funds',
      'nobody has paid in for this one',
    );
    await house.close();
  },
);

forBothDatabases('R22 one request id draws on funds for two cards', async (database) => {
  const house = await openHouse(database);
  await house.done({
    kind: 'fund',
    fundsOfClientId: 1,
    direction: 'in',
    amountMinor: 3_000n,
    unit,
  });
  for (let card = 0; card < 3; card += 1) {
    const activate: Act = {
      kind: 'activate',
      card: await house.blank('variable'),
      amountMinor: 1_000n,
      unit,
      funding: FUNDS,
    };
    await house.done(activate, { requestId: 'same' });
  }
  await house.close();
});

forBothDatabases(
  'R28 the same operations with the same seed have the same chain',
  async (database) => {
    const heads: string[] = [];
    const house = await openHouse(database, { writers: 1, seed: 5 });
    const card = await house.activated('prepaid', 5_000n);
    await Promise.all(
      Array.from({ length: 9 }, (_, index) => house.redeem(card, 10n, { requestId: `r${index}` })),
    );
    await house.done({ kind: 'void', card, reason: 'a\tb\\n\n改行' });
    for (const row of await database.query(
      `select encode(last_hash, 'hex') as hash from ledger.lane order by lane`,
    )) {
      heads.push(String(row['hash']));
    }
    await house.close();
    const { createHash } = await import('node:crypto');
    const head = createHash('sha256').update(heads.join('\n')).digest('hex').slice(0, 16);
    CHAINS.add(head);
    assert.equal(CHAINS.size, 1, 'on both databases');
  },
);

const CHAINS = new Set<string>();
