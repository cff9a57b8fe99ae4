import { instantTyped } from '../../formats.ts';
import type { ConsoleText } from '../../text.ts';
import { countTyped } from '../offers/terms.ts';

export const SALE_KINDS = ['tenders', 'sellers', 'shops', 'chains', 'aggregators'] as const;
export type SaleKind = (typeof SALE_KINDS)[number];

/** How a field is typed. `key`: what machines call it. `link`: another thing, by its key. `days`: a whole number. */
type FieldForm = 'text' | 'key' | 'link' | 'choice' | 'count' | 'minutes' | 'check' | 'limits';

export interface SaleField {
  readonly name: FieldName;
  readonly form: FieldForm;
  readonly isRequired?: boolean;
  readonly isFixed?: boolean; // said once, when it is made
  readonly of?: 'aggregators' | 'chains' | 'sellers' | 'tenders' | 'products';
  readonly least?: number;
  readonly most?: number;
  readonly first?: string; // what a new one begins with
}

export type FieldName =
  | 'key'
  | 'nameJa'
  | 'nameEn'
  | 'aggregator'
  | 'chain'
  | 'seller'
  | 'kind'
  | 'carrier'
  | 'limitUnit'
  | 'zone'
  | 'monthLimits'
  | 'resetDay'
  | 'refundWindowDays'
  | 'isPartialRefund'
  | 'sessionMinutes'
  | 'authorisationMinutes'
  | 'canLoadPrepaid'
  | 'leadTimeMs'
  | 'chargedThrough'
  | 'spends';

export const TENDER_KINDS = ['cash', 'carrier', 'card', 'points'] as const;

const NAMES: readonly SaleField[] = [
  { name: 'key', form: 'key', isRequired: true, isFixed: true },
  { name: 'nameJa', form: 'text', isRequired: true },
  { name: 'nameEn', form: 'text', isRequired: true },
];

export const FIELDS: Readonly<Record<SaleKind, readonly SaleField[]>> = {
  aggregators: NAMES,
  chains: [...NAMES, { name: 'aggregator', form: 'link', of: 'aggregators' }],
  sellers: [...NAMES, { name: 'chain', form: 'link', of: 'chains' }],
  shops: [
    { name: 'seller', form: 'link', of: 'sellers', isRequired: true, isFixed: true },
    ...NAMES,
  ],
  tenders: [
    ...NAMES,
    { name: 'kind', form: 'choice', isRequired: true, isFixed: true, first: 'cash' },
    { name: 'carrier', form: 'key' },
    { name: 'limitUnit', form: 'text', isRequired: true, first: 'JPY' },
    { name: 'monthLimits', form: 'limits' },
    { name: 'resetDay', form: 'count', isRequired: true, least: 1, most: 28, first: '1' },
    { name: 'zone', form: 'text', isRequired: true, first: 'Asia/Tokyo' },
    { name: 'chargedThrough', form: 'link', of: 'tenders' },
    { name: 'refundWindowDays', form: 'count', most: 3_650 },
    { name: 'isPartialRefund', form: 'check' },
    { name: 'sessionMinutes', form: 'count', least: 1, most: 10_080 },
    { name: 'authorisationMinutes', form: 'count', least: 1, most: 525_600 },
    { name: 'leadTimeMs', form: 'minutes', isRequired: true, most: 527_040, first: '0' },
    { name: 'canLoadPrepaid', form: 'check' },
    { name: 'spends', form: 'link', of: 'products' },
  ],
};

/** A bound of a month as it is typed. Empty ages: from birth, without end; no contract: any. */
export interface LimitTyped {
  readonly row: number; // which one it is while rows come and go
  readonly ageFrom: string;
  readonly ageTo: string;
  readonly contract: string;
  readonly limit: string;
}

export const NO_LIMIT = { ageFrom: '', ageTo: '', contract: '', limit: '' };

/** A form while it is typed. */
export interface Typed {
  readonly words: Readonly<Partial<Record<FieldName, string>>>;
  readonly checks: Readonly<Partial<Record<FieldName, boolean>>>;
  readonly limits: readonly LimitTyped[];
  readonly validFrom: string | null; // null: from now on
}

export function typedNew(kind: SaleKind): Typed {
  const first = FIELDS[kind].map(({ name, first = '' }) => [name, first]);
  return { words: Object.fromEntries(first), checks: {}, limits: [], validFrom: null };
}

type Shown = Readonly<Record<string, unknown>>;

/** The form of what is there. */
export function typedOf(kind: SaleKind, shown: Shown): Typed {
  const words: Partial<Record<FieldName, string>> = {};
  const checks: Partial<Record<FieldName, boolean>> = {};
  for (const { name, form } of FIELDS[kind]) {
    const value = shown[name];
    if (form === 'check') checks[name] = value === true;
    else if (form === 'minutes') words[name] = String(Number(value) / MINUTE_MS);
    else if (form !== 'limits') words[name] = textOf(value);
  }
  const limits = (shown['monthLimits'] ?? []) as readonly Shown[];
  return {
    words,
    checks,
    limits: limits.map((limit, row) => ({
      row,
      ageFrom: limit['ageFrom'] === 0 ? '' : textOf(limit['ageFrom']),
      ageTo: textOf(limit['ageTo']),
      contract: textOf(limit['contract']),
      limit: textOf(limit['limitMinor']),
    })),
    validFrom: null,
  };
}

const MINUTE_MS = 60_000;

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What is wrong, by field: a row of the limits as `limits.2.ageTo`. Else the form is not sent. */
export type Wrong = Readonly<Record<string, ConsoleText>>;

export function wrongIn(kind: SaleKind, typed: Typed): Wrong {
  const wrong: Record<string, ConsoleText> = {};
  for (const field of FIELDS[kind]) {
    const found = judgeField(field, typed.words[field.name] ?? '');
    if (found !== null) wrong[field.name] = found;
  }
  for (const { row, ageFrom, ageTo, limit } of typed.limits) {
    const [from, to] = [countTyped(ageFrom), countTyped(ageTo)];
    if (from === undefined || (from ?? 0) > AGE_MAX) wrong[`limits.${row}.ageFrom`] = 'sale.notAge';
    if (to === undefined || (to ?? 0) > AGE_MAX) wrong[`limits.${row}.ageTo`] = 'sale.notAge';
    else if (from != null && to !== null && to < from)
      wrong[`limits.${row}.ageTo`] = 'sale.ageReversed';
    if (countTyped(limit) == null) wrong[`limits.${row}.limit`] = 'offers.notACount';
  }
  if (typed.validFrom === '') wrong['validFrom'] = 'sale.noInstant';
  return wrong;
}

const AGE_MAX = 150;
const KEY = /^[a-z0-9][a-z0-9-]{0,39}$/;

function judgeField(field: SaleField, word: string): ConsoleText | null {
  const { form, isRequired = false, least = 0, most = Number.MAX_SAFE_INTEGER } = field;
  if (form === 'check' || form === 'limits') return null;
  if (word.trim() === '') return isRequired ? 'sale.missing' : null;
  if (form === 'key') return KEY.test(word.trim()) ? null : 'sale.notKey';
  if (form !== 'count' && form !== 'minutes') return null;
  const count = countTyped(word);
  if (count == null) return 'offers.notACount';
  return count < least || count > most ? 'sale.outOfRange' : null;
}

/** What the API takes for a new one. */
export function newSent(kind: SaleKind, typed: Typed): Readonly<Record<string, unknown>> {
  const { validFrom } = typed;
  return {
    ...fieldsSent(kind, typed),
    ...(validFrom !== null && { validFrom: instantTyped(validFrom) }),
  };
}

/** What differs from what the form showed at first, and from when; null where nothing does. */
export function changeSent(kind: SaleKind, typed: Typed, before: Typed): Shown | null {
  const shown = new Map(
    Object.entries(fieldsSent(kind, before)).map(([name, v]) => [name, json(v)]),
  );
  const fixed = new Set<string>(FIELDS[kind].flatMap((each) => (each.isFixed ? [each.name] : [])));
  const changed = Object.entries(fieldsSent(kind, typed)).filter(
    ([name, value]) => !fixed.has(name) && shown.get(name) !== json(value),
  );
  if (changed.length === 0) return null;
  const { validFrom } = typed;
  return {
    ...Object.fromEntries(changed),
    ...(validFrom !== null && { validFrom: instantTyped(validFrom) }),
  };
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function fieldsSent(kind: SaleKind, typed: Typed): Record<string, unknown> {
  const sent = FIELDS[kind].map(({ name, form, isRequired = false }) => {
    const word = (typed.words[name] ?? '').trim();
    if (form === 'check') return [name, typed.checks[name] === true];
    if (form === 'limits') return [name, typed.limits.map(limitSent)];
    if (form === 'count') return [name, countTyped(word) ?? null];
    if (form === 'minutes') return [name, (countTyped(word) ?? 0) * MINUTE_MS];
    return [name, word === '' && !isRequired ? null : word];
  });
  return Object.fromEntries(sent) as Record<string, unknown>;
}

function limitSent({ ageFrom, ageTo, contract, limit }: LimitTyped): object {
  return {
    ageFrom: countTyped(ageFrom) ?? 0,
    ageTo: countTyped(ageTo) ?? null,
    contract: contract.trim() === '' ? null : contract.trim(),
    limitMinor: countTyped(limit) ?? 0,
  };
}

/** Beside which field a refusal of the server stands. */
export const FIELD_REFUSED: Readonly<Record<string, string>> = {
  key_taken: 'key',
  aggregator_not_found: 'aggregator',
  chain_not_found: 'chain',
  seller_not_found: 'seller',
  tender_not_found: 'chargedThrough',
  tender_charged_through_itself: 'chargedThrough',
  product_not_found: 'spends',
  valid_from_past: 'validFrom',
};
