import { isoInstant } from '../kernel/clock.ts';
import { publicId } from '../kernel/ids.ts';
import type { Unit } from '../kernel/money.ts';
import { csvLine } from './csv.ts';
import type { Movement } from './read-movements.ts';

/** Whose statement it is: one file of lines and one summary a party and day. */
export interface SettledParty {
  readonly kind: 'seller' | 'merchant' | 'partner';
  readonly issuer: string; // key
  readonly key: string; // of a partner: its client's
}

/** What a line says happened: to sellers and partners sales and their undoing, to merchants the others. */
export type LineType =
  | 'issued'
  | 'activated'
  | 'loaded'
  | 'deactivated'
  | 'reversed' // takes back a sale, or a redemption
  | 'redeemed'
  | 'captured'
  | 'returned'
  | 'funded' // paid in by a partner, or out
  | 'other';

const LINE_TYPES: Readonly<Record<string, LineType>> = {
  issue: 'issued',
  activate: 'activated',
  load: 'loaded',
  deactivate: 'deactivated',
  reverse: 'reversed',
  redeem: 'redeemed',
  capture: 'captured',
  return: 'returned',
  fund: 'funded',
};

/**
 * Sums of one unit, in its minor units. `netMinor` is what the party owes, is owed, or has paid in, more at the
 * day's end.
 */
export interface UnitSummary {
  readonly unit: Unit;
  readonly accountId: string;
  lines: number;
  netMinor: bigint;
  readonly byType: Map<LineType, { count: number; minor: bigint }>;
}

export const CSV_HEADER = csvLine([
  'time',
  'type',
  'amountMinor',
  'unit',
  'requestId',
  'client',
  'instrumentId',
  'cardNumber',
  'product',
  'reversedKind',
  'id',
]);

export interface LineLookUps {
  readonly unit: Unit;
  readonly client: string;
  readonly product: string;
  readonly number: string | null;
}

/**
 * One line: a positive amount raises what the seller owes for what was sold, what the merchant is owed for what
 * was redeemed, or what the partner has to sell from. A receivable is a debit balance, so its sign is turned.
 */
export function statementLine(party: SettledParty, movement: Movement, known: LineLookUps): string {
  const { request } = movement;
  const { instrumentId } = request;
  return csvLine([
    isoInstant(Number(request['decidedAt'])),
    lineType(movement),
    amountOf(party, movement),
    known.unit,
    request['requestId'] ?? '',
    known.client,
    instrumentId == null ? '' : publicId('ins', BigInt(instrumentId)),
    known.number === null
      ? ''
      : `${'*'.repeat(Math.max(0, known.number.length - 4))}${known.number.slice(-4)}`,
    known.product,
    request['kind'] === 'reverse' ? reversedKind(request['facts'] ?? null) : '',
    request['sequence'] ?? '',
  ]);
}

export function addToSummary(party: SettledParty, summary: UnitSummary, movement: Movement): void {
  const type = lineType(movement);
  const minor = amountOf(party, movement);
  const sum = summary.byType.get(type) ?? { count: 0, minor: 0n };
  summary.byType.set(type, { count: sum.count + 1, minor: sum.minor + minor });
  summary.lines += 1;
  summary.netMinor += minor;
}

export interface DayOfStatement {
  readonly day: string;
  readonly zone: string;
  readonly from: string;
  readonly until: string;
}

/** The summary as JSON: keys in a fixed order, so the same books give the same bytes. */
export function summaryJson(
  party: SettledParty,
  day: DayOfStatement,
  summaries: readonly UnitSummary[],
): string {
  const units = summaries.map((summary) => ({
    unit: summary.unit,
    lines: summary.lines,
    ...Object.fromEntries(
      [...summary.byType]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([type, { count, minor }]) => [type, { count, amountMinor: Number(minor) }]),
    ),
    ...netOf(party, summary),
  }));
  const { issuer, key } = party;
  return `${JSON.stringify({ format: 'kinken-settlement-1', issuer, [party.kind]: key, ...day, units }, null, 2)}\n`;
}

function netOf({ kind }: SettledParty, { netMinor, byType }: UnitSummary): Record<string, number> {
  const net = Number(netMinor);
  if (kind === 'seller') return { soldMinor: net, receivableMinor: net };
  if (kind === 'merchant') return { payableMinor: net };
  return { soldMinor: Number((byType.get('funded')?.minor ?? 0n) - netMinor), fundsMinor: net };
}

function lineType({ request }: Movement): LineType {
  return LINE_TYPES[request['kind'] ?? ''] ?? 'other';
}

function amountOf(party: SettledParty, movement: Movement): bigint {
  return party.kind === 'seller' ? -movement.minor : movement.minor;
}

function reversedKind(facts: string | null): string {
  if (facts === null) return '';
  const { of } = JSON.parse(facts) as { of?: unknown };
  return typeof of === 'string' ? of : '';
}
