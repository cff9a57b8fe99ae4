import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { forBothDatabases } from '../../test/support/database.ts';
import { openHouse } from '../../test/support/house.ts';
import { MovedClock, wallClock } from '../kernel/clock.ts';
import { openKeyRing } from '../kernel/crypto.ts';
import { createLog } from '../kernel/log.ts';
import { createSeller, holdCatalogue } from '../programmes/index.ts';
import { holdSwitchboard } from '../suspensions/index.ts';
import { startSwitch } from './open-switch.ts';

forBothDatabases(
  'a process without sales hears of a catalogue that another has changed',
  async (database, context) => {
    await (await openHouse(database)).close(); // for its catalogue
    const catalogue = await holdCatalogue(database);
    const rounds = startSwitch({
      database,
      clock: new MovedClock(wallClock.now()),
      keys: openKeyRing(new Uint8Array(32).fill(7)),
      log: createLog({ level: 'silent', isTerminal: false, write: () => {} }),
      catalogue,
      switches: await holdSwitchboard(database),
      hasDemo: false,
    });
    context.after(() => rounds.stop());
    const [issuer] = [...catalogue.current().issuers.values()];
    assert.ok(issuer);
    const wanted = { key: 'new-shop', nameJa: '新しい店', nameEn: 'New shop', chain: null };
    const desk = { connection: database, record: async () => {}, clock: wallClock, actor: 'test' };
    const made = await createSeller(desk, issuer.key, wanted);
    assert.ok(made.ok, JSON.stringify(made));
    for (let tries = 0; tries < 100; tries += 1) {
      if (catalogue.current().findSeller(issuer.issuerId, 'new-shop') !== undefined) return;
      await pause(100);
    }
    assert.fail('the seller is not known after ten seconds');
  },
);
