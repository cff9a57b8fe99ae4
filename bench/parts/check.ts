import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkMessage, measureChecks, type Rates } from '../../src/checks/index.ts';
import { NOTHING, openCheckingHouse } from '../../src/checks/testing/checking-house.ts';
import { madeUpDns, makeCollection } from '../../src/checks/testing/make-collection.ts';
import { monotonicMs } from '../../src/kernel/clock.ts';
import { migrate, openDatabase } from '../../src/kernel/database/index.ts';
import { ms, type BenchPart, type Figure } from '../part.ts';

const SEED = 20_231_206;
const SIZES = { part: 'unseen' as const, mails: 200, urls: 3_000, honest: 6_000 };
const RATES = [0.001, 0.01];
const WANTED_MS = 1_000;

/** "Is this from you?" on a made-up collection: the register, the second opinions, and how long one answer takes. */
export const check: BenchPart = {
  name: 'check',
  isLong: false,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'kinken-bench-'));
    const database = await openDatabase({ folder });
    try {
      await migrate(database);
      const house = await openCheckingHouse(database, madeUpDns);
      const collection = await makeCollection(house, SIZES, SEED);
      const measured = await measureChecks(house.parts, collection, RATES);
      const { right, wrong } = measured.register;
      const durations: number[] = [];
      for (const { bytes } of collection.mails) {
        const before = monotonicMs();
        const asker = { issuerId: null, recipients: [] };
        await checkMessage(house.parts, { ...NOTHING, mail: bytes }, asker);
        durations.push(monotonicMs() - before);
      }
      const sorted = durations.toSorted((one, other) => one - other);
      const [middle, late] = [0.5, 0.99].map((at) => sorted[Math.floor(sorted.length * at)] ?? 0);
      return [
        {
          what: 'The register is right about',
          ours: `${right} of ${right + wrong.length} mails`,
          beside: 'all',
          ratio: '',
          note: 'a third each: ours, forged, honest mails of others',
        },
        ...figuresOf('forged mails', measured.mails),
        ...figuresOf('forged addresses, by their look', measured.urls),
        ...figuresOf('forged addresses, with lists of the days before', measured.urlsWithLists),
        {
          what: 'One mail is checked in',
          ours: `p50 ${ms(middle ?? 0)}, p99 ${ms(late ?? 0)}`,
          beside: ms(WANTED_MS),
          ratio: '',
          note: 'PGlite; the DNS answers at once',
        },
      ];
    } finally {
      await database.close();
      rmSync(folder, { recursive: true });
    }
  },
};

function figuresOf(what: string, { forged, honest, atRates, asTold }: Rates): readonly Figure[] {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const line = (name: string, at: Rates['asTold'] | null): Figure => ({
    what: `Second opinions find of ${what}, ${name}`,
    ours: at === null ? 'nothing' : percent(at.found),
    beside: at === null ? '' : `${percent(at.accused)} of what is honest accused`,
    ratio: '',
    note: `${forged} forged, ${honest} honest${at === null ? '' : `; from ${at.bound} points`}`,
  });
  return [
    ...atRates.map(({ rate, at }) => line(`at ${percent(rate)} at most`, at)),
    line('as people are told', asTold),
  ];
}
