import assert from 'node:assert/strict';
import { openConsoleWorld } from '../../test/support/console-world.ts';
import { forBothDatabases } from '../../test/support/database.ts';
import { openSmallHouse } from '../../test/support/small-house.ts';
import { holdIncidents, openIncident, type IncidentHolder } from '../incidents/index.ts';
import { systemList } from './system-contract.ts';
import { systemRoutes } from './index.ts';

forBothDatabases(
  'systems of the status page are made and changed, but none that an incident is told of is hidden',
  async (database) => {
    const house = await openSmallHouse(database);
    const { catalogue, desk } = house;
    const incidents: IncidentHolder = await holdIncidents({
      connection: database,
      clock: desk.clock,
      places: () => catalogue.current(),
    });
    await using world = await openConsoleWorld(database, {
      routes: () => [systemRoutes({ incidents })],
    });
    const manager = await world.browser(await world.staff.operator('channel_manager'));
    const ask = (method: string, url: string, body?: unknown, browser = manager) => {
      const headers = { cookie: browser.cookie, 'kinken-csrf': browser.csrf };
      return world.ask({ method, url: `/systems${url}`, body, headers });
    };
    const core = { key: 'core', nameJa: '中核', nameEn: 'Core', phases: ['activate', 'redeem'] };
    const made = await ask('POST', '', { ...core, products: ['gift'] });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    assert.equal((await ask('PUT', '/core', { nameEn: 'Heart', position: 7 })).status, 200);
    const [shown] = systemList.parse((await ask('GET', '')).body).systems;
    assert.deepEqual(shown, {
      ...core,
      nameEn: 'Heart',
      kind: 'issuer',
      products: ['gift'],
      position: 7,
      isShown: true,
      dependsOn: [],
    });
    const system = incidents.current().tree.all.find(({ key }) => key === 'core');
    assert.equal(system?.nameEn, 'Heart', 'the page knows it at once');

    const now = world.http.clock.now();
    const [issuer] = catalogue.current().issuers.values();
    const affected = {
      systemId: system.systemId,
      phase: 'redeem',
      status: 'major_outage',
    } as const;
    const opened = await openIncident(
      { connection: database, issuerId: issuer!.issuerId, by: 'operator:1', now },
      {
        titleJa: '障害',
        titleEn: 'Outage',
        state: 'investigating',
        bodyJa: '調査中',
        bodyEn: 'We look',
        nextLookAt: null,
        affected: [{ ...affected, startedAt: now, recoveredAt: null }],
      },
    );
    assert.ok(opened.ok);
    for (const change of [{ isShown: false }, { phases: ['activate'] }]) {
      const refused = await ask('PUT', '/core', change);
      assert.deepEqual([refused.status, refused.body['code']], [409, 'component_affected']);
    }
    assert.equal((await ask('PUT', '/core', { phases: ['redeem'] })).status, 200);
    assert.equal((await ask('POST', '', core)).body['code'], 'key_taken');
    assert.equal((await ask('PUT', '/none', {})).status, 404);
    assert.equal((await ask('PUT', '/core', { products: ['none'] })).status, 404);
    const support = await world.browser(await world.staff.operator('support'));
    assert.equal((await ask('PUT', '/core', {}, support)).status, 403);
    const trail = await database.query(
      `select act, subject from operators.audit where act like 'system.%' order by audit_id`,
    );
    assert.deepEqual(
      trail.map(({ act, subject }) => `${String(act)} ${String(subject)}`),
      ['system.create small/core', 'system.change small/core', 'system.change small/core'],
    );
    await house.close();
  },
);
