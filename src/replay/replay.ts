import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tillSide, type TillSide, type TillTally } from '../doors/till/index.ts';
import { verifyBooks } from '../instruments/index.ts';
import { present } from '../kernel/assert.ts';
import { MovedClock } from '../kernel/clock.ts';
import { openKeyRing, systemRandom } from '../kernel/crypto.ts';
import { migrate, openDatabase, type Database } from '../kernel/database/index.ts';
import { namedOrigin } from '../kernel/loopback.ts';
import { salesByHour, countSales } from '../sales/index.ts';
import { makeWorld, type People } from './make-world.ts';
import { Memory } from './memory.ts';
import { play, type Played, type Stage } from './play.ts';
import { newestMail, newestSms } from './post.ts';
import { readScenario, ScenarioWrong, type Scenario } from './scenario.ts';
import { signIn } from './staff.ts';
import { countCards } from './replay.sql.ts';

/** A server over a data folder that lives by the clock it is given. */
export interface ReplayServer {
  readonly httpUrl: string;
  readonly till: { readonly host: string; readonly port: number };
  stop(): Promise<void>;
}

export interface ReplayOptions {
  startServer(given: {
    readonly folder: string;
    readonly masterKey: Uint8Array;
    readonly clock: MovedClock;
  }): Promise<ReplayServer>;
  onBegin(scenario: Scenario): void;
  onStep(played: Played): void;
}

/**
 * Plays a scenario file through a server of its own, in a folder of its own that is thrown away: the real doors, and a
 * clock that stands still between two steps. Throws ScenarioWrong where the file cannot be played at all.
 */
export async function replay(path: string, options: ReplayOptions): Promise<readonly Played[]> {
  const scenario = readScenario(readFileSync(path, 'utf8'));
  options.onBegin(scenario);
  const folder = await mkdtemp(join(tmpdir(), 'kinken-replay-'));
  const clock = new MovedClock(scenario.begins);
  const masterKey = systemRandom.bytes(32);
  const memory = new Memory();
  let server: ReplayServer | undefined;
  try {
    const keys = openKeyRing(masterKey);
    const people = await inDatabase(folder, (database) =>
      makeWorld(scenario.world, { database, keys, clock, memory, sale: readSale(path, scenario) }),
    );
    server = await options.startServer({ folder, masterKey, clock });
    const running = server;
    const stage = stageOn(running, { scenario, clock, memory, people, folder });
    return await play(scenario, stage, (played) => options.onStep(played));
  } finally {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file of what is sold where stands beside the scenario. */
function readSale(path: string, { world }: Scenario): string | null {
  if (world.sale === null) return null;
  const file = join(dirname(path), world.sale);
  if (!existsSync(file)) {
    throw new ScenarioWrong([{ line: 1, message: `there is no file ${world.sale} beside it` }]);
  }
  return readFileSync(file, 'utf8');
}

async function inDatabase<Value>(
  folder: string,
  work: (database: Database) => Promise<Value>,
): Promise<Value> {
  const database = await openDatabase({ folder });
  try {
    await migrate(database);
    return await work(database);
  } finally {
    await database.close();
  }
}

interface StageParts {
  readonly scenario: Scenario;
  readonly clock: MovedClock;
  readonly memory: Memory;
  readonly people: People;
  readonly folder: string;
}

function stageOn(server: ReplayServer, parts: StageParts): Stage {
  const { scenario, clock, memory, people, folder } = parts;
  const sessions = new Map<string, Readonly<Record<string, string>>>();
  const tills = new Map<string, TillSide>();
  return {
    clock,
    memory,
    httpUrl: namedOrigin(server.httpUrl),
    async headersOf(name, visitor) {
      const apiKey = people.apiKeys.get(name);
      if (apiKey !== undefined) return { authorization: `Bearer ${apiKey}` };
      const enlisted = people.staff.get(name);
      if (enlisted === undefined) return null;
      const issuer = scenario.world.issuer.key;
      const headers = sessions.get(name) ?? (await signIn(visitor, enlisted, issuer));
      sessions.set(name, headers);
      return headers;
    },
    mail: (address, about, saying) => newestMail(folder, { address, about, saying }),
    sms: (number) => newestSms(folder, number),
    till(terminalCode) {
      const wanted = present(
        scenario.world.terminals.find((each) => each.terminalCode === terminalCode),
        `the world has a terminal ${terminalCode}`,
      );
      const till = tills.get(terminalCode) ?? tillSide({ ...server.till, ...wanted, clock });
      tills.set(terminalCode, till);
      return till;
    },
    async books() {
      for (const till of tills.values()) till.close();
      await server.stop();
      const books = await inDatabase(folder, (database) => readBooks(database, scenario, clock));
      return { ...books, tills: sumOf([...tills.values()].map(({ tally }) => tally)) };
    },
  };
}

function sumOf(tallies: readonly TillTally[]): TillTally {
  const sum: TillTally = { asked: 0, approved: 0, refused: 0, settled: 0, unsettled: 0 };
  for (const tally of tallies) {
    for (const key of Object.keys(sum) as (keyof TillTally)[]) sum[key] += tally[key];
  }
  return sum;
}

/** The proof of the books, every card by product and state, and what became of the activations. */
async function readBooks(
  database: Database,
  scenario: Scenario,
  clock: MovedClock,
): Promise<object> {
  const { ok, findings } = await verifyBooks(database);
  await countSales({ database, clock });
  const hours = await salesByHour(database, {
    issuerId: 1, // the only one
    productIds: null,
    sellerIds: null,
    tenderIds: null,
    from: scenario.begins,
    until: clock.now() + 1,
    kinds: ['activate'],
  });
  const sum = (of: 'accepted' | 'reversed'): number =>
    Number(hours.reduce((total, hour) => total + hour[of], 0n));
  const cards: Record<string, Record<string, number>> = {};
  for (const { product, state, cards: count } of await countCards(database)) {
    cards[product] = { ...cards[product], [state]: count };
  }
  const activations = {
    accepted: sum('accepted'),
    reversed: sum('reversed'),
    standing: sum('accepted') - sum('reversed'),
  };
  return { ok, findings, cards, activations };
}
