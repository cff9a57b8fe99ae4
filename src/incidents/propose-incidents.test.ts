import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { MovedClock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import { addSystems } from './change-systems.ts';
import { confirmProposal, dismissProposal, listProposals } from './decide-proposal.ts';
import { holdIncidents } from './hold-record.ts';
import { forgetObservations, keepObservations } from './keep-observations.ts';
import { createObserver, type SeenKind } from './observe.ts';
import { proposeIncidents } from './propose-incidents.ts';
import { CHAIN_NAMES, PLACES } from './testing/konbini.ts';

/** Friday, 19:22: three minutes into the outage of FACTS 1.2. */
const AT = Date.parse('2019-12-20T19:22:00+09:00');
const WEEK_MS = 7 * 86_400_000;
const MINUTE_MS = 60_000;

forBothDatabases(
  'a jump at fourteen chains proposes their aggregator, once, and tells nobody',
  async (database) => {
    const world = await openSeen(database);
    await world.weeks();
    for (let chainId = 1; chainId <= 14; chainId += 1) {
      world.see(chainId, 'timed_out', 10);
      world.see(chainId, 'refused', 5, 'instrument_not_active');
    }
    world.see(15, 'approved', 12);
    await world.keep();
    const [proposed, ...others] = await world.propose();
    assert.deepEqual(others, []);
    assert.ok(proposed?.isNew);
    const [again] = await world.propose();
    assert.equal(again?.isNew, false, 'it is the same one');
    const [proposal] = await listProposals(database, 1);
    assert.equal(proposal?.sign, 'failures');
    assert.equal(proposal.since, AT, 'not when the minutes that are looked at begin');
    assert.deepEqual(proposal.systemIds, [world.systemOf('aggregator', 1)]);
    assert.deepEqual(proposal.figures.causes, [
      { cause: 'timed_out', count: 140 },
      { cause: 'instrument_not_active', count: 70 },
    ]);
    assert.equal(proposal.figures.places.length, 14);
    assert.deepEqual((await world.holder.refresh(database)).incidents, [], 'a person confirms it');
    assert.deepEqual(await listProposals(database, 2), [], 'it is no business of another issuer');
  },
);

forBothDatabases(
  'a proposal begins in the first minute in which it went wrong',
  async (database) => {
    const world = await openSeen(database);
    await world.weeks();
    world.see(1, 'approved', 12, undefined, AT - 4 * MINUTE_MS);
    world.see(2, 'timed_out', 1, undefined, AT - 4 * MINUTE_MS); // elsewhere, and nothing out of the ordinary
    world.see(1, 'timed_out', 6, undefined, AT - 2 * MINUTE_MS);
    world.see(1, 'timed_out', 6);
    await world.keep();
    await world.propose();
    const [proposal] = await listProposals(database, 1);
    assert.equal(proposal?.since, AT - 2 * MINUTE_MS);
  },
);

forBothDatabases(
  'a person confirms a proposal once, and then nothing proposes it again',
  async (database) => {
    const world = await openSeen(database);
    world.see(1, 'timed_out', 20);
    await world.keep();
    await world.propose();
    const [proposal] = await listProposals(database, 1);
    assert.ok(proposal);
    const wanted = {
      titleJa: '障害',
      titleEn: 'Outage',
      state: 'investigating',
      bodyJa: '調査しています。',
      bodyEn: 'We are looking.',
      nextLookAt: null,
      affected: proposal.systemIds.map((systemId) => ({
        systemId,
        phase: proposal.phase,
        status: 'major_outage' as const,
        startedAt: proposal.since,
        recoveredAt: null,
      })),
    } as const;
    const stranger = await confirmProposal(world.desk(2), proposal.proposalId, wanted);
    assert.equal(!stranger.ok && stranger.refusal, 'proposal_not_open');
    const both = await Promise.all([
      confirmProposal(world.desk(), proposal.proposalId, wanted),
      confirmProposal(world.desk(), proposal.proposalId, wanted),
    ]);
    assert.equal(both.filter(({ ok }) => ok).length, 1);
    assert.equal((await world.holder.refresh(database)).incidents.length, 1);
    assert.deepEqual(await world.propose(), []);
  },
);

forBothDatabases('what was dismissed is left alone for a while', async (database) => {
  const world = await openSeen(database);
  world.see(1, 'timed_out', 20);
  await world.keep();
  const [proposed] = await world.propose();
  assert.ok(proposed);
  assert.ok((await dismissProposal(world.desk(), proposed.proposalId, 'a drill')).ok);
  assert.deepEqual(await world.propose(), []);
  world.clock.advance(31 * MINUTE_MS);
  world.see(1, 'timed_out', 20);
  await world.keep();
  assert.equal((await world.propose()).length, 1);
});

forBothDatabases(
  'silence is seen against the weeks before; old counts are forgotten',
  async (database) => {
    const world = await openSeen(database);
    await world.weeks(600);
    const LAST = AT - 17 * MINUTE_MS;
    world.see(1, 'approved', 1, undefined, LAST - MINUTE_MS);
    world.see(2, 'approved', 3, undefined, LAST);
    world.see(2, 'signed_on', 1, undefined, LAST + 2 * MINUTE_MS); // says nothing of what goes well
    await world.keep();
    const signs = (await world.propose()).map(({ sign }) => sign);
    assert.deepEqual(signs, ['silence']);
    const [proposal] = await listProposals(database, 1);
    assert.equal(
      proposal?.since,
      LAST,
      'from the last good sign on, and not since it is looked at',
    );
    await forgetObservations(database, AT + 40 * 86_400_000);
    const left = await database.query('select count(*)::int as n from incidents.seen_hour');
    assert.equal(left[0]?.['n'], 0);
  },
);

forBothDatabases(
  'where nothing is usual at night, a silence begins in the morning',
  async (database) => {
    const world = await openSeen(database);
    world.see(1, 'approved', 5, undefined, AT - 4 * 60 * MINUTE_MS); // the hours between are usually quiet
    await world.weeks(600);
    await world.propose();
    const [proposal] = await listProposals(database, 1);
    assert.equal(proposal?.since, Date.parse('2019-12-20T19:00:00+09:00'));
  },
);

async function openSeen(database: Database) {
  await database.script(`
    insert into programmes.issuer (key, name_ja, name_en) values ('hana', 'はな', 'Hana'), ('other', '別', 'Other');
  `);
  const clock = new MovedClock(AT);
  const holder = await holdIncidents({ connection: database, clock, places: () => PLACES });
  await addSystems(database, [
    { issuerId: 1, kind: 'aggregator', partyId: 1, key: 'net-1', nameJa: 'net', nameEn: 'net' },
    { issuerId: 1, kind: 'aggregator', partyId: 2, key: 'net-2', nameJa: 'net', nameEn: 'net' },
    ...CHAIN_NAMES.map((key, at) => ({
      issuerId: 1,
      kind: 'chain' as const,
      partyId: at + 1,
      key,
      nameJa: key,
      nameEn: key,
    })),
  ]);
  await holder.refresh(database);
  const observer = createObserver();
  const see = (
    chainId: number,
    kind: SeenKind,
    times: number,
    cause?: string,
    at = clock.now(),
  ) => {
    for (let time = 0; time < times; time += 1) {
      const seen = { issuerId: 1, chainId, sellerId: 1, phase: 'activate', kind, at } as const;
      observer.observe(cause === undefined ? seen : { ...seen, cause });
    }
  };
  const keep = () => keepObservations(database, observer);
  return {
    clock,
    holder,
    see,
    keep,
    propose: async () => proposeIncidents(database, holder.current(), clock.now()),
    desk: (issuerId = 1) => ({
      connection: database,
      issuerId,
      by: 'operator:1',
      now: clock.now(),
    }),
    systemOf: (kind: 'aggregator', partyId: number) =>
      holder.current().tree.findParty(kind, partyId)?.systemId,
    /** Four weeks in which each chain sold a card every half minute at this hour. */
    async weeks(anHour = 120) {
      for (const week of [1, 2, 3, 4]) {
        for (let chainId = 1; chainId <= 16; chainId += 1) {
          see(chainId, 'approved', anHour, undefined, AT - week * WEEK_MS);
        }
      }
      await keep();
    },
  };
}
