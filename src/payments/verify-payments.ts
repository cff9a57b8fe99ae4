import type { Database, Queryable } from '../kernel/database/index.ts';
import { listTaken, listUnsure } from './payments.sql.ts';
import type { PaymentProvider } from './provider.ts';

export interface PaymentDifference {
  readonly reference: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface PaymentTotals {
  readonly takenMinor: bigint;
  readonly givenBackMinor: bigint;
}

export interface VerifiedPayments {
  readonly differences: readonly PaymentDifference[];
  /** By unit, as both books have it; what is under way is in neither. */
  readonly totals: ReadonlyMap<string, PaymentTotals>;
  /** Whose outcome is not known yet: nothing is said of them. */
  readonly underWay: number;
}

const PAGE = 1_000;

/** Compares what we believe was taken and given back with the provider's own books, reference by reference. */
export async function verifyPayments(
  database: Database,
  provider: PaymentProvider,
): Promise<VerifiedPayments> {
  const unsure = await listUnsure(database);
  const unsureIds = new Set(unsure.map(({ paymentId }) => paymentId));
  const ours = await readOurs(database, provider.key, unsureIds);
  const unsureReferences = new Set(unsure.map(({ reference }) => reference));
  const theirs = await readTheirs(provider);
  const differences: PaymentDifference[] = [];
  const totals = new Map<string, PaymentTotals>();
  for (const reference of new Set([...ours.keys(), ...theirs.keys()])) {
    if (unsureReferences.has(reference)) continue;
    const one = ours.get(reference);
    const other = theirs.get(reference);
    // What they took by a call that we do not know the end of has no reference of ours yet.
    if (one === undefined && unsure.length > 0) continue;
    if (told(one) !== told(other)) {
      differences.push({ reference, ours: told(one), theirs: told(other) });
    }
    if (one !== undefined) add(totals, one);
  }
  return { differences, totals, underWay: unsure.length };
}

interface Line extends PaymentTotals {
  readonly unit: string;
}

async function readOurs(
  on: Queryable,
  provider: string,
  unsure: ReadonlySet<bigint>,
): Promise<ReadonlyMap<string, Line>> {
  const lines = new Map<string, Line>();
  for (let afterId = 0n; ;) {
    const rows = await listTaken(on, { afterId, provider, size: PAGE });
    for (const { paymentId, reference, state, unit, amountMinor } of rows) {
      afterId = paymentId;
      const isTaken = ['taken', 'refunded', 'not_refunded'].includes(state);
      if (reference === null || unsure.has(paymentId) || !isTaken) continue;
      const givenBackMinor = state === 'refunded' ? amountMinor : 0n;
      lines.set(reference, { unit, takenMinor: amountMinor, givenBackMinor });
    }
    if (rows.length < PAGE) return lines;
  }
}

async function readTheirs(provider: PaymentProvider): Promise<ReadonlyMap<string, Line>> {
  const lines = new Map<string, Line>();
  for (let after: string | null = null; ;) {
    const page = await provider.statement(after);
    for (const line of page) lines.set(line.reference, line);
    const last = page.at(-1);
    if (last === undefined) return lines;
    after = last.reference;
  }
}

function told(line: Line | undefined): string {
  if (line === undefined) return 'nothing';
  return `${line.takenMinor} ${line.unit} taken, ${line.givenBackMinor} given back`;
}

function add(totals: Map<string, PaymentTotals>, line: Line): void {
  const sum = totals.get(line.unit) ?? { takenMinor: 0n, givenBackMinor: 0n };
  totals.set(line.unit, {
    takenMinor: sum.takenMinor + line.takenMinor,
    givenBackMinor: sum.givenBackMinor + line.givenBackMinor,
  });
}
