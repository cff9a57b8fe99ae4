import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSwitchHouse, OPENED_AT, type SwitchHouse } from '../../test/support/switch-house.ts';
import { holdSwitchboard } from './hold-switchboard.ts';
import type { Movement } from './movement.ts';
import type { Scope } from './suspension.ts';
import { throwSuspension, type NewSuspension } from './throw-suspension.ts';

function saleIn(scope: Scope, at: number): Movement {
  const { operations: _, ...ids } = scope;
  return { ...ids, operations: ['sell'], at, buyer: null };
}

async function refusalOf(house: SwitchHouse, wanted: NewSuspension): Promise<string> {
  const thrown = await throwSuspension(house.desk, wanted);
  return thrown.ok ? `accepted ${thrown.value.startsAt}` : thrown.refusal;
}

forBothDatabases('a stop "now" begins a second after its commit, and says so (R19)', async (db) => {
  const house = await openSwitchHouse(db);
  const elsewhere = await holdSwitchboard(db); // another process
  const wanted = house.stop({ product: 'apple', seller: 'docomo' });
  const thrown = await throwSuspension(house.desk, wanted);
  assert.deepEqual(thrown, {
    ok: true,
    value: { suspensionId: 1, startsAt: OPENED_AT + 1_000, isNow: true },
  });
  const stopped = { refusal: 'suspended', suspensionId: 1 };
  for (const board of [house.desk.switches.current(), await elsewhere.refresh(db)]) {
    assert.equal(board.judge(saleIn(wanted.scope, OPENED_AT + 999)), null);
    assert.deepEqual(board.judge(saleIn(wanted.scope, OPENED_AT + 1_000)), stopped);
    const other = house.scope({ product: 'apple', seller: 'softbank' });
    assert.equal(board.judge(saleIn(other, OPENED_AT + 1_000)), null);
  }
});

forBothDatabases('a stop whose commit took too long is put off, never begun unseen', async (db) => {
  const house = await openSwitchHouse(db);
  const { desk, clock } = house;
  const slow = {
    ...desk,
    record: async (...act: Parameters<typeof desk.record>) => {
      if (act[1].act === 'suspension.throw') clock.advance(5_000);
      await desk.record(...act);
    },
  };
  const thrown = await throwSuspension(slow, house.stop({ product: 'apple' }));
  assert.ok(thrown.ok);
  assert.equal(thrown.value.startsAt, OPENED_AT + 5_000 + 1_000);
  const [phase] = desk.switches.current().find(1)?.phases ?? [];
  assert.equal(phase?.startsAt, thrown.value.startsAt);
});

forBothDatabases(
  'a planned stop begins when it was planned; what is over is no plan',
  async (db) => {
    const house = await openSwitchHouse(db);
    const stop = (text: string, startsAt: number | null = null) =>
      refusalOf(house, house.stop({ product: 'apple' }, { announcedText: text, startsAt }));
    const noon = Date.parse('2018-02-07T12:00:00+09:00');
    const plan = { startsAt: OPENED_AT - 1 };
    assert.equal(await refusalOf(house, house.stop({}, plan)), 'starts_in_the_past');
    assert.equal(await stop('2018年2月7日(木) 正午'), 'announced_weekday_differs');
    assert.equal(await stop('2018-02-08', noon), 'announced_differs');
    assert.equal(await stop('まもなく'), 'announced_not_read');
    assert.equal(await stop('2020-02-08'), 'starts_too_far_ahead');
    assert.equal(await stop('2018年2月7日 「午後12時00分」'), `accepted ${noon}`);
    const found = house.desk.switches.current().find(1);
    assert.deepEqual(
      [found?.announcedText, found?.announcedAt, found?.precision],
      ['2018年2月7日 「午後12時00分」', noon, 'minute'],
    );
  },
);

forBothDatabases(
  'a stop that is planned for later stands in the way of none that begins earlier',
  async (db) => {
    const house = await openSwitchHouse(db);
    const at = (startsAt: number | null) =>
      refusalOf(house, house.stop({ product: 'apple' }, { startsAt }));
    const later = OPENED_AT + 86_400_000;
    assert.equal(await at(later), `accepted ${later}`);
    assert.equal(await at(later), 'already_stopped');
    assert.equal(await at(later + 1), 'already_stopped');
    assert.equal(await at(null), `accepted ${OPENED_AT + 1_000}`);
    assert.equal(await at(null), 'already_stopped');
    const sale = saleIn(house.scope({ product: 'apple' }), OPENED_AT + 1_000);
    assert.equal(house.desk.switches.current().judge(sale)?.suspensionId, 2);
  },
);

forBothDatabases(
  'a day that has begun stops now, and is shown as it was announced (R25)',
  async (db) => {
    const house = await openSwitchHouse(db);
    const wanted = house.stop({ tender: 'au-bill' }, { announcedText: '2018-02-03' });
    const thrown = await throwSuspension(house.desk, wanted);
    assert.ok(thrown.ok);
    assert.deepEqual([thrown.value.isNow, thrown.value.startsAt], [true, OPENED_AT + 1_000]);
    const found = house.desk.switches.current().find(1);
    assert.deepEqual(
      [found?.announcedAt, found?.precision],
      [Date.parse('2018-02-03T00:00:00+09:00'), 'day'],
    );
  },
);

forBothDatabases('what is named is of the issuer, and can all be meant at once', async (db) => {
  const house = await openSwitchHouse(db);
  const judge = (scope: Partial<Scope>) => {
    const wanted = house.stop({});
    return refusalOf(house, { ...wanted, scope: { ...wanted.scope, ...scope } });
  };
  assert.equal(await judge({ issuerId: 99 }), 'issuer_not_found');
  assert.equal(await judge({ productId: 99 }), 'product_not_found');
  assert.equal(await judge({ tenderId: 99 }), 'tender_not_found');
  const apple = house.scope({ product: 'apple' });
  assert.equal(await judge({ ...apple, issuerId: house.otherIssuerId }), 'product_not_found');
  const contrary = house.scope({ seller: 'docomo', chain: 'code-shops' });
  assert.equal(await judge(contrary), 'scope_contradicts_itself');
  const other = house.scope({ seller: 'docomo', aggregator: 'gate' });
  assert.equal(await judge(other), 'scope_contradicts_itself');
  assert.match(await judge(house.scope({ seller: 'pincom', aggregator: 'gate' })), /^accepted/);
});

forBothDatabases(
  'the same scope is stopped once, whatever the order of its operations',
  async (db) => {
    const house = await openSwitchHouse(db);
    const operations = ['load', 'activate'] as const;
    const first = house.stop({ product: 'apple', operations });
    assert.match(await refusalOf(house, first), /^accepted/);
    const again = house.stop({ product: 'apple', operations: operations.toReversed() });
    assert.equal(await refusalOf(house, again), 'already_stopped');
    assert.match(await refusalOf(house, house.stop({ product: 'apple' })), /^accepted/);
  },
);

forBothDatabases('two who throw the same at once make one stop', async (db) => {
  const house = await openSwitchHouse(db);
  const wanted = house.stop({});
  const both = await Promise.all([refusalOf(house, wanted), refusalOf(house, wanted)]);
  assert.deepEqual(both.toSorted(), [`accepted ${OPENED_AT + 1_000}`, 'already_stopped']);
  const [row] = await db.query(`select count(*)::int as rows from suspensions.phase`);
  assert.deepEqual(row, { rows: 1 });
});

forBothDatabases('an act of the switch stands in the audit trail with its cause', async (db) => {
  const house = await openSwitchHouse(db);
  assert.match(await refusalOf(house, house.stop({ product: 'apple' })), /^accepted/);
  const [row] = await db.query(
    `select actor, subject from clients.audit where act = 'suspension.throw'`,
  );
  assert.deepEqual(row, { actor: 'operator:manager', subject: 'suspension:1' });
});
