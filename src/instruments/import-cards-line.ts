import { endOfDayAfter, startOfDay } from '../kernel/calendar.ts';
import type { Instant } from '../kernel/clock.ts';
import { AMOUNT_MAX_MINOR } from '../kernel/money.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { Catalogue, Product } from '../programmes/index.ts';
import { normaliseCode, normaliseNumber } from './code-shape.ts';
import type { LotClass } from './operation.ts';

/** A line of an import as its columns say; docs/operations/import.md describes them. */
export type ImportLine = Readonly<Record<string, string | undefined>>;

export const IMPORT_COLUMNS = [
  'number',
  'code',
  'product',
  'state',
  'balance_minor',
  'unit',
  'expires',
  'face_minor',
  'class',
] as const;

export type ImportState = 'blank' | 'active' | 'frozen' | 'used' | 'expired' | 'voided';

/** A card to be brought in, its names in normal form. */
export interface ImportCard {
  readonly product: Product;
  readonly number: string | null;
  readonly code: string | null; // as it was given; a secret
  readonly state: ImportState;
  readonly balanceMinor: bigint;
  readonly faceMinor: bigint | null;
  readonly expiresAt: Instant | null;
  readonly lotClass: LotClass;
}

/** In the order they are checked; a refused line is told with its number and one of these. */
export type LineRefusal =
  | 'product_not_found'
  | 'name_missing' // neither number nor code
  | 'number_not_valid' // 8 to 19 digits
  | 'code_not_valid' // longer than 64 characters, or unprintable ones
  | 'state_not_known'
  | 'class_not_known'
  | 'unit_differs' // from the programme's
  | 'balance_not_valid' // a whole number of minor units
  | 'balance_not_allowed' // a card in this state has no value: give 0
  | 'face_not_valid'
  | 'expires_not_valid' // a day as 2027-03-31, or an instant as 2027-03-31T15:00:00Z; none for a blank card
  | 'expires_passed'; // value that has expired already

/** What a line is judged by: the same whenever the import goes on. */
export interface LineContext {
  readonly catalogue: Catalogue;
  readonly issuerId: number;
  readonly startedAt: Instant;
}

/** Reads one line. Total: whatever is in it, it is a card or a refusal. */
export function readImportLine(
  line: ImportLine,
  context: LineContext,
): Result<ImportCard, LineRefusal> {
  const text = (column: (typeof IMPORT_COLUMNS)[number]) => line[column]?.trim() ?? '';
  const product = context.catalogue.findProduct(context.issuerId, text('product'));
  if (product === undefined) return refused('product_not_found');
  if (text('number') === '' && text('code') === '') return refused('name_missing');
  const number = normaliseNumber(text('number'));
  if (text('number') !== '' && number === null) return refused('number_not_valid');
  const code = text('code') === '' ? null : text('code');
  if (code !== null && normaliseCode(code) === null) return refused('code_not_valid');
  const state = STATES.find((known) => known === text('state'));
  if (state === undefined) return refused('state_not_known');
  const lotClass = CLASSES.find((known) => known === (text('class') || 'paid'));
  if (lotClass === undefined) return refused('class_not_known');
  if (text('unit') !== product.unit) return refused('unit_differs');
  const balanceMinor = readMinor(text('balance_minor') || '0');
  if (balanceMinor === null) return refused('balance_not_valid');
  if (balanceMinor > 0n && state !== 'active' && state !== 'frozen')
    return refused('balance_not_allowed');
  const faceMinor = text('face_minor') === '' ? null : readMinor(text('face_minor'));
  if (faceMinor === 0n || (text('face_minor') !== '' && faceMinor === null))
    return refused('face_not_valid');
  const expiresAt = text('expires') === '' ? null : readExpiry(text('expires'), product.zone);
  const isExpiryWrong = text('expires') !== '' && (expiresAt === null || state === 'blank');
  if (isExpiryWrong) return refused('expires_not_valid');
  const isPassed = expiresAt !== null && expiresAt <= context.startedAt;
  if (isPassed && balanceMinor > 0n) return refused('expires_passed');
  return accepted({ product, number, code, state, balanceMinor, faceMinor, expiresAt, lotClass });
}

const STATES: readonly ImportState[] = ['blank', 'active', 'frozen', 'used', 'expired', 'voided'];
const CLASSES: readonly LotClass[] = ['paid', 'free', 'limited'];

function readMinor(text: string): bigint | null {
  if (!/^[0-9]{1,16}$/.test(text)) return null;
  const minor = BigInt(text);
  return minor <= AMOUNT_MAX_MINOR ? minor : null;
}

/** A day is the last on which the value can be used: it ends at the midnight after it. */
function readExpiry(text: string, zone: string): Instant | null {
  const start = startOfDay(text, zone);
  if (start !== null) return endOfDayAfter(start, 0, zone);
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,12}(Z|[+-][0-9]{2}:[0-9]{2})$/.test(text))
    return null;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? null : instant;
}
