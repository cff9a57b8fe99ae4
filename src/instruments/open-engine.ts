import type { Clock } from '../kernel/clock.ts';
import type { KeyRing, Random } from '../kernel/crypto.ts';
import type { Connection, Database } from '../kernel/database/index.ts';
import { LANES_OF_A_NEW_DATABASE, laneOfId } from '../kernel/ids.ts';
import { HouseDirectory, type HouseKey, countLanes, makeLanes } from '../ledger/index.ts';
import type { CatalogueHolder, Catalogue } from '../programmes/index.ts';
import { holdSwitchboard, type SwitchboardHolder } from '../suspensions/index.ts';
import type { GateState } from './draft.ts';
import type { Engine } from './engine.ts';
import { findSealedCard } from './inquire.sql.ts';
import { findRequest, inquireBalance, listTransfers, readFunds } from './inquire.ts';
import { openMint } from './mint.ts';
import type { Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import { homeOf, prepare } from './prepare.ts';
import { Writer, type BatchNote } from './writer.ts';

export interface EngineOptions {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly random: Random;
  readonly clock: Clock;
  readonly catalogue: CatalogueHolder;
  /** The switch as the whole process knows it; absent: the engine holds one for itself. */
  readonly switchboard?: SwitchboardHolder;
  readonly lanesOfANewDatabase?: number; // 1 to 256; an old one keeps its own
  readonly writers?: number; // each owns a share of the lanes
  readonly batchMax?: number;
  readonly queueMax?: number; // operations that may wait, over all writers
  readonly onBatch?: (note: BatchNote) => void;
  readonly onTrouble?: (trouble: { readonly what: string; readonly error: unknown }) => void;
  /** How a writer waits for a database that is away; a simulation has a time of its own. */
  readonly pause?: (ms: number) => Promise<void>;
}

export interface RunningEngine extends Engine {
  readonly laneCount: number;
  /** Operations that wait for their batch. */
  waiting(): number;
  /** Takes nothing new, answers everything it has taken, and lets its connections go. */
  close(): Promise<void>;
}

/** Three writers keep two cores busy while one waits: bench/results/tried.md. */
const DEFAULTS = { writers: 3, batchMax: 400, queueMax: 20_000 };

const DRAINING: Outcome = { outcome: 'not_done', cause: 'draining', retryAfterMs: 1_000 };
const BUSY: Outcome = { outcome: 'not_done', cause: 'busy', retryAfterMs: 1_000 };

/** Makes the lanes of a new database, names the house accounts and starts the writers. */
export async function openEngine(options: EngineOptions): Promise<RunningEngine> {
  const { database, catalogue, keys } = options;
  const laneCount = await findLaneCount(database, options.lanesOfANewDatabase);
  const houses = new HouseDirectory();
  await houses.load(database);
  const switchboard = options.switchboard ?? (await holdSwitchboard(database));
  const gateNow = (): GateState => ({
    catalogue: catalogue.current(),
    switchboard: switchboard.current(),
  });
  let ready = gateNow(); // what the writers go by: its house accounts have names
  await houses.ensure(database, housesOf(ready.catalogue));
  const makeReady = async (on: Connection): Promise<void> => {
    const next = gateNow();
    const isNew = next.catalogue !== ready.catalogue;
    if (isNew) await houses.ensure(on, housesOf(next.catalogue));
    ready = next;
  };
  const mint = openMint(keys, options.random, laneCount);
  const writerCount = Math.min(options.writers ?? DEFAULTS.writers, laneCount);
  const writers = Array.from({ length: writerCount }, () => {
    const connection = database.connect();
    const writer = new Writer({
      connection,
      houses,
      laneCount,
      batchMax: options.batchMax ?? DEFAULTS.batchMax,
      queueMax: Math.ceil((options.queueMax ?? DEFAULTS.queueMax) / writerCount),
      gate: () => ready,
      refreshGate: async (on, { version, epoch }) => {
        await catalogue.refresh(on, version);
        await switchboard.refresh(on, epoch);
        await makeReady(on);
      },
      ...(options.onBatch === undefined ? {} : { onBatch: options.onBatch }),
      ...(options.onTrouble === undefined ? {} : { onTrouble: options.onTrouble }),
      ...(options.pause === undefined ? {} : { pause: options.pause }),
    });
    return { writer, connection };
  });
  let isDraining = false;
  const reading = { database, keys, clock: options.clock, catalogue, houses, laneCount };

  async function submit(operation: Operation): Promise<Outcome> {
    if (isDraining) return DRAINING;
    const tools = { keys, mint, laneCount, catalogue: catalogue.current() };
    const home = homeOf(operation, tools);
    const writer = writerOf(home.lane);
    if (writer.isFull) return BUSY;
    const outcome = await new Promise<Outcome>((resolve) =>
      writer.take(prepare(operation, home, tools, resolve)),
    );
    return withCode(outcome);
  }

  /** The writer that owns its home; one more lane is taken wherever it is owned. */
  function writerOf(lane: number): Writer {
    const chosen = writers[lane % writers.length] ?? writers[0];
    return chosen!.writer;
  }

  /** A repeated issue shows the code that the first one made: it is unsealed, never stored in the answer (R5). */
  async function withCode(outcome: Outcome): Promise<Outcome> {
    if (
      outcome.outcome !== 'accepted' ||
      outcome.done.kind !== 'issue' ||
      outcome.done.code !== null
    ) {
      return outcome;
    }
    const { instrumentId } = outcome.done;
    try {
      const [card] =
        instrumentId === null
          ? []
          : await findSealedCard(database, { lane: laneOfId(instrumentId), instrumentId });
      const code = card?.codeSealed == null ? null : keys.unseal(card.codeSealed);
      return { ...outcome, done: { ...outcome.done, code, number: card?.number ?? null } };
    } catch (error) {
      options.onTrouble?.({ what: 'an issued code could not be read again', error });
      return { outcome: 'outcome_unknown' }; // done, but an answer without the code would be no repeat
    }
  }

  return {
    laneCount,
    submit,
    inquireBalance: (asker, card) => inquireBalance(reading, asker, card),
    findRequest: (asker, requestId, card) => findRequest(reading, asker, requestId, card),
    listTransfers: (asker, instrumentId, page) => listTransfers(reading, asker, instrumentId, page),
    readFunds: (asker, unit) => readFunds(reading, asker, unit),
    waiting: () => writers.reduce((sum, { writer }) => sum + writer.waiting, 0),
    async close() {
      isDraining = true;
      await Promise.all(writers.map(({ writer }) => writer.drain()));
      await Promise.all(writers.map(({ connection }) => connection.close()));
    },
  };
}

async function findLaneCount(database: Database, count = LANES_OF_A_NEW_DATABASE): Promise<number> {
  await makeLanes(database, { count });
  const [row] = await countLanes(database);
  return Number(row?.lanes ?? 0n);
}

/** Every house account that the catalogue's parties may need, in each unit of their issuer. */
function housesOf(catalogue: Catalogue): HouseKey[] {
  const keys: HouseKey[] = [];
  const units = new Map<number, Set<string>>();
  for (const { issuerId, unit } of catalogue.programmes.values()) {
    const set = units.get(issuerId) ?? new Set<string>();
    units.set(issuerId, set.add(unit));
  }
  for (const [issuerId, own] of units) {
    for (const unit of own) {
      for (const kind of [
        'breakage',
        'goodwill',
        'suspense',
        'interlane',
        'opening',
        'funds_source',
      ] as const) {
        keys.push({ issuerId, kind, partyId: 0, unit });
      }
    }
  }
  for (const { issuerId, sellerId } of catalogue.sellers.values()) {
    for (const unit of units.get(issuerId) ?? []) {
      keys.push({ issuerId, kind: 'seller_receivable', partyId: sellerId, unit });
    }
  }
  for (const { issuerId, merchantId } of catalogue.merchants.values()) {
    for (const unit of units.get(issuerId) ?? []) {
      keys.push({ issuerId, kind: 'merchant_payable', partyId: merchantId, unit });
    }
  }
  return keys;
}
