import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSwitchHouse, OPENED_AT, type SwitchHouse } from '../../test/support/switch-house.ts';
import { systemRandom } from '../kernel/crypto.ts';
import type { Connection } from '../kernel/database/index.ts';
import { createLog } from '../kernel/log.ts';
import { createOperator, openApprovals, readAudit, type Operator } from '../operators/index.ts';
import { END, RESUME, switchApprovals } from './approve-changes.ts';
import { tightenSuspension, type SuspensionChange } from './change-suspension.ts';
import { phaseAt } from './suspension.ts';
import { throwSuspension } from './throw-suspension.ts';

const QUIET = createLog({ level: 'silent', isTerminal: false, write: () => undefined });

async function hire({ database, clock, issuerId }: SwitchHouse, name: string): Promise<Operator> {
  const email = `${name}@example.com`;
  const locale = 'ja' as const;
  const wanted = { email, name, locale, roles: ['channel_manager' as const], issuerId };
  const desk = { clock, random: systemRandom, actor: 'test' };
  const made = await database.transaction((on) => createOperator(on, desk, wanted));
  assert.ok(made.ok);
  return made.value.operator;
}

async function openScene(house: SwitchHouse) {
  const { database: connection, clock, desk, issuerId } = house;
  const handlers = switchApprovals(desk);
  const approvals = openApprovals({ connection, clock, log: QUIET, handlers });
  const thrown = await throwSuspension(desk, house.stop({ product: 'apple', seller: 'docomo' }));
  assert.ok(thrown.ok);
  const manager = await hire(house, 'manager');
  const other = await hire(house, 'other');
  const ask = (change: object, kind: string = RESUME) =>
    approvals.ask(manager, { kind, issuerId, change, reason: 'the site is gone' });
  return { approvals, manager, other, ask, suspensionId: thrown.value.suspensionId };
}

const CHANGE = {
  suspensionId: 1,
  afterPhaseNo: 0,
  effect: 'lifted',
  conditions: null,
  startsAt: null as string | null,
  expectedEnd: null,
  textJa: '販売を再開しました。',
  textEn: 'Sale has resumed.',
  criteria: '',
  reason: 'the site is gone',
};

function effectAt(house: SwitchHouse, at: number): string | undefined {
  const suspension = house.desk.switches.current().find(1);
  return suspension && phaseAt(suspension, at)?.effect;
}

forBothDatabases(
  'a stop is lifted by a second person, a second after the approval (R33)',
  async (db) => {
    const house = await openSwitchHouse(db);
    const { approvals, manager, other, ask } = await openScene(house);
    house.clock.advance(60_000);
    const asked = await ask(CHANGE);
    assert.ok(asked.ok);
    const { approvalId, hash, summary } = asked.value;
    assert.match(summary.ja, /apple/);
    assert.equal(effectAt(house, house.clock.now() + 10_000), 'stopped', 'asking changes nothing');
    const alone = await approvals.approve(manager, approvalId, hash);
    assert.deepEqual(alone, { ok: false, refusal: 'same_person' });
    const approved = await approvals.approve(other, approvalId, hash);
    assert.ok(approved.ok);
    const at = OPENED_AT + 60_000 + 1_000;
    assert.deepEqual([effectAt(house, at - 1), effectAt(house, at)], ['stopped', 'lifted']);
    const [first, second] = house.desk.switches.current().find(1)?.phases ?? [];
    assert.deepEqual([first?.actor, first?.approvedBy], ['operator:manager', null]);
    assert.deepEqual([second?.actor, second?.approvedBy], [manager.actor, other.actor]);
  },
);

forBothDatabases(
  'a planned end of a stop is approved beforehand, and may be taken back by one',
  async (db) => {
    const house = await openSwitchHouse(db);
    const { approvals, other, ask } = await openScene(house);
    const end = OPENED_AT + 3_600_000;
    const asked = await ask({ ...CHANGE, startsAt: new Date(end).toISOString() });
    assert.ok(asked.ok);
    assert.match(asked.value.summary.ja, /2018年2月3日 16:00:00 \(Asia\/Tokyo\)/);
    await approvals.approve(other, asked.value.approvalId, asked.value.hash);
    assert.deepEqual([effectAt(house, end - 1), effectAt(house, end)], ['stopped', 'lifted']);
    const back: SuspensionChange = {
      ...CHANGE,
      ...{ effect: 'stopped', afterPhaseNo: 1, startsAt: null, conditions: null },
    };
    const taken = await tightenSuspension(house.desk, house.issuerId, back);
    assert.ok(taken.ok);
    assert.equal(effectAt(house, end), 'stopped');
  },
);

forBothDatabases('nobody lets anything through again alone', async (db) => {
  const house = await openSwitchHouse(db);
  await openScene(house);
  house.clock.advance(10_000);
  const change: SuspensionChange = { ...CHANGE, effect: 'lifted', startsAt: null };
  for (const effect of ['lifted', 'conditions', 'ended'] as const) {
    const conditions = effect === 'conditions' ? { noWifi: true } : null;
    const done = await tightenSuspension(house.desk, house.issuerId, {
      ...change,
      effect,
      conditions,
    });
    assert.deepEqual(done, { ok: false, refusal: 'second_person_needed' }, effect);
  }
  const another = await tightenSuspension(house.desk, house.otherIssuerId, change);
  assert.deepEqual(another, { ok: false, refusal: 'suspension_not_found' });
});

forBothDatabases('one alone resumes by breaking the glass, and stands there alone', async (db) => {
  const house = await openSwitchHouse(db);
  const { approvals, manager, ask } = await openScene(house);
  const asked = await ask(CHANGE);
  assert.ok(asked.ok);
  const { approvalId: id, hash } = asked.value;
  const broken = await approvals.breakGlass(manager, {
    id,
    hash,
    reason: 'nobody else can be reached tonight',
  });
  assert.ok(broken.ok);
  const newest = house.desk.switches.current().find(1)?.phases.at(-1);
  assert.deepEqual([newest?.effect, newest?.approvedBy], ['lifted', null]);
});

forBothDatabases('what came since it was asked for must be looked at first', async (db) => {
  const house = await openSwitchHouse(db);
  const { approvals, other, ask } = await openScene(house);
  const asked = await ask(CHANGE);
  const resumed = await ask({
    ...CHANGE,
    effect: 'conditions',
    conditions: { ownLineOnly: true, noWifi: false, devices: [] },
  });
  assert.ok(asked.ok && resumed.ok);
  assert.ok((await approvals.approve(other, resumed.value.approvalId, resumed.value.hash)).ok);
  const late = await approvals.approve(other, asked.value.approvalId, asked.value.hash);
  assert.ok(!late.ok);
  assert.equal(late.refusal, 'change_not_possible');
  const newest = house.desk.switches.current().find(1)?.phases.at(-1);
  assert.deepEqual(newest?.conditions, { ownLineOnly: true });
});

forBothDatabases('a change that makes no sense is not even asked for', async (db) => {
  const house = await openSwitchHouse(db);
  const { ask } = await openScene(house);
  const refusalOf = async (change: object, kind?: string) => {
    const asked = await ask({ ...CHANGE, ...change }, kind);
    return asked.ok ? 'asked' : asked.refusal;
  };
  assert.equal(await refusalOf({ suspensionId: 9 }), 'change_not_possible');
  assert.equal(await refusalOf({ effect: 'conditions' }), 'change_not_possible');
  assert.equal(await refusalOf({}, END), 'change_not_possible');
  assert.equal(await refusalOf({ effect: 'stopped' }), 'change_not_understood');
  assert.equal(await refusalOf({ startsAt: '2018-02-03T14:00:00+09:00' }), 'change_not_possible');
  assert.equal(await refusalOf({ effect: 'ended' }, END), 'asked');
});

forBothDatabases(
  'words are changed by one person, and a planned stop keeps its beginning',
  async (db) => {
    const house = await openSwitchHouse(db);
    const startsAt = OPENED_AT + 600_000;
    await throwSuspension(house.desk, house.stop({ product: 'play' }, { startsAt }));
    const words: SuspensionChange = { ...CHANGE, effect: 'stopped', startsAt: null };
    const reworded = await tightenSuspension(house.desk, house.issuerId, words);
    assert.ok(reworded.ok);
    assert.equal(reworded.value.startsAt, startsAt);
    assert.equal(house.desk.switches.current().find(1)?.phases.at(-1)?.textJa, words.textJa);
    const again = await tightenSuspension(house.desk, house.issuerId, {
      ...words,
      afterPhaseNo: 1,
    });
    assert.deepEqual(again, { ok: false, refusal: 'nothing_changes' });
    const needed = { ...words, afterPhaseNo: 1, startsAt: OPENED_AT + 2_000 };
    const sooner = await tightenSuspension(house.desk, house.issuerId, needed);
    assert.ok(sooner.ok, 'one alone brings a stop forward');
    assert.equal(sooner.value.startsAt, OPENED_AT + 2_000);
  },
);

forBothDatabases('an approved resumption is brought forward by two, not by one', async (db) => {
  const house = await openSwitchHouse(db);
  const { approvals, other, ask } = await openScene(house);
  const at = (ms: number) => new Date(OPENED_AT + ms).toISOString();
  const planned = await ask({ ...CHANGE, startsAt: at(3_600_000) });
  assert.ok(planned.ok);
  await approvals.approve(other, planned.value.approvalId, planned.value.hash);
  house.clock.advance(60_000);
  const earlier = { ...CHANGE, afterPhaseNo: 1, startsAt: OPENED_AT + 600_000 } as const;
  const alone = await tightenSuspension(house.desk, house.issuerId, {
    ...earlier,
    effect: 'lifted',
  });
  assert.deepEqual(alone, { ok: false, refusal: 'second_person_needed' });
  const forward = await ask({ ...earlier, startsAt: at(600_000) });
  assert.ok(forward.ok);
  await approvals.approve(other, forward.value.approvalId, forward.value.hash);
  assert.equal(effectAt(house, OPENED_AT + 600_000), 'lifted');
  const now = await ask({ ...CHANGE, afterPhaseNo: 2 });
  assert.ok(now.ok, 'and to the moment of the approval');
  await approvals.approve(other, now.value.approvalId, now.value.hash);
  assert.equal(effectAt(house, house.clock.now() + 1_000), 'lifted');
});

forBothDatabases('what was ended by two is not opened or stopped anew by one', async (db) => {
  const house = await openSwitchHouse(db);
  const { approvals, other, ask } = await openScene(house);
  const asked = await ask({ ...CHANGE, effect: 'ended' }, END);
  assert.ok(asked.ok);
  await approvals.approve(other, asked.value.approvalId, asked.value.hash);
  house.clock.advance(10_000);
  const back: SuspensionChange = {
    ...CHANGE,
    ...{ afterPhaseNo: 1, effect: 'stopped', startsAt: null, conditions: null },
  };
  const alone = await tightenSuspension(house.desk, house.issuerId, back);
  assert.deepEqual(alone, { ok: false, refusal: 'second_person_needed' });
  const words: SuspensionChange = { ...back, effect: 'ended', textJa: '販売を終了しました。' };
  assert.ok((await tightenSuspension(house.desk, house.issuerId, words)).ok);
});

forBothDatabases(
  'what was committed too late to be known everywhere is put off, and the trail says so',
  async (db) => {
    const house = await openSwitchHouse(db);
    // The commit of whatever is written next takes 600 ms: two clocks may be 500 apart (R24).
    const slow: SwitchHouse['desk'] = { ...house.desk, connection: slowOnce(house) };
    const handlers = switchApprovals(slow);
    const { database, clock, issuerId } = house;
    const scene = await openScene(house);
    const approvals = openApprovals({
      connection: slow.connection,
      clock,
      log: QUIET,
      handlers,
    });
    const asked = await scene.ask(CHANGE);
    assert.ok(asked.ok);
    const { approvalId, hash } = asked.value;
    assert.ok((await approvals.approve(scene.other, approvalId, hash)).ok);
    const beginsAt = OPENED_AT + 600 + 1_000;
    const newest = house.desk.switches.current().find(1)?.phases.at(-1);
    assert.deepEqual([newest?.effect, newest?.startsAt], ['lifted', beginsAt]);
    const trail = await readAudit(database, {
      issuerId,
      before: null,
      size: 10,
      actor: null,
      subject: null,
      kind: null,
    });
    const putOff = trail.find(({ act }) => act === 'suspension.put_off');
    assert.equal(putOff?.subject, 'suspension:1');
    assert.deepEqual(putOff?.detail, { phaseNo: 1, from: OPENED_AT + 1_000, startsAt: beginsAt });
  },
);

function slowOnce({ database, clock }: SwitchHouse): Connection {
  let isSlow = true;
  return {
    query: (...asked) => database.query(...asked),
    rows: (...asked) => database.rows(...asked),
    change: (...asked) => database.change(...asked),
    script: (...asked) => database.script(...asked),
    begin: (mode) => database.begin(mode),
    close: () => database.close(),
    async transaction(work, ...rest) {
      const value = await database.transaction(work, ...rest);
      if (isSlow) clock.advance(600);
      isSlow = false;
      return value;
    },
  };
}
