import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import type { SmallHouse } from '../../test/support/small-house.ts';
import { monotonicMs, wallClock, type Instant } from '../kernel/clock.ts';
import { makeSwitchboard, type Suspension } from '../suspensions/index.ts';
import type { OutageAttempt } from './ask-question.ts';
import { questionOf } from './testing/facts.ts';
import { blankCard, issue, openHall, redeem } from './testing/hall.ts';

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
    const wrongly = { ...questionOf().bought, amountMinor: 1n, receipt: '123456' };
    const told = new Map<string, unknown>();
    const read = new Map<string, readonly string[]>();
    for (const [name, asking] of [
      ['right', () => ask({ card: right })],
      ['wrong', () => ask({ card: wrong })],
      ['another', () => ask({ card: right }, another)],
      ['another wrong', () => ask({ card: wrong }, another)],
      ['number', () => ask({ card: number })],
      ['printed', () => ask({ card: printed })],
      ['number proved', () => ask({ card: number, bought: wrongly })],
      ['printed proved', () => ask({ card: printed, bought: wrongly })],
    ] as const) {
      statements.length = 0;
      const { answer, instrumentId } = await asking();
      told.set(name, { ...answer, typed: null, instrumentId });
      read.set(name, statements.toSorted());
    }
    assert.deepEqual(told.get('another'), told.get('another wrong'));
    assert.deepEqual(told.get('printed'), told.get('number'), 'a number is on the rack');
    assert.notDeepEqual(told.get('right'), told.get('wrong'));
    assert.deepEqual(told.get('printed proved'), told.get('number proved'));
    for (const [name, titles] of read) {
      const like = name.endsWith('proved') ? 'number proved' : 'right';
      assert.deepEqual(titles, read.get(like), name);
    }
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
  'a hundred hours asked at once for a number prove nothing, and the receipt still does',
  async (database) => {
    const { house, ask, submit } = await openHall(database);
    const card = await blankCard(house);
    const [sellerId = 0] = house.catalogue.current().sellers.keys();
    await submit({
      kind: 'activate',
      card,
      amountMinor: 1_500n,
      unit: 'JPY',
      funding: { from: 'seller', sellerId },
    });
    const bought = { ...questionOf().bought, amountMinor: 1_500n, sellerId };
    const purchase = { ...bought, at: wallClock.now() };
    const told = async (of: typeof bought, number = card.number) =>
      (await ask({ card: { by: 'number', number }, bought: of })).proof;
    for (let time = 0; time < 10; time += 1) assert.equal(await told(purchase), 'purchase');
    const hours = Array.from({ length: 40 }, (_, hour) => purchase.at + (hour - 36) * 7_200_000);
    const spelt = (at: number) => (at % 4 === 0 ? card.number : card.number.replace(/./g, '$& '));
    const guessed = await Promise.all(
      hours.map((at, which) => told({ ...bought, at }, spelt(which))),
    );
    assert.ok(
      guessed.slice(5).every((proof) => proof === null),
      String(guessed),
    );
    assert.equal(await told(purchase), null, 'also the right one, today');
    assert.equal(await told({ ...bought, receipt: 'question-2' } as typeof bought), null);
    const receipt = { ...bought, receipt: 'question-1' } as typeof bought;
    assert.equal(await told(receipt), 'receipt');
    await house.close();
  },
);

forBothDatabases(
  'a stop and an outage are told from where they stand, also to a wrong code',
  async (database) => {
    const attempts: OutageAttempt[] = [];
    let isOut = false;
    let board = makeSwitchboard([], 0);
    const since = wallClock.now() - 3_600_000;
    const hall = await openHall(database, {
      switchboard: () => board,
      outage: (attempt) => {
        attempts.push(attempt);
        if (!isOut || attempt.phase !== 'redeem') return null;
        return { incidentId: 7, since, lookAgainAt: null, textJa: '障害', textEn: 'Outage' };
      },
    });
    const { house, ask, submit } = hall;
    const { code } = await submit(issue(house));
    const { productId } = house.product('gift');
    const right = { card: { by: 'code', code } as const, productId };
    const wrong = { card: { by: 'code', code: 'ABCDEFGHJKLM2345' } as const, productId };
    isOut = true;
    const [holder, stranger] = [await ask(right), await ask(wrong)];
    assert.deepEqual([holder.answer.cause, holder.answer.safety], ['outage', 'safe']);
    assert.equal(holder.answer.publicText?.incidentId, 7);
    assert.deepEqual(
      { ...stranger.answer, sellerId: 0 },
      { ...holder.answer, sellerId: 0 },
      'nobody is told that a code is wrong while none works',
    );
    assert.ok(attempts.some(({ phase, productId: of }) => phase === 'redeem' && of === productId));
    const noProduct = await ask({ ...wrong, productId: null });
    assert.equal(noProduct.answer.cause, 'mistyped', 'which product it is nobody said');

    isOut = false;
    board = makeSwitchboard([stopOf(house, since)], 1);
    const stopped = await ask(right);
    assert.deepEqual(
      [stopped.answer.cause, stopped.answer.since, stopped.answer.publicText?.ja],
      ['suspended', since, '止めています'],
    );
    assert.equal((await ask(wrong)).answer.cause, 'suspended');
    await house.close();
  },
);

function stopOf(house: SmallHouse, startsAt: Instant): Suspension {
  return {
    suspensionId: 1,
    scope: {
      issuerId: house.issuerId,
      operations: ['use'],
      programmeId: 0,
      productId: house.product('gift').productId,
      sellerId: 0,
      chainId: 0,
      aggregatorId: 0,
      tenderId: 0,
      merchantId: 0,
      soldBySellerId: 0,
    },
    announcedText: null,
    announcedAt: null,
    precision: 'second',
    internalReason: 'test',
    thrownBy: 'test',
    thrownAt: startsAt,
    phases: [
      {
        phaseNo: 0,
        effect: 'stopped',
        conditions: null,
        startsAt,
        expectedEnd: null,
        textJa: '止めています',
        textEn: 'Stopped',
        criteria: '',
        reason: 'test',
        actor: 'test',
        approvedBy: null,
        recordedAt: startsAt,
      },
    ],
  };
}
