import type { CatalogueNames, ShownSuspension, SuspensionScope } from '../../api/answers.ts';
import { useLanguage, type Language } from '../../language.tsx';
import { textIn, type Locale } from '../../text.ts';
import { MARKS, StateMark, type Mark } from '../../parts/state-mark.tsx';
import type { Choice } from '../../parts/field.tsx';

export const OPERATIONS = ['sell', 'activate', 'load', 'redeem', 'earn', 'use'] as const;

export const DIMENSIONS = [
  'productId',
  'sellerId',
  'tenderId',
  'chainId',
  'programmeId',
  'aggregatorId',
  'merchantId',
  'soldBySellerId',
] as const;

export type Dimension = (typeof DIMENSIONS)[number];

interface Named {
  readonly id: number;
  readonly nameJa: string;
  readonly nameEn: string;
}

const LIST_OF: Readonly<Record<Dimension, Exclude<keyof CatalogueNames, 'issuers'>>> = {
  productId: 'products',
  sellerId: 'sellers',
  tenderId: 'tenders',
  chainId: 'chains',
  programmeId: 'programmes',
  aggregatorId: 'aggregators',
  merchantId: 'merchants',
  soldBySellerId: 'sellers',
};

export function thingsOf(catalogue: CatalogueNames, dimension: Dimension): readonly Named[] {
  return catalogue[LIST_OF[dimension]];
}

export function choicesOf(
  catalogue: CatalogueNames,
  dimension: Dimension,
  language: Language,
): readonly Choice[] {
  const things = thingsOf(catalogue, dimension).map((thing) => ({
    value: String(thing.id),
    word: language.nameOf(thing),
  }));
  return [{ value: '', word: language.t('scope.any') }, ...things];
}

/** `みほんオンライン × ギフトコード × キャリア決済`, or that it is everything of the issuer. */
export function scopeTitle(names: readonly Named[], { t, nameOf }: Language): string {
  if (names.length === 0) return t('scope.everything');
  return names.map(nameOf).join(' × ');
}

export function operationsText(operations: readonly string[], { t, locale }: Language): string {
  if (operations.length === 0) return t('op.all');
  const words = OPERATIONS.filter((each) => operations.includes(each)).map((each) =>
    t(`op.${each}`),
  );
  return words.join(locale === 'ja' ? '・' : ', ');
}

/** As a phrase of a sentence: `みほんオンラインでのギフトコード(キャリア決済)`, in the language that is asked for. */
export function scopePhrase(
  named: readonly (Named & { readonly dimension: Dimension })[],
  locale: Locale,
): string {
  const of = (...dimensions: readonly Dimension[]): string[] =>
    named
      .filter(({ dimension }) => dimensions.includes(dimension))
      .map(({ nameJa, nameEn }) => (locale === 'ja' ? nameJa : nameEn));
  const things = of('productId', 'programmeId');
  const places = of('sellerId', 'chainId', 'aggregatorId', 'merchantId', 'soldBySellerId');
  const tenders = of('tenderId');
  const joint = locale === 'ja' ? '・' : ', ';
  const what = things.join(joint) || textIn(locale, 'publicText.everything');
  if (places.length === 0 && tenders.length === 0) return what;
  const key =
    places.length === 0 ? 'phrase.tender' : tenders.length === 0 ? 'phrase.place' : 'phrase.both';
  return textIn(locale, key, { what, place: places.join(joint), tender: tenders.join(joint) });
}

/** What a scope that is being composed names, in the order of the dimensions. */
export function namesOf(
  scope: SuspensionScope,
  catalogue: CatalogueNames,
): readonly (Named & { readonly dimension: Dimension })[] {
  return DIMENSIONS.flatMap((dimension) => {
    const id = scope[dimension];
    const found = thingsOf(catalogue, dimension).find((thing) => thing.id === id);
    return found ? [{ ...found, dimension }] : [];
  });
}

export const STATE_MARKS: Readonly<Record<ShownSuspension['state'], Mark>> = {
  scheduled: MARKS.scheduled,
  stopped: MARKS.stopped,
  conditions: MARKS.conditions,
  ended: MARKS.over,
  lifted: MARKS.good,
};

export function SuspensionState(props: {
  readonly state: ShownSuspension['state'];
  readonly isLarge?: boolean;
}) {
  const { t } = useLanguage();
  const { state, isLarge = false } = props;
  return <StateMark mark={STATE_MARKS[state]} word={t(`suspension.${state}`)} isLarge={isLarge} />;
}
