import assert from 'node:assert/strict';
import { openConsoleWorld, type Browser } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openHouse, type House } from '../../test/support/house.ts';
import { houseClientId, listClients, type ClientDesk } from '../clients/index.ts';
import { systemRandom } from '../kernel/crypto.ts';
import type { Database } from '../kernel/database/index.ts';
import { readAudit } from '../operators/index.ts';
import { makeSwitchboard } from '../suspensions/index.ts';
import { cardSearchAnswer, cardStory } from './card-contract.ts';
import { cardRoutes } from './index.ts';

const OURS = { 'kinken-issuer': 'hoshi' };

async function openDesk(database: Database) {
  const house = await openHouse(database);
  const deskOf = (issuerId: number): ClientDesk => ({
    connection: database,
    keyRing: house.keys,
    clock: house.clock,
    random: systemRandom,
    catalogue: house.catalogue.current(),
    issuerId,
    actor: 'test',
    refresh: async () => undefined,
  });
  const world = await openConsoleWorld(database, {
    routes: (clock) => [
      cardRoutes({
        desk: {
          database,
          keys: house.keys,
          clock,
          catalogue: house.catalogue,
          laneCount: house.engine.laneCount,
        },
        engine: house.engine,
        random: systemRandom,
        clientsOf: (issuerId) => listClients(deskOf(issuerId)),
        houseClientId: (issuerId) => houseClientId(deskOf(issuerId)),
        switchboard: () => makeSwitchboard([], 0),
      }),
    ],
  });
  const browser = await world.browser(await world.staff.operator('support'));
  return { house, world, browser };
}

async function search(browser: Browser, text: string, headers = OURS) {
  const answer = await browser.post('/cards/search', { text }, headers);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return cardSearchAnswer.parse(answer.body);
}

async function soldCard(house: House): Promise<{ number: string; id: string }> {
  const card = await house.activated('variable', 3_000n);
  assert.ok(card.by === 'number');
  const balance = await house.engine.inquireBalance({ clientId: 1, issuerId: 1 }, card);
  assert.ok(balance.ok);
  return { number: card.number, id: `ins_${balance.value.instrumentId}` };
}

forBothDatabases('a card is found by whatever people have in the hand', async (database) => {
  const { house, world, browser } = await openDesk(database);
  const { number, id } = await soldCard(house);
  await house.submit(
    {
      kind: 'redeem',
      card: { by: 'number', number },
      amountMinor: 500n,
      unit: 'JPY',
      merchantId: 1,
      isPartialAllowed: false,
    },
    { requestId: 'M1|T1|000123|2026-04-01' },
  );
  const { code } = (await house.issued(1_500n)) as { code: string };
  for (const [text, by] of [
    [number, 'number'],
    [` ${number.replace(/(.{4})/g, '$1 ')}`, 'number'],
    [id, 'instrument'],
    ['M1|T1|000123|2026-04-01', 'request'],
    ['M1|T1|000123', 'request'],
  ] as const) {
    const found = await search(browser, text);
    assert.equal(found.by, by, text);
    assert.deepEqual(
      found.cards.map(({ instrumentId }) => instrumentId),
      [id],
    );
  }
  assert.equal((await search(browser, code)).by, 'code');
  const ends = await search(browser, number.slice(-4));
  assert.ok(ends.cards.some(({ instrumentId }) => instrumentId === id));
  const codeEnds = await search(browser, code.slice(-4).toLowerCase());
  assert.equal(codeEnds.cards.length, 1);
  for (const text of ['nothing like it', 'ins_999999', '0000', 'M1|T1|000999']) {
    const found = await search(browser, text);
    assert.deepEqual([found.by, found.cards], [null, []], text);
  }

  // Another issuer's desk finds none of them.
  const stranger = await world.browser(await world.staff.operator('support', 2));
  for (const text of [number, id, code, number.slice(-4), 'M1|T1|000123|2026-04-01']) {
    const found = await search(stranger, text, { 'kinken-issuer': 'other' });
    assert.deepEqual([found.by, found.cards], [null, []], text);
  }
  assert.equal((await stranger.get(`/cards/${id}`)).status, 404);

  // The trail has each look, and of what was asked for its end only.
  const asked = { before: null, size: 50, issuerId: null, actor: null, subject: null };
  const looks = await readAudit(database, { ...asked, kind: 'look' });
  const written = JSON.stringify(looks, (_key, each: unknown) =>
    typeof each === 'bigint' ? String(each) : each,
  );
  assert.ok(looks.length >= 16);
  assert.ok(!written.includes(number) && !written.includes(code));
  assert.ok(looks.some(({ subject }) => subject === `…${number.slice(-4)}`));
  await world[Symbol.asyncDispose]();
  await house.close();
});

forBothDatabases(
  "a card's story is whole: lots, requests, transfers, holds, freezes",
  async (on) => {
    const { house, world, browser } = await openDesk(on);
    const { number, id } = await soldCard(house);
    const card = { by: 'number', number } as const;
    await house.redeem(card, 700n);
    await house.redeem(card, 99_000n); // refused
    await house.done({
      kind: 'hold',
      card,
      amountMinor: 300n,
      unit: 'JPY',
      merchantId: 2,
      durationMs: 60_000,
    });
    await house.done({ kind: 'freeze', card, owner: 'fraud', reason: 'read out by phone' });
    const answer = await browser.get(`/cards/${id}`, OURS);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const story = cardStory.parse(answer.body);
    assert.equal(story.card.isFrozen, true);
    assert.equal(story.card.maskedNumber?.includes(number.slice(6, -4)), false);
    assert.deepEqual(
      story.requests.map(({ kind, outcome }) => `${kind} ${outcome}`),
      [
        'freeze accepted',
        'hold accepted',
        'redeem insufficient_value',
        'redeem accepted',
        'activate accepted',
        'stock accepted',
      ].filter((line) => line !== 'stock accepted'),
    );
    assert.deepEqual(
      story.lots.map(({ remainingMinor, heldMinor }) => [remainingMinor, heldMinor]),
      [[2_300, 300]],
    );
    assert.deepEqual(
      story.holds.map(({ amountMinor, merchant }) => [amountMinor, merchant?.key]),
      [[300, 'tea']],
    );
    assert.deepEqual(
      story.freezes.map(({ owner, liftedAt }) => [owner, liftedAt]),
      [['fraud', null]],
    );
    assert.deepEqual(
      story.transfers.map(({ kind, direction, amountMinor }) => [kind, direction, amountMinor]),
      [
        ['redeem', 'out', 700],
        ['activate', 'in', 3_000],
      ],
    );
    assert.equal(story.freezesAs, 'support');
    await world[Symbol.asyncDispose]();
    await house.close();
  },
);

forBothDatabases("a desk freezes at once, and lifts no other desk's freeze (R14)", async (on) => {
  const { house, world, browser } = await openDesk(on);
  const { number, id } = await soldCard(house);
  const card = { by: 'number', number } as const;
  const support = browser;
  const fraud = await world.browser(await world.staff.operator('fraud'));
  const reason = { reason: 'the caller was told to read it out' };
  const freeze = (by: Browser) => by.post(`/cards/${id}/freeze`, reason, OURS);
  const unfreeze = (by: Browser) => by.post(`/cards/${id}/unfreeze`, reason, OURS);
  assert.equal((await freeze(fraud)).status, 200);
  const refused = await house.redeem(card, 100n);
  assert.ok(refused.outcome === 'refused' && refused.refusal === 'instrument_frozen');
  const other = await unfreeze(support);
  assert.equal(other.status, 409);
  assert.equal((await unfreeze(fraud)).status, 200);
  assert.equal((await house.redeem(card, 100n)).outcome, 'accepted');
  assert.equal((await freeze(support)).status, 200);
  assert.equal((await support.post(`/cards/${id}/freeze`, { reason: '' }, OURS)).status, 400);
  const auditor = await world.browser(await world.staff.operator('auditor'));
  assert.equal((await freeze(auditor)).status, 403);
  const asked = { before: null, size: 50, issuerId: 1, actor: null, subject: id };
  const acts = await readAudit(on, { ...asked, kind: 'act' });
  assert.deepEqual(
    acts.map(({ act, actorName }) => [act, actorName?.split(' ')[0]]),
    [
      ['cards.freeze', 'support'],
      ['cards.unfreeze', 'fraud'],
      ['cards.freeze', 'fraud'],
    ],
  );
  await world[Symbol.asyncDispose]();
  await house.close();
});
