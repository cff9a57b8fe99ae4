import type { CatalogueNames } from '../../api/answers.ts';
import type { Language } from '../../language.tsx';
import { wordOf } from '../../words.ts';
import { FIELDS, type FieldName } from './things.ts';

interface FieldShown {
  readonly name: FieldName;
  readonly value: unknown;
  readonly fields: Readonly<Record<string, unknown>>; // of the same thing, for their unit
  readonly catalogue: CatalogueNames | undefined; // for the names of what is linked
}

/** What a field says, in words, a line for each part of it. */
export function fieldText(shown: FieldShown, language: Language): readonly string[] {
  const { name, value, catalogue } = shown;
  const { t, count, duration, nameOf } = language;
  if (name === 'monthLimits') return limitLines(shown, language);
  const field = Object.values(FIELDS)
    .flat()
    .find((each) => each.name === name);
  if (field?.form === 'check') return [t(value === true ? 'yes' : 'no')];
  if (value === null || value === undefined || value === '') return [t('none')];
  if (field?.of !== undefined) {
    const thing = catalogue?.[field.of].find(({ key }) => key === value);
    return [thing === undefined ? String(value as string) : nameOf(thing)];
  }
  if (name === 'kind') return [wordOf('tenderKind', String(value as string), language)];
  if (name === 'leadTimeMs') return [value === 0 ? t('offers.atOnce') : duration(Number(value))];
  if (name === 'resetDay') return [t('sale.dayOfMonth', { day: count(Number(value)) })];
  if (name === 'refundWindowDays') return [t('sale.days', { count: count(Number(value)) })];
  if (name === 'sessionMinutes' || name === 'authorisationMinutes') {
    return [duration(Number(value) * 60_000)];
  }
  return [String(value as string)];
}

interface Limit {
  readonly ageFrom: number;
  readonly ageTo: number | null;
  readonly contract: string | null;
  readonly limitMinor: number | string;
}

/** `18歳から20歳まで: 30,000円`, in the order in which the first that fits holds. */
function limitLines({ value, fields, catalogue }: FieldShown, language: Language): string[] {
  const { t, money, nameOf } = language;
  const limits = (value ?? []) as readonly Limit[];
  const { limitUnit, chargedThrough } = fields;
  const root = catalogue?.tenders.find(({ key }) => key === chargedThrough);
  if (root !== undefined) return [t('sale.sharesLimit', { name: nameOf(root) })];
  if (limits.length === 0) return [t('sale.noLimit')];
  return limits.map(({ ageFrom, ageTo, contract, limitMinor }) => {
    const ages =
      ageTo !== null
        ? t('sale.ages', { from: ageFrom, to: ageTo })
        : ageFrom > 0
          ? t('sale.agesFrom', { from: ageFrom })
          : t('sale.anyAge');
    const amount = money(limitMinor, typeof limitUnit === 'string' ? limitUnit : 'JPY');
    const who = contract === null ? ages : t('sale.agesOfContract', { ages, contract });
    return t('sale.limitLine', { who, amount });
  });
}
