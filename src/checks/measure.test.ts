import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { measureChecks, type Rates } from './measure.ts';
import { openCheckingHouse } from './testing/checking-house.ts';
import { madeUpDns, makeCollection } from './testing/make-collection.ts';

const SEED = 20_231_206;

forBothDatabases(
  'on a collection the register is right about every mail, and opinions are told as rates',
  async (database) => {
    const house = await openCheckingHouse(database, madeUpDns);
    const sizes = { part: 'tuned' as const, mails: 40, urls: 1_000, honest: 2_000 };
    const collection = await makeCollection(house, sizes, SEED);
    const measured = await measureChecks(house.parts, collection, [0.001, 0.01]);
    assert.deepEqual(measured.register, { right: 120, wrong: [] }, `seed ${SEED}`);
    const { mails, urls, urlsWithLists } = measured;
    for (const { atRates } of [mails, urls, urlsWithLists]) {
      for (const { rate, at } of atRates) assert.ok(at && at.accused <= rate && at.found > 0);
    }
    const found = (rates: Rates) => rates.atRates[1]?.at?.found ?? 0;
    assert.ok(found(urlsWithLists) > found(urls), 'lists find what looks like nothing');
    assert.ok(found(urls) < 0.3, 'most forged hosts have nothing of ours: no look finds them');
    assert.ok(urls.asTold.accused < 0.01, `honest hosts accused: ${urls.asTold.accused}`);
    assert.ok(mails.asTold.accused < 0.02, `honest mails accused: ${mails.asTold.accused}`);
    const signed = mails.opinions.find(({ opinion }) => opinion === 'signature_of_stranger');
    assert.ok((signed?.forged ?? 0) > 0 && (signed?.honest ?? 0) > 0, 'both are validly signed');

    const taken = { ...collection.mails[1]!, label: 'ours' as const, name: 'labelled wrongly' };
    const again = await measureChecks(
      house.parts,
      { mails: [taken], urls: [], honest: [] },
      [0.01],
    );
    assert.equal(again.register.wrong[0]?.name, 'labelled wrongly', 'what is wrong is named');
    assert.equal(again.urls.atRates[0]?.at, null);
  },
);
