/** One seed: trouble first, then calm, in which everybody learns the truth, then everything is taken back. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Database } from '../../src/kernel/database/index.ts';
import { seededRandom } from '../../src/kernel/seeded-random.ts';
import { openMint } from '../../src/instruments/mint.ts';
import type { RunningEngine } from '../../src/instruments/open-engine.ts';
import type { CardReference } from '../../src/instruments/operation.ts';
import type { RequestOutcome } from '../../src/instruments/outcome.ts';
import { verifyBooks } from '../../src/instruments/verify.ts';
import { holdCatalogue, type Product } from '../../src/programmes/index.ts';
import { isSettled, type Request } from './oracle.ts';
import { judgeFound, judgeRange, learnFrom } from './judge.ts';
import { nextPlan, planReversal } from './plans.ts';
import { type Faults, faultsOf, POISON } from './simulated-server.ts';
import {
  changeCatalogue,
  judgeSpends,
  readBooks,
  resetBooks,
  type Books,
} from './simulated-books.ts';
import { judgeStops, moveSwitch } from './simulated-switch.ts';
import { WhoIsWho } from './who-is-who.ts';
import { KEYS, settled, World } from './world.ts';

export interface SeedReport {
  readonly seed: number;
  readonly requests: number;
  readonly accepted: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly refusals: ReadonlyMap<string, number>;
  /** Over every lane's chain and every answer: the same seed gives the same. */
  readonly digest: string;
}

const REQUESTS = [12, 12, 20, 20, 60] as const; // short stories are many, and long ones are among them
const STEPS_MAX = 2_500;
const HOUR_MS = 3_600_000;
const MOVES_MS = [1, 500, 30_000, HOUR_MS, 9 * HOUR_MS, 24 * HOUR_MS, 95 * 24 * HOUR_MS];

export async function runSeed(real: Database, seed: number): Promise<SeedReport> {
  await resetBooks(real);
  const random = seededRandom(seed * 7 + 3);
  const world = new World(real, {
    seed,
    processes: 1 + random.below(2),
    writers: 1 + random.below(2),
    batchMax: [1, 3, 50][random.below(3)]!,
    queueMax: random.below(6) === 0 ? 4 : 1_000,
  });
  const { products } = (await holdCatalogue(real)).current();
  const run = new Run(real, world, REQUESTS[random.below(REQUESTS.length)]!);
  await run.fill(products);
  await run.trouble(faultsOf(random));
  await run.calm();
  await run.takeBack();
  return run.finish(seed);
}

class Run {
  readonly #real: Database;
  readonly #world: World;
  readonly #known = {
    cards: [] as CardReference[],
    wallets: [] as CardReference[],
    foreignCards: [] as CardReference[],
    holds: [] as bigint[],
    instruments: [] as bigint[],
    items: [] as bigint[],
  };
  readonly #whoIsWho: WhoIsWho;
  readonly #requestsMax: number;
  #seen: { readonly writes: number; readonly books: Books } | undefined;
  #plans = 0;
  #isRough = false;
  #killChance = 0;

  constructor(real: Database, world: World, requestsMax: number) {
    this.#real = real;
    this.#world = world;
    this.#requestsMax = requestsMax;
    this.#whoIsWho = new WhoIsWho(world.oracle);
  }

  /** Cards from the printer, and the processes started. */
  async fill(products: ReadonlyMap<number, Product>): Promise<void> {
    const world = this.#world;
    world.start();
    while (world.engines().length === 0) await this.#step(world.events().server);
    const [engine] = world.engines();
    const mint = openMint(KEYS, world.random, engine!.laneCount);
    const kinds = [2, 2, 2, 3, 3, 3, 4, 4, 5, 6];
    const stock: Request[] = [];
    for (const [at, productId] of kinds.entries()) {
      const minted = mint.mintAnywhere(products.get(productId)!);
      // Every third card was brought in: its code lives in another lane, and a signpost stands there.
      const other = at % 3 === 2 ? mint.mintAnywhere(products.get(productId)!) : minted;
      const card = { ...minted, code: other.code, hidden: other.hidden };
      const issuerId = productId === 6 ? 2 : 1;
      const request = world.want({
        clientId: issuerId === 2 ? 3 : 1,
        issuerId,
        requestId: `stock-${at}`,
        act: {
          kind: 'stock',
          productId,
          lane: card.lane,
          cards: [{ number: card.number, code: card.hidden, faceMinor: null, opening: null }],
        },
      });
      stock.push(request);
      this.#know(productId, { by: 'number', number: card.number! });
      if (card.code === null) continue;
      this.#whoIsWho.numbers.set(card.code, card.number!);
      this.#known.cards.push({ by: 'code', code: card.code });
    }
    await world.submitAll(stock, engine!);
    await this.#sellSome(engine!);
  }

  /** So that there is something to lose from the start. */
  async #sellSome(engine: RunningEngine): Promise<void> {
    const world = this.#world;
    const some = this.#known.cards.filter((card) => card.by === 'number');
    const sold = some.slice(world.random.below(4)).map((card, at) =>
      world.want({
        clientId: 1,
        issuerId: 1,
        requestId: `sale-${at}`,
        act: {
          kind: 'activate',
          card,
          amountMinor: 5_000n,
          unit: 'JPY',
          funding: { from: 'seller', sellerId: 1 },
        },
      }),
    );
    await world.submitAll(sold, engine);
  }

  #know(productId: number, card: CardReference): void {
    if (productId === 6) this.#known.foreignCards.push(card);
    else this.#known.cards.push(card);
    if (productId === 4 || productId === 5) this.#known.wallets.push(card);
  }

  /** Everything at once, until everybody has had enough. */
  async trouble(faults: Faults): Promise<void> {
    const world = this.#world;
    this.#isRough = faults.refuseRoughly > 0;
    this.#killChance = world.random.below(3) * 6;
    world.server.faults = faults;
    for (let step = 0; step < STEPS_MAX; step += 1) {
      await settled();
      const isEnough = this.#plans >= this.#requestsMax && world.isQuiet;
      if (isEnough) break;
      await this.#somethingHappens();
      world.throwTroubles();
    }
    world.server.faults = { ...faults, refuse: 0, refuseRoughly: 0, lose: 0, delay: 0, away: 0 };
  }

  async #somethingHappens(): Promise<void> {
    const world = this.#world;
    const { random } = world;
    const { server, network, timers } = world.events();
    const dice = random.below(1000);
    if (dice < this.#killChance) await world.kill();
    else if (dice < 30) world.clock.advance(world.pick(MOVES_MS));
    else if (dice < 38) await this.#changeCatalogue();
    else if (dice < 46) await moveSwitch(this.#real, world);
    else if (dice < 70) world.start();
    else if (dice < 100) this.#ask();
    else if (dice < 260) this.#somebodyWants();
    else if (dice < 320 && timers.length > 0) await world.pick(timers).run();
    else if (dice < 560 && network.length > 0) await world.pick(network).run();
    else await this.#step(server);
  }

  /** The server goes on; whenever a transaction has ended the books are looked at. */
  async #step(events: readonly { run: () => unknown }[]): Promise<void> {
    const { server } = this.#world;
    if (events.length > 0) await this.#world.pick(events).run();
    await settled();
    if (server.isBetweenTransactions && events.length > 0) await this.#look();
  }

  async #changeCatalogue(): Promise<void> {
    const { server, random } = this.#world;
    if (server.isBetweenTransactions) await changeCatalogue(this.#real, random);
  }

  /** Something new, the same again, or the order to undo something: overtaken, doubled or lost. */
  #somebodyWants(): void {
    const world = this.#world;
    const { random, oracle } = world;
    const copies = [0, 1, 1, 1, 1, 1, 1, 2, 2, 3][random.below(10)]!;
    const old = oracle.requests.filter(({ operation }) => operation.kind !== 'stock');
    const dice = random.below(10);
    if (old.length > 0 && dice < 2) {
      world.send(world.pick(old), copies);
      return;
    }
    if (this.#plans >= this.#requestsMax) return;
    if (old.length > 0 && dice < 4) {
      this.#reverse(world.pick(old.slice(-12)), copies);
      return;
    }
    const plan = nextPlan({ ...this.#known, requests: oracle.requests }, random, this.#plans);
    if (plan === undefined) return;
    this.#plans += 1;
    world.send(world.want(plan), copies);
  }

  #reverse(original: Request, copies: number): void {
    const { operation } = original;
    if (operation.requestId.startsWith(POISON) || operation.kind === 'reverse') return;
    const { reversal } = original;
    if (reversal === undefined || reversal.known?.outcome === 'refused') {
      this.#plans += 1;
      const again = reversal === undefined ? 0 : this.#plans;
      original.reversal = this.#world.want(planReversal(operation, again));
    }
    this.#world.send(original.reversal!, copies);
  }

  /** Asking changes nothing, and never says less than was answered before (R6). */
  #ask(): void {
    const world = this.#world;
    const engines = world.engines();
    if (engines.length === 0 || world.oracle.requests.length === 0) return;
    const request = world.pick(world.oracle.requests);
    const { known } = request;
    if (known === undefined || world.oracle.isAmbiguous(request)) return;
    world.find(request, world.pick(engines)).then(
      (found) => {
        try {
          judgeFound(request, known, found.outcome);
        } catch (error) {
          world.troubles.push(error);
        }
      },
      () => undefined, // the database is away, and says so
    );
  }

  /** Looks at the tables themselves: nothing is made or lost, and every card has what its answers say. */
  async #look(): Promise<void> {
    const { writes } = this.#world.server;
    if (this.#seen?.writes !== writes) this.#seen = { writes, books: await readBooks(this.#real) };
    const { books } = this.#seen;
    for (const [number, id] of books.numbers) this.#whoIsWho.ids.set(number, id);
    this.#known.items = books.items;
    this.#known.instruments = [...books.cards.keys()];
    this.#learn();
    this.#judge(books, 'within');
  }

  #learn(): void {
    const { holds, cards } = this.#known;
    for (const { known } of this.#world.oracle.requests) {
      if (known?.outcome !== 'accepted') continue;
      const { holdId, kind, code } = known.done;
      if (kind === 'hold' && holdId !== null && !holds.includes(holdId)) holds.push(holdId);
      if (kind !== 'issue' || code === null) continue;
      if (!cards.some((card) => card.by === 'code' && card.code === code)) {
        cards.push({ by: 'code', code });
      }
    }
  }

  #judge(books: Books, how: 'within' | 'exactly'): void {
    const { oracle } = this.#world;
    const ranges = oracle.balances((request, which) => this.#whoIsWho.cardOf(request, which));
    for (const [id, balance] of books.cards) {
      const range = ranges.get(id) ?? { least: 0n, most: 0n };
      if (how === 'within' && !ranges.has(id)) continue; // issued, and not answered yet
      judgeRange(`card ${id}`, balance, range, how);
    }
    for (const [merchantId, owed] of books.merchants) {
      const range = oracle.owed(merchantId, (request) => this.#whoIsWho.merchantOf(request));
      judgeRange(`merchant ${merchantId}`, owed, range, how);
    }
    const funds = oracle.funds(1);
    if (funds !== null) judgeRange('paid-in funds', books.funds, funds, how);
  }

  /** No more faults: what is under way arrives, and every client repeats until it knows. */
  async calm(): Promise<void> {
    const world = this.#world;
    world.start();
    await this.#untilQuiet();
    const [engine] = world.engines();
    assert.ok(engine !== undefined);
    await this.#learnTruth(engine);
    await this.#look();
    this.#judge(await readBooks(this.#real), 'exactly');
  }

  async #untilQuiet(): Promise<void> {
    const world = this.#world;
    for (;;) {
      await settled();
      world.throwTroubles();
      const { server, network, timers } = world.events();
      const events = [...server, ...network, ...timers];
      if (events.length === 0) break;
      await this.#step(events);
    }
  }

  /** Every client asks, repeats and asks again: what was proved undone is not seen, all else is known. */
  async #learnTruth(engine: RunningEngine): Promise<void> {
    const world = this.#world;
    const { oracle } = world;
    const undone = oracle.requests.filter(
      (one) => one.known === undefined && isSettled(one) && !oracle.isAmbiguous(one),
    );
    await this.#find(undone, engine, ({ name }, found) => {
      const isClosed = found.outcome === 'reversed'; // by a reversal that came first
      assert.ok(isClosed || found.outcome === 'not_seen', `${name} was proved undone`);
    });
    const tried = oracle.requests.filter(({ attempts }) => attempts > 0);
    await world.submitAll(tried, engine);
    const clear = tried.filter((one) => !oracle.isAmbiguous(one));
    await this.#find(clear, engine, learnFrom);
  }

  async #find(
    requests: readonly Request[],
    engine: RunningEngine,
    learn: (request: Request, found: RequestOutcome) => void,
  ): Promise<void> {
    const world = this.#world;
    const finding = requests.map((request) => world.find(request, engine));
    const found = await world.drive(Promise.all(finding));
    requests.forEach((request, at) => learn(request, found[at]!));
  }

  /** Everything that can be taken back is; what cannot says why, and the books still agree. */
  async takeBack(): Promise<void> {
    const world = this.#world;
    const [engine] = world.engines();
    const reversals: Request[] = [];
    for (const original of world.oracle.requests.toReversed()) {
      const { operation, known } = original;
      if (operation.kind === 'reverse' || operation.kind === 'stock') continue;
      if (operation.requestId.startsWith(POISON) || known?.outcome !== 'accepted') continue;
      this.#plans += 1;
      reversals.push(world.want(planReversal(operation, this.#plans)));
    }
    await world.submitAll(reversals, engine!);
    await this.#look();
    this.#judge(await readBooks(this.#real), 'exactly');
  }

  async finish(seed: number): Promise<SeedReport> {
    const world = this.#world;
    await world.close();
    world.throwTroubles();
    const report = await verifyBooks(this.#real);
    assert.deepEqual(report.findings, []);
    await judgeSpends(this.#real);
    await judgeStops(this.#real, world.oracle.requests);
    const { requests } = world.oracle;
    const refusals = new Map<string, number>();
    for (const { known } of requests) {
      if (known?.outcome !== 'refused') continue;
      refusals.set(known.refusal, (refusals.get(known.refusal) ?? 0) + 1);
    }
    const broken = requests.filter(
      ({ known, operation }) =>
        known?.outcome === 'refused' &&
        known.refusal === 'internal' &&
        !operation.requestId.startsWith(POISON),
    );
    assert.ok(this.#isRough || broken.length === 0, `broken: ${broken[0]?.name}`);
    const accepted = requests.filter(({ known }) => known?.outcome === 'accepted').length;
    return {
      seed,
      requests: requests.length,
      accepted,
      counts: { ...world.counts, ...world.server.counts },
      refusals,
      digest: await this.#digest(),
    };
  }

  async #digest(): Promise<string> {
    const hash = createHash('sha256');
    const lanes = await this.#real.query('select last_hash from ledger.lane order by lane');
    for (const row of lanes) hash.update(row['last_hash'] as Uint8Array);
    for (const { name, answers } of this.#world.oracle.requests) {
      hash.update(`${name} ${answers.map(({ outcome }) => outcome).join(' ')}\n`);
    }
    return hash.digest('hex');
  }
}
