import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { openHouse } from '../../test/support/house.ts';
import { MovedClock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database/index.ts';
import { holdCatalogue } from '../programmes/index.ts';
import {
  advanceMaintenance,
  openIncident,
  planMaintenance,
  updateIncident,
} from './change-record.ts';
import { addSystems, changeSystem, createSystem, missingSystems } from './change-systems.ts';
import { holdIncidents, type IncidentHolder } from './hold-record.ts';
import { stateAt, type Affected } from './incident.ts';

const WORDS = { bodyJa: '調べています。', bodyEn: 'We are looking into it.', nextLookAt: null };
const TITLE = { titleJa: '障害', titleEn: 'Outage' };

forBothDatabases('systems come out of the catalogue by themselves, once', async (database) => {
  const { holder, places } = await openEmptyRecord(database);
  const missing = missingSystems(places(), holder.current().tree);
  assert.ok(missing.some(({ kind }) => kind === 'chain' || kind === 'seller'));
  await Promise.all([addSystems(database, missing), addSystems(database, missing)]);
  const { systems, tree } = await holder.refresh(database);
  assert.equal(systems.length, missing.length);
  assert.deepEqual(missingSystems(places(), tree), []);
});

forBothDatabases(
  'an incident covers components, each with its own start and recovery',
  async (database) => {
    const { holder, clock, desk, component } = await openRecord(database);
    const opened = await openIncident(desk(), {
      ...TITLE,
      ...WORDS,
      state: 'investigating',
      affected: [component(clock.now() - 60_000), { ...component(clock.now()), phase: 'activate' }],
    });
    assert.ok(opened.ok);
    const { incidentId } = opened.value;
    const attempt = { issuerId: 1, phase: 'redeem', at: clock.now() } as const;
    await holder.refresh(database);
    assert.equal(holder.current().affecting(attempt)?.since, clock.now() - 60_000);

    clock.advance(3_600_000);
    const recoveredAt = clock.now();
    const updated = await updateIncident(desk(), incidentId, {
      ...WORDS,
      state: 'monitoring',
      correctsId: null,
      affected: [{ ...component(startOf(holder)), recoveredAt }],
    });
    assert.ok(updated.ok);
    const record = await holder.refresh(database);
    assert.equal(record.affecting({ ...attempt, at: recoveredAt }), null);
    assert.ok(record.affecting({ ...attempt, at: recoveredAt - 1 }), 'what was, stays known');
    assert.ok(record.affecting({ issuerId: 1, phase: 'activate', at: recoveredAt }));
    const [incident] = record.incidents;
    assert.deepEqual(incident?.updates.at(-1)?.changed, [
      { systemId: component(0).systemId, phase: 'redeem', from: 'major_outage', to: 'operational' },
    ]);
  },
);

forBothDatabases(
  'a correction stands beside what it puts right, and only one does',
  async (database) => {
    const { clock, desk, component, holder } = await openRecord(database);
    const opened = await openIncident(desk(), {
      ...TITLE,
      ...WORDS,
      state: 'investigating',
      affected: [component(clock.now())],
    });
    assert.ok(opened.ok);
    const { incidentId, updateId } = opened.value;
    const correction = {
      ...WORDS,
      state: 'identified',
      correctsId: updateId,
      affected: [],
    } as const;
    assert.ok((await updateIncident(desk(), incidentId, correction)).ok);
    const again = await updateIncident(desk(), incidentId, correction);
    assert.equal(!again.ok && again.refusal, 'already_corrected');
    const unknown = await updateIncident(desk(), incidentId, { ...correction, correctsId: 999 });
    assert.equal(!unknown.ok && unknown.refusal, 'update_not_found');
    const { incidents } = await holder.refresh(database);
    assert.deepEqual(
      incidents[0]?.updates.map(({ correctsId }) => correctsId),
      [null, updateId],
    );
  },
);

forBothDatabases('what is resolved is over for everything that it touched', async (database) => {
  const { clock, desk, component, holder } = await openRecord(database);
  const opened = await openIncident(desk(), {
    ...TITLE,
    ...WORDS,
    state: 'investigating',
    affected: [component(clock.now())],
  });
  assert.ok(opened.ok);
  clock.advance(60_000);
  const end = { ...WORDS, state: 'resolved', correctsId: null, affected: [] } as const;
  assert.ok((await updateIncident(desk(), opened.value.incidentId, end)).ok);
  const [incident] = (await holder.refresh(database)).incidents;
  assert.equal(incident?.resolvedAt, clock.now());
  assert.equal(incident?.affected[0]?.recoveredAt, clock.now());
  const late = { ...end, state: 'postmortem' } as const;
  assert.ok((await updateIncident(desk(), opened.value.incidentId, late)).ok);
  const reopened = { ...end, state: 'investigating' } as const;
  assert.ok((await updateIncident(desk(), opened.value.incidentId, reopened)).ok);
  assert.equal((await holder.refresh(database)).incidents[0]?.resolvedAt, null);
});

forBothDatabases('what cannot be is refused, and nothing of it is written', async (database) => {
  const { clock, desk, component, holder } = await openRecord(database);
  const wanted = {
    ...TITLE,
    ...WORDS,
    state: 'investigating',
    affected: [component(clock.now())],
  } as const;
  const refusal = async (change: object, issuerId = 1) => {
    const opened = await openIncident(desk(issuerId), { ...wanted, ...change });
    return opened.ok ? 'done' : opened.refusal;
  };
  const { version } = await holder.refresh(database);
  assert.equal(await refusal({ state: 'scheduled' }), 'state_not_possible');
  assert.equal(await refusal({}, 2), 'component_not_found', "another issuer's component");
  const twice = [component(clock.now()), component(clock.now())];
  assert.equal(await refusal({ affected: twice }), 'component_twice');
  const tomorrow = [component(clock.now() + 86_400_000)];
  assert.equal(await refusal({ affected: tomorrow }), 'times_not_possible');
  const other = await updateIncident(desk(2), 1, { ...wanted, correctsId: null });
  assert.equal(!other.ok && other.refusal, 'incident_not_found');
  assert.equal((await holder.refresh(database)).version, version);
});

forBothDatabases(
  'maintenance is written down as begun and ended when its time has come',
  async (database) => {
    const { clock, desk, component, holder } = await openRecord(database);
    const start = clock.now() + 3_600_000;
    const planned = await planMaintenance(desk(), {
      ...TITLE,
      bodyJa: '更新します。',
      bodyEn: 'An update.',
      startsAt: start,
      endsAt: start + 3_600_000,
      components: [component(0)],
    });
    assert.ok(planned.ok);
    const words = () => ({ bodyJa: '予定どおりです。', bodyEn: 'As planned.' });
    const advance = async () => {
      const { incidents } = await holder.refresh(database);
      const due = incidents.filter((each) => stateAt(each, clock.now()) !== each.state);
      return advanceMaintenance(
        { connection: database, by: 'schedule', now: clock.now() },
        due,
        words,
      );
    };
    assert.equal(await advance(), 0);
    clock.advance(3_600_000);
    const both = await Promise.all([advance(), advance()]);
    assert.deepEqual(
      both.toSorted((one, other) => one - other),
      [0, 1],
      'two processes write it once',
    );
    assert.equal((await holder.refresh(database)).incidents[0]?.state, 'in_progress');
    clock.advance(3_600_000);
    assert.equal(await advance(), 1);
    const [over] = (await holder.refresh(database)).incidents;
    assert.equal(over?.state, 'completed');
    assert.equal(over?.resolvedAt, clock.now());
  },
);

forBothDatabases("an issuer's own systems name its own products only", async (database) => {
  const { desk, places, holder } = await openRecord(database);
  const wanted = {
    issuerId: 1,
    key: 'itunes',
    nameJa: '音楽',
    nameEn: 'Music',
    productIds: [1],
    phases: ['redeem'],
    position: 1,
    isShown: true,
  } as const;
  const systems = { ...desk(), places };
  const created = await createSystem(systems, wanted);
  assert.ok(created.ok);
  const twice = await createSystem(systems, wanted);
  assert.equal(!twice.ok && twice.refusal, 'key_taken');
  const foreign = await createSystem(systems, { ...wanted, key: 'x', productIds: [6] });
  assert.equal(!foreign.ok && foreign.refusal, 'product_not_found');
  const hidden = await changeSystem(systems, ({ key }) => key === wanted.key, {
    isShown: false,
  });
  assert.ok(hidden.ok);
  const { tree } = await holder.refresh(database);
  assert.equal(tree.find(created.value.systemId), undefined);
});

async function openEmptyRecord(database: Database) {
  const house = await openHouse(database); // for its catalogue
  await house.close();
  const catalogue = await holdCatalogue(database);
  const places = () => catalogue.current();
  const clock = new MovedClock(Date.parse('2026-03-02T03:00:00Z'));
  return { holder: await holdIncidents({ connection: database, clock, places }), places, clock };
}

async function openRecord(database: Database) {
  const { holder, places, clock } = await openEmptyRecord(database);
  await addSystems(database, missingSystems(places(), holder.current().tree));
  const { systems } = await holder.refresh(database);
  const own = systems.find(({ kind, issuerId }) => kind === 'issuer' && issuerId === 1);
  assert.ok(own);
  return {
    holder,
    clock,
    places,
    desk: (issuerId = 1) => ({
      connection: database,
      issuerId,
      by: 'operator:1',
      now: clock.now(),
    }),
    component: (startedAt: number): Affected => ({
      systemId: own.systemId,
      phase: 'redeem',
      status: 'major_outage',
      startedAt,
      recoveredAt: null,
    }),
  };
}

function startOf(holder: IncidentHolder): number {
  return (
    holder.current().incidents[0]?.affected.find(({ phase }) => phase === 'redeem')?.startedAt ?? 0
  );
}
