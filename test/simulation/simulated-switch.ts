/** The switch of a simulation: stops that come and go, and what each answer must have been by them. */
import assert from 'node:assert/strict';
import type { Database } from '../../src/kernel/database/index.ts';
import type { Operation } from '../../src/instruments/operation.ts';
import { arrivalOf, sellsAs } from '../../src/instruments/gate.ts';
import { sellerOf } from '../../src/instruments/contract-limits.ts';
import { holdCatalogue } from '../../src/programmes/index.ts';
import { applyApprovedChange } from '../../src/suspensions/change-suspension.ts';
import {
  holdSwitchboard,
  throwSuspension,
  type Movement,
  type Scope,
  type StoppedOperation,
  type Switchboard,
} from '../../src/suspensions/index.ts';
import { scopeOf, TENDERS } from '../support/selling-house.ts';
import type { Request } from './oracle.ts';
import type { World } from './world.ts';

/** Only what an operation itself says, so that an answer can be judged without its card. */
const SCOPES: readonly Partial<Scope>[] = [
  {},
  { operations: ['use'] },
  { sellerId: 1 },
  { sellerId: 1, operations: ['activate'] },
  { merchantId: 2 },
  { tenderId: TENDERS.bill },
  { tenderId: TENDERS.cash, operations: ['sell'] },
];
const SAID = { textJa: '停止中', textEn: 'Stopped', criteria: '', expectedEnd: null };

/** Throws a stop, or lifts one: a second after now, as from a desk (R19). */
export async function moveSwitch(
  real: Database,
  { server, clock, random }: Pick<World, 'server' | 'clock' | 'random'>,
): Promise<void> {
  if (!server.isBetweenTransactions) return;
  const catalogue = await holdCatalogue(real);
  const switches = await holdSwitchboard(real);
  const desk = {
    connection: real,
    clock,
    switches,
    actor: 'simulation',
    catalogue: () => catalogue.current(),
    record: async () => undefined,
  };
  const open = switches
    .current()
    .all(1)
    .filter(({ phases }) => phases.at(-1)?.effect === 'stopped');
  const lifted = open[random.below(Math.max(1, open.length))];
  if (lifted !== undefined && random.below(3) > 0) {
    const change = {
      ...SAID,
      suspensionId: lifted.suspensionId,
      afterPhaseNo: lifted.phases.at(-1)?.phaseNo ?? 0,
      effect: 'lifted' as const,
      conditions: null,
      startsAt: null,
      reason: 'over',
    };
    const by = { issuerId: 1, actor: 'one', approvedBy: 'another' };
    await real.transaction((on) => applyApprovedChange(on, desk, change, by));
    return;
  }
  const scope = scopeOf(SCOPES[random.below(SCOPES.length)]!);
  const wanted = { scope, startsAt: null, announcedText: null, internalReason: 'x', ...SAID };
  await throwSuspension(desk, wanted); // refused where it is stopped already
}

/**
 * Each answer is one that some attempt of its request had to get by the instant at which it arrived (R24): also an
 * attempt of somebody who asked the same by the same name, for that is the same request (R2, R4).
 */
export async function judgeStops(real: Database, requests: readonly Request[]): Promise<number> {
  const board = (await holdSwitchboard(real)).current();
  let stopped = 0;
  for (const request of requests) {
    const { operation, known, name } = request;
    const operations = operationsOf(operation);
    if (known === undefined || operations === null || operation.isAdvice === true) continue;
    const arrivals = requests.filter((other) => other.name === name).map((each) => each.arrivals);
    const isStopped = arrivals.flat().map((at) => isStoppedAt(board, operation, operations, at));
    if (known.outcome === 'accepted') {
      assert.ok(isStopped.includes(false), `${name} was done though it was stopped`);
    } else if (known.refusal === 'suspended') {
      stopped += 1;
      assert.ok(isStopped.includes(true), `${name} was refused though nothing was stopped`);
    }
  }
  return stopped;
}

function isStoppedAt(
  board: Switchboard,
  operation: Operation,
  operations: readonly StoppedOperation[],
  at: number,
): boolean {
  const { operations: _, ...nothing } = scopeOf({ issuerId: operation.issuerId });
  const movement: Movement = {
    ...nothing,
    operations,
    sellerId: sellerOf(operation) ?? 0,
    tenderId: operation.sale?.tenderId ?? 0,
    merchantId: operation.kind === 'redeem' || operation.kind === 'hold' ? operation.merchantId : 0,
    at: arrivalOf({ ...operation, arrivedAt: at }),
    buyer: null,
  };
  return board.judge(movement) !== null;
}

function operationsOf({ kind }: Operation): readonly StoppedOperation[] | null {
  if (kind === 'issue' || kind === 'activate' || kind === 'load') return sellsAs(kind);
  if (kind === 'redeem' || kind === 'hold') return ['use', 'redeem'];
  return kind === 'move' ? ['use'] : null;
}
