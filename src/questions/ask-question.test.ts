import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSmallHouse, type SmallHouse } from '../../test/support/small-house.ts';
import { newCard, openCardStories, type Act, type Operation } from '../instruments/index.ts';
import { monotonicMs, wallClock } from '../kernel/clock.ts';
import { systemRandom } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { silentLog } from '../kernel/log.ts';
import { makeSwitchboard } from '../suspensions/index.ts';
import { askQuestion, type Asked, type Asking, type QuestionParts } from './ask-question.ts';
import { holdDesks, writeDesk } from './desks.ts';
import { newDesk } from './contract.ts';
import type { CodeQuestion } from './question.ts';
import { findReports, reportNotMe, type ReportParts } from './report-not-me.ts';
import { questionOf } from './testing/facts.ts';

interface Hall {
  readonly house: SmallHouse;
  readonly statements: string[];
  readonly refreshDesks: () => Promise<unknown>;
  readonly ask: (question: Partial<CodeQuestion>, asking?: Partial<Asking>) => Promise<Asked>;
  readonly submit: (act: Act) => Promise<{ instrumentId: bigint; code: string }>;
}

async function openHall(database: Database): Promise<Hall> {
  const house = await openSmallHouse(database);
  const statements: string[] = [];
  const watched: Database = {
    ...database,
    rows: (statement, values) => {
      statements.push(statement.title);
      return database.rows(statement, values);
    },
  };
  const desks = await holdDesks(database);
  const parts: QuestionParts = {
    stories: openCardStories({
      database: watched,
      keys: house.keys,
      clock: wallClock,
      laneCount: house.engine.laneCount,
    }),
    clock: wallClock,
    catalogue: () => house.catalogue.current(),
    switchboard: () => makeSwitchboard([], 0),
    outage: () => null,
    desks: () => desks.current(),
  };
  let sent = 0;
  return {
    house,
    statements,
    refreshDesks: () => desks.refresh(database),
    ask: (question, asking = {}) =>
      askQuestion(parts, questionOf({ productId: null, ...question }), {
        issuerId: null,
        environment: [],
        ...asking,
      }),
    async submit(act) {
      sent += 1;
      const envelope = {
        clientId: house.clientId,
        issuerId: house.issuerId,
        requestId: `q-${sent}`,
        arrivedAt: wallClock.now(),
      };
      const outcome = await house.engine.submit({ ...envelope, ...act } as Operation);
      assert.ok(outcome.outcome === 'accepted', JSON.stringify(outcome, textOfBig));
      return { instrumentId: outcome.done.instrumentId ?? 0n, code: outcome.done.code ?? '' };
    },
  };
}

function textOfBig(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function issue(house: SmallHouse): Act {
  const seller = [...house.catalogue.current().sellers.keys()][0] ?? 0;
  return {
    kind: 'issue',
    productId: house.product('gift').productId,
    amountMinor: 3_000n,
    unit: 'JPY',
    funding: { from: 'seller', sellerId: seller },
  };
}

function redeem(house: SmallHouse, code: string, amountMinor: bigint): Act {
  const merchantId = [...house.catalogue.current().merchants.keys()][0] ?? 0;
  return {
    kind: 'redeem',
    card: { by: 'code', code },
    merchantId,
    amountMinor,
    unit: 'JPY',
    isPartialAllowed: false,
  };
}

forBothDatabases('whoever holds the code is told what happened to it', async (database) => {
  const { house, ask, submit } = await openHall(database);
  const { code, instrumentId } = await submit(issue(house));
  const card = { by: 'code', code } as const;
  assert.equal((await ask({ card })).answer.cause, 'usable');
  await submit(redeem(house, code, 1_000n));
  const partly = await ask({ card });
  assert.deepEqual([partly.answer.cause, partly.answer.spendableMinor], ['usable', 2_000n]);
  await submit({ kind: 'freeze', card, owner: 'fraud', reason: 'test' });
  assert.equal((await ask({ card })).answer.cause, 'frozen');
  await submit({ kind: 'unfreeze', card, owner: 'fraud' });
  await submit(redeem(house, code, 2_000n));
  const { answer, instrumentId: found } = await ask({ card });
  assert.deepEqual([answer.cause, answer.uses.length, found], ['already_used', 2, instrumentId]);
  await house.close();
});

forBothDatabases(
  'unknown, wrong, of another issuer, or a number without proof: one answer, the same statements',
  async (database) => {
    const { house, statements, ask, submit } = await openHall(database);
    const { code } = await submit(issue(house));
    const wrong = {
      by: 'code',
      code: code.replace(/.$/, (last) => (last === '2' ? '3' : '2')),
    } as const;
    const another = { issuerId: house.issuerId + 1 };
    const right = { by: 'code', code } as const;
    const number = { by: 'number', number: '9912000000000000' } as const;
    const printed = await blankCard(house);
    const told = new Map<string, unknown>();
    const read = new Map<string, readonly string[]>();
    for (const [name, asking] of [
      ['right', () => ask({ card: right })],
      ['wrong', () => ask({ card: wrong })],
      ['another', () => ask({ card: right }, another)],
      ['another wrong', () => ask({ card: wrong }, another)],
      ['number', () => ask({ card: number })],
      ['printed', () => ask({ card: printed })],
    ] as const) {
      statements.length = 0;
      const { answer, instrumentId } = await asking();
      told.set(name, { ...answer, typed: null, instrumentId });
      read.set(name, statements.toSorted());
    }
    assert.deepEqual(told.get('another'), told.get('another wrong'));
    assert.deepEqual(told.get('printed'), told.get('number'), 'a number is on the rack');
    assert.notDeepEqual(told.get('right'), told.get('wrong'));
    for (const [name, titles] of read) assert.deepEqual(titles, read.get('right'), name);
    await house.close();
  },
);

forBothDatabases('a code that is there takes no longer than one that is not', async (database) => {
  const { house, ask, submit } = await openHall(database);
  const { code } = await submit(issue(house));
  const there = { card: { by: 'code', code } as const };
  const another = { issuerId: house.issuerId + 1 };
  const times: Record<'there' | 'not', number[]> = { there: [], not: [] };
  for (let round = 0; round < 80; round += 1) {
    for (const which of ['there', 'not'] as const) {
      const card = { by: 'code', code: `ABCDEFGHJKLM${2_000 + round}` } as const;
      const before = monotonicMs();
      await (which === 'there' ? ask(there, another) : ask({ card }, another));
      if (round >= 20) times[which].push(monotonicMs() - before);
    }
  }
  const median = (all: number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
  const ratio = median(times.there) / median(times.not);
  assert.ok(ratio > 0.5 && ratio < 2, `${ratio}`); // a look-up left out makes it a third
  await house.close();
});

forBothDatabases(
  'a number with its purchase is answered, also of a card never activated',
  async (database) => {
    const { house, ask, submit } = await openHall(database);
    const printed = await blankCard(house);
    const seller = [...house.catalogue.current().sellers.keys()][0] ?? 0;
    await submit({
      kind: 'activate',
      card: printed,
      amountMinor: 1_500n,
      unit: 'JPY',
      funding: { from: 'seller', sellerId: seller },
    });
    const { bought } = questionOf();
    const proof = { ...bought, amountMinor: 1_500n, sellerId: seller, at: wallClock.now() };
    assert.equal((await ask({ card: printed })).answer.cause, 'cannot_tell');
    assert.equal((await ask({ card: printed, bought: proof })).answer.cause, 'usable');
    assert.equal(
      (await ask({ card: printed, bought: { ...proof, amountMinor: 1_501n } })).answer.cause,
      'cannot_tell',
    );
    await submit({ kind: 'deactivate', card: printed });
    assert.equal((await ask({ card: printed, bought: proof })).answer.cause, 'deactivated');
    await house.close();
  },
);

forBothDatabases(
  '"that was not me" is one report, tells the desk and stops what is left',
  async (database) => {
    const { house, ask, submit } = await openHall(database);
    const { code, instrumentId } = await submit(issue(house));
    await submit(redeem(house, code, 1_000n));
    const toldDesk: string[] = [];
    const parts: ReportParts = {
      connection: database,
      engine: house.engine,
      keys: house.keys,
      random: systemRandom,
      clock: wallClock,
      log: silentLog(),
      houseClientId: async () => house.clientId,
      tellDesk: async (_on, { number }) => {
        toldDesk.push(number);
        return null;
      },
    };
    const { productId } = house.product('gift');
    const { issuerId } = house;
    const words = '<script>alert(1)</script>\nI did not';
    const report = {
      issuerId,
      productId,
      sellerId: null,
      instrumentId,
      words,
      contact: null,
      locale: 'ja',
    } as const;
    const [first, second] = await Promise.all([
      reportNotMe(parts, report),
      reportNotMe(parts, report),
    ]);
    assert.equal(first.number, second.number);
    assert.notEqual(first.isNew, second.isNew);
    assert.deepEqual(toldDesk, [first.number]);
    assert.equal((await reportNotMe(parts, report)).isStopped, true);
    assert.equal((await ask({ card: { by: 'code', code } })).answer.cause, 'frozen');
    const page = { isOpenOnly: true, before: null, size: 10 };
    const reports = await findReports(parts, { issuerId, ...page });
    assert.deepEqual(
      reports.map(({ number, words: kept }) => [number, kept]),
      [[first.number, words]],
    );
    assert.deepEqual(await findReports(parts, { issuerId: issuerId + 1, ...page }), []);
    const [row] = await database.query('select words_sealed from questions.report');
    assert.doesNotMatch(String(row?.['words_sealed']), /script/);
    await house.close();
  },
);

forBothDatabases('whom to ask follows from what went wrong', async (database) => {
  const hall = await openHall(database);
  const { house, ask, submit } = hall;
  const names = {
    nameJa: '窓口',
    nameEn: 'Desk',
    hoursJa: '毎日',
    hoursEn: 'daily',
    phone: '0120-000-000',
  };
  const catalogue = house.catalogue.current();
  for (const whose of [{}, { product: 'gift' }, { seller: 'shop' }]) {
    const key = `desk-${Object.keys(whose)[0] ?? 'issuer'}`;
    const written = await writeDesk(
      house.desk,
      catalogue,
      'small',
      newDesk.parse({ key, ...names, ...whose }),
    );
    assert.ok(written.ok);
  }
  const unknown = await writeDesk(
    house.desk,
    catalogue,
    'small',
    newDesk.parse({ key: 'x', ...names, seller: 'nobody' }),
  );
  assert.deepEqual(unknown, { ok: false, refusal: 'seller_not_found' });
  await hall.refreshDesks();
  const deskOf = async (question: Partial<CodeQuestion>) => (await ask(question)).desk?.key;
  const { code } = await submit(issue(house));
  const card = { by: 'code', code } as const;
  assert.equal(await deskOf({ card }), 'desk-product');
  const [sellerId = 0] = house.catalogue.current().sellers.keys();
  const bought = { ...questionOf().bought, sellerId };
  const number = await blankCard(house);
  assert.equal(await deskOf({ card: number, bought }), 'desk-seller', 'the sale went wrong');
  assert.equal(await deskOf({ card: number }), 'desk-issuer', 'who sold it is not said');
  const posa = house.product('posa').productId;
  const wrong = { by: 'code', code: 'WRONG' } as const;
  assert.equal(await deskOf({ card: wrong, productId: posa }), 'desk-issuer');
  await house.close();
});

/** A printed card of which a till could activate the number. */
async function blankCard(house: SmallHouse): Promise<{ by: 'number'; number: string }> {
  const product = house.product('posa');
  const minted = house.mint.mintAnywhere(product);
  await house.engine.submit({
    clientId: house.clientId,
    issuerId: house.issuerId,
    requestId: `stock ${minted.number}`,
    arrivedAt: wallClock.now(),
    kind: 'stock',
    productId: product.productId,
    lane: minted.lane,
    cards: [newCard(minted, 1_500n)],
  });
  return { by: 'number', number: minted.number ?? '' };
}
