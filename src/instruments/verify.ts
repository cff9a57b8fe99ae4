import { type Instant, monotonicMs } from '../kernel/clock.ts';
import type { Database, Queryable } from '../kernel/database/index.ts';
import {
  CHAIN_START,
  checkLaneHead,
  type LaneRow,
  readLanes,
  verifyInterlane,
  verifyLane,
  verifyLaneBooks,
  type Finding,
  Findings,
  type RootProof,
  verifyRoots,
} from '../ledger/index.ts';
import { verifyAcrossLanes, verifyInstruments } from './verify-instruments.ts';
import { VERIFIED_TABLES } from './verify-pages.ts';
import { findLanesInUse } from './verify.sql.ts';

/**
 * `kinken verify`: proves from the tables alone that the books are what the journals say, that the
 * journals are one unbroken chain a lane, and that money, holds, requests and cards agree. It reads one
 * lane at a time and names the first row of each kind that is wrong. It changes nothing.
 */
export interface VerifyOptions {
  /** What is known of the roots from outside the database: without it a chain made anew goes unseen (R28). */
  readonly roots?: RootProof;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly lanes: number;
  readonly batches: number;
  readonly rows: number; // held against their last version in a journal
  readonly roots: number;
  readonly lastAt: Instant; // of the newest batch that was seen
  readonly durationMs: number;
  readonly findingCount: number;
  readonly findings: readonly Finding[]; // the first of each kind and table
}

/**
 * Each check joins whole lanes and looks for one wrong row. The planner takes that for a search that ends
 * early and loops: at a million instruments one lane took 10 s. Hash joins take 0.1 s.
 */
const WHOLE_LANES = `
  set local enable_nestloop = off;
  set local plan_cache_mode = force_custom_plan;
  set local jit = off;
  set local work_mem = '64MB'`;

export async function verifyBooks(
  db: Database,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const start = monotonicMs();
  const findings = new Findings();
  const tally = { lanes: 0, batches: 0, rows: 0, roots: 0, lastAt: 0 };
  await db.transaction(async (on) => {
    const inUse = new Set((await findLanesInUse(on)).map(({ lane }) => lane));
    await on.script(WHOLE_LANES);
    for (const lane of await readLanes(on)) {
      tally.lanes += 1;
      if (inUse.has(lane.lane)) await verifyOneLane(on, lane, tally, findings);
      else checkLaneHead(lane, CHAIN_START, findings); // no row anywhere: all that it can hold is its head
    }
    await verifyInterlane(on, findings);
    await verifyAcrossLanes(on, findings);
    await on.script('set local enable_nestloop = on'); // from here on single batches are looked up
    tally.roots = await verifyRoots(on, options.roots ?? {}, findings);
  }, 'snapshot');
  return {
    ok: findings.count === 0,
    ...tally,
    durationMs: Math.round(monotonicMs() - start),
    findingCount: findings.count,
    findings: findings.list(),
  };
}

async function verifyOneLane(
  db: Queryable,
  row: LaneRow,
  tally: { batches: number; rows: number; lastAt: Instant },
  findings: Findings,
): Promise<void> {
  const counts = await verifyLane(db, row, VERIFIED_TABLES, findings);
  await verifyLaneBooks(db, row.lane, findings);
  await verifyInstruments(db, row.lane, findings);
  tally.batches += counts.batches;
  tally.rows += counts.rows;
  tally.lastAt = Math.max(tally.lastAt, row.lastAt);
}
