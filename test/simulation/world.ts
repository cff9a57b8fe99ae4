/**
 * The world of one seed: processes that run the real engine on a simulated server, a network that loses,
 * doubles, reorders and delays, people who want things. Nothing in it waits for real time, and of all that
 * can happen next the seed's numbers choose one.
 */
import assert from 'node:assert/strict';
import { openKeyRing, type Random } from '../../src/kernel/crypto.ts';
import type { Clock, Instant } from '../../src/kernel/clock.ts';
import { MovedClock } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { seededRandom } from '../../src/kernel/seeded-random.ts';
import { openEngine, type RunningEngine } from '../../src/instruments/open-engine.ts';
import type { Operation } from '../../src/instruments/operation.ts';
import type { Outcome, RequestOutcome } from '../../src/instruments/outcome.ts';
import { holdCatalogue } from '../../src/programmes/index.ts';
import { START } from '../support/house.ts';
import { Oracle, type Request } from './oracle.ts';
import type { Plan } from './plans.ts';
import {
  type Event,
  NO_FAULTS,
  SimulatedServer,
  type SimulatedProcess,
} from './simulated-server.ts';

export const KEYS = openKeyRing(new Uint8Array(32).fill(7));

export interface WorldOptions {
  readonly seed: number;
  readonly processes: number;
  readonly writers: number;
  readonly batchMax: number;
  readonly queueMax: number;
}

/** How many a client repeats at once when all is calm. */
const BURST = 24;

interface Process {
  readonly skewMs: number; // clocks of processes on one database differ a little (R24)
  readonly wakers: (() => void)[]; // writers that pause
  running: SimulatedProcess | undefined;
  engine: RunningEngine | undefined;
}

/** On its way to a process. */
interface Message {
  readonly request: Request;
  readonly process: Process;
}

export class World {
  readonly random: Random;
  readonly clock = new MovedClock(START);
  readonly oracle = new Oracle();
  readonly server: SimulatedServer;
  readonly counts = { delivered: 0, dropped: 0, kills: 0, batches: 0 };
  readonly troubles: unknown[] = [];
  readonly #options: WorldOptions;
  readonly #processes: Process[];
  #messages: Message[] = [];

  constructor(real: Database, options: WorldOptions) {
    this.#options = options;
    this.random = seededRandom(options.seed);
    this.server = new SimulatedServer(real, this.random);
    this.#processes = Array.from({ length: options.processes }, (_, at) => ({
      skewMs: at * 200,
      wakers: [],
      running: undefined,
      engine: undefined,
    }));
  }

  get isQuiet(): boolean {
    const isAsleep = this.#processes.every(({ wakers }) => wakers.length === 0);
    return this.#messages.length === 0 && isAsleep && this.server.events().length === 0;
  }

  get messagesUnderWay(): number {
    return this.#messages.length;
  }

  /** Engines that run, to be asked. */
  engines(): RunningEngine[] {
    return this.#processes.flatMap(({ engine }) => (engine === undefined ? [] : [engine]));
  }

  pick<Value>(from: readonly Value[]): Value {
    return from[this.random.below(from.length)]!;
  }

  want(plan: Plan): Request {
    const { clientId, issuerId, requestId, act, isExclusive, isAdvice, sale } = plan;
    const operation = {
      clientId,
      issuerId,
      requestId,
      arrivedAt: 0, // told by the process that it arrives at
      ...act,
      ...(isExclusive === true ? { requestIdIsExclusive: true } : {}),
      ...(isAdvice === true ? { isAdvice: true } : {}),
      ...(sale === undefined ? {} : { sale }),
    } as Operation;
    return this.oracle.add(operation);
  }

  /** Puts a request on its way to some process, `copies` times; none: the message is lost. */
  send(request: Request, copies: number): void {
    for (let copy = 0; copy < copies; copy += 1) {
      this.#messages.push({ request, process: this.pick(this.#processes) });
    }
  }

  /** Everything that can happen next, apart from what people want. */
  events(): { server: Event[]; network: Event[]; timers: Event[] } {
    return {
      server: this.server.events(),
      network: this.#messages.map((message) => ({
        label: 'message',
        run: () => this.#deliver(message),
      })),
      timers: this.#processes.flatMap((process) =>
        process.wakers.map((wake) => ({
          label: 'timer',
          run: () => {
            process.wakers.splice(process.wakers.indexOf(wake), 1);
            wake();
          },
        })),
      ),
    };
  }

  #deliver(message: Message): void {
    this.#messages = this.#messages.filter((one) => one !== message);
    const { request, process } = message;
    const { engine, running } = process;
    if (engine === undefined) {
      this.counts.dropped += 1;
      return;
    }
    this.counts.delivered += 1;
    request.attempts += 1;
    request.undecided += 1;
    const arrivedAt = this.clock.now() - process.skewMs;
    request.arrivals.push(arrivedAt);
    engine.submit({ ...request.operation, arrivedAt }).then(
      (outcome) => {
        if (process.running === running) this.#answered(request, outcome);
      },
      (error: unknown) => {
        if (process.running === running) this.troubles.push(error);
      },
    );
  }

  #answered(request: Request, outcome: Outcome): void {
    if (outcome.outcome !== 'outcome_unknown') request.undecided -= 1;
    try {
      this.oracle.answered(request, outcome);
    } catch (error) {
      this.troubles.push(error);
    }
  }

  /** Starts the processes that do not run; while the database fails them they try again. */
  start(): void {
    for (const process of this.#processes) if (process.running === undefined) this.#open(process);
  }

  #open(process: Process): void {
    const running = this.server.openProcess();
    process.running = running;
    void this.#openEngine(process, running).then((engine) => {
      if (process.running === running) process.engine = engine;
    });
  }

  async #openEngine(process: Process, running: SimulatedProcess): Promise<RunningEngine> {
    const clock: Clock = { now: (): Instant => this.clock.now() - process.skewMs };
    const pause = (): Promise<void> =>
      new Promise((resolve) => {
        if (process.running === running) process.wakers.push(resolve);
      });
    const { writers, batchMax, queueMax } = this.#options;
    for (;;) {
      try {
        const catalogue = await holdCatalogue(running.database);
        return await openEngine({
          database: running.database,
          keys: KEYS,
          random: this.random,
          clock,
          catalogue,
          writers,
          batchMax,
          queueMax,
          pause,
          onBatch: () => {
            this.counts.batches += 1;
          },
        });
      } catch {
        await pause();
      }
    }
  }

  /** All that a process had in memory is gone, at whatever await it stood. */
  async kill(): Promise<void> {
    const alive = this.#processes.filter(({ running }) => running !== undefined);
    if (alive.length === 0) return;
    const process = this.pick(alive);
    this.counts.kills += 1;
    const { running } = process;
    process.running = undefined;
    process.engine = undefined;
    process.wakers.length = 0;
    await running?.kill();
  }

  /** Closes as after Ctrl-C. */
  async close(): Promise<void> {
    await this.drive(Promise.all(this.engines().map((engine) => engine.close())));
  }

  /** Lets everything happen, without faults, until something is there. */
  async drive<Value>(wanted: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const { faults } = this.server;
    this.server.faults = NO_FAULTS;
    const settle = (): void => {
      isSettled = true;
    };
    wanted.then(settle, settle);
    for (;;) {
      await settled();
      if (isSettled) break;
      const { server, timers, network } = this.events();
      const events = [...server, ...timers, ...network];
      assert.ok(events.length > 0, 'something is waited for that nothing will bring');
      await this.pick(events).run();
    }
    this.server.faults = faults;
    return wanted;
  }

  /** Sends requests, some at a time, until each is answered for good. */
  async submitAll(requests: readonly Request[], engine: RunningEngine): Promise<void> {
    let left = [...requests];
    while (left.length > 0) {
      const some = left.slice(0, BURST);
      const outcomes = await this.drive(
        Promise.all(some.map((request) => this.#submit(request, engine))),
      );
      const busy = some.filter((_, at) => outcomes[at]?.outcome === 'not_done');
      left = [...busy, ...left.slice(BURST)];
      this.throwTroubles();
    }
  }

  async #submit(request: Request, engine: RunningEngine): Promise<Outcome> {
    request.attempts += 1;
    request.undecided += 1;
    const arrivedAt = this.clock.now();
    request.arrivals.push(arrivedAt);
    const outcome = await engine.submit({ ...request.operation, arrivedAt });
    this.#answered(request, outcome);
    return outcome;
  }

  /** What the engine says became of a request. */
  find(request: Request, engine: RunningEngine): Promise<RequestOutcome> {
    const { operation } = request;
    const { clientId, issuerId, requestId } = operation;
    const isNameless = operation.kind === 'issue' || operation.kind === 'fund';
    const card = 'card' in operation && operation.card !== null ? operation.card : undefined;
    return engine.findRequest({ clientId, issuerId }, requestId, isNameless ? null : card);
  }

  throwTroubles(): void {
    if (this.troubles.length > 0) throw this.troubles[0];
  }
}

/** Lets all that is ready run until it waits for something of ours again. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
