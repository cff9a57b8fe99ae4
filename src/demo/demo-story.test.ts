import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { holdIncidents, isOverAt } from '../incidents/index.ts';
import { openEngine, verifyBooks } from '../instruments/index.ts';
import { wallClock } from '../kernel/clock.ts';
import { openKeyRing, systemRandom } from '../kernel/crypto.ts';
import { holdCatalogue } from '../programmes/index.ts';
import { holdDesks } from '../questions/index.ts';
import { countSales, refusalsByCause, salesByHour } from '../sales/index.ts';
import { holdSwitchboard, phaseInForce } from '../suspensions/index.ts';
import { makeDemoParties, makeDemoValue, type DemoTools } from './index.ts';

forBothDatabases('whoever starts the demo sees that something has happened', async (database) => {
  const catalogue = await holdCatalogue(database);
  const clock = wallClock;
  const tools: DemoTools = {
    connection: database,
    catalogue,
    keys: openKeyRing(new Uint8Array(32).fill(9)),
    clock,
    random: systemRandom,
    refreshClients: async () => undefined,
  };
  await makeDemoParties(tools);
  const engine = await openEngine({ ...tools, database });
  await makeDemoValue(tools, engine);
  await makeDemoValue(tools, engine); // a start that was killed at its very end

  const [issuerId = 0] = catalogue.current().issuers.keys();
  await countSales({ database, clock });
  const now = clock.now();
  const all = { issuerId, productIds: null, sellerIds: null, tenderIds: null };
  const day = { from: now - 86_400_000, until: now + 1 };
  const hours = await salesByHour(database, { ...all, ...day });
  assert.ok(hours.length >= 3, 'sales of the last hours');
  assert.equal(
    hours.reduce((sum, { accepted, refused }) => sum + accepted + refused, 0n),
    90n,
  );
  const causes = await refusalsByCause(database, { issuerId, ...day });
  assert.deepEqual([...new Set(causes.map(({ refusal }) => refusal))], ['amount_not_allowed']);

  const stops = (await holdSwitchboard(database)).current().all(issuerId);
  assert.equal(stops.filter((stop) => phaseInForce(stop, now + 2_000) !== null).length, 1);
  const places = () => catalogue.current();
  const { systems, incidents } = (
    await holdIncidents({ connection: database, clock, places })
  ).current();
  assert.ok(systems.length >= 8, 'everything that is connected has its components');
  assert.deepEqual(
    incidents.map((incident) => isOverAt(incident, now)),
    [true],
  );
  assert.equal((await holdDesks(database)).current().desks.length, 3);

  await engine.close();
  assert.deepEqual((await verifyBooks(database)).findings, []);
});
