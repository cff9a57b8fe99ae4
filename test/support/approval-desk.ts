import assert from 'node:assert/strict';
import { z } from 'zod';
import { systemRandom } from '../../src/kernel/crypto.ts';
import type { Database } from '../../src/kernel/database/index.ts';
import { createLog } from '../../src/kernel/log.ts';
import { accepted, refused } from '../../src/kernel/result.ts';
import {
  approvalHandler,
  openApprovals,
  operatorHandlers,
  type Approval,
  type ApprovalResult,
  type Approvals,
  type Operator,
} from '../../src/operators/index.ts';
import { openStaff, type Staff } from './staff.ts';

/** A staff that asks for something, and what became of it. */
export interface Desk {
  readonly staff: Staff;
  readonly approvals: Approvals;
  readonly done: string[];
  readonly told: string[];
  readonly logLines: string[];
  readonly ask: (operator: Operator, what?: string) => Promise<Approval>;
}

export function openDesk(database: Database): Desk {
  const staff = openStaff(database);
  const done: string[] = [];
  const told: string[] = [];
  const logLines: string[] = [];
  const log = createLog({ isTerminal: false, write: (line) => logLines.push(line) });
  const handler = approvalHandler({
    kind: 'test.resume',
    asks: 'suspensions:resume',
    approves: 'suspensions:resume',
    schema: z.strictObject({ what: z.string() }),
    summarise: ({ what }) => ({ ja: `${what} を再開する`, en: `Resume ${what}` }),
    async apply(on, { what }, by) {
      if (what === 'impossible') return refused('gone_by_now');
      await on.query(`insert into operators.sign_in_failure values ($1, 1, now())`, [
        Buffer.from(what),
      ]);
      if (what === 'half') return refused('second_half');
      done.push(`${what} by ${by.askedBy === by.decidedBy ? 'one' : 'two'}`);
      return accepted({ what });
    },
  });
  const approvals = openApprovals({
    connection: database,
    clock: staff.clock,
    log,
    handlers: [
      handler,
      ...operatorHandlers({ connection: database, clock: staff.clock, random: systemRandom }),
    ],
    tellBrokenGlass: async (_on, { summary }) => void told.push(summary.en),
  });
  return {
    staff,
    approvals,
    done,
    told,
    logLines,
    async ask(operator, what = 'sale') {
      const asking = {
        kind: 'test.resume',
        issuerId: null,
        change: { what },
        reason: 'calm again',
      };
      const asked = await approvals.ask(operator, asking);
      assert.ok(asked.ok);
      return asked.value;
    },
  };
}

export function refusalOf(result: ApprovalResult<unknown>): string {
  assert.ok(!result.ok, 'it is refused');
  return result.reason ?? result.refusal;
}
