import { textOf, type Locale, type TextKey } from '../kernel/locale.ts';
import type { Catalogue } from '../programmes/index.ts';
import type { StoppedOperation } from './movement.ts';
import { namesOfScope } from './scope.ts';
import type { Dimension, Scope } from './suspension.ts';

const DIMENSION_TEXTS: Readonly<Record<Dimension, TextKey>> = {
  programmeId: 'switch.of.programme',
  productId: 'switch.of.product',
  sellerId: 'switch.of.seller',
  chainId: 'switch.of.chain',
  aggregatorId: 'switch.of.aggregator',
  tenderId: 'switch.of.tender',
  merchantId: 'switch.of.merchant',
  soldBySellerId: 'switch.of.sold-by',
};

const OPERATION_TEXTS: Readonly<Record<StoppedOperation, TextKey>> = {
  sell: 'switch.operation.sell',
  activate: 'switch.operation.activate',
  load: 'switch.operation.load',
  redeem: 'switch.operation.redeem',
  earn: 'switch.operation.earn',
  use: 'switch.operation.use',
};

/** What is meant, in one line that a person can judge: product, seller, tender, and what is done with them. */
export function describeScope(catalogue: Catalogue, scope: Scope, locale: Locale): string {
  const between = textOf(locale, 'switch.between');
  const issuer = catalogue.issuers.get(scope.issuerId);
  const names = namesOfScope(catalogue, scope).map(({ dimension, nameJa, nameEn }) =>
    textOf(locale, DIMENSION_TEXTS[dimension], { name: locale === 'ja' ? nameJa : nameEn }),
  );
  const everything = textOf(locale, 'switch.everything', {
    name: (locale === 'ja' ? issuer?.nameJa : issuer?.nameEn) ?? '',
  });
  const operations =
    scope.operations.length === 0
      ? textOf(locale, 'switch.operation.every')
      : scope.operations.map((one) => textOf(locale, OPERATION_TEXTS[one])).join(between);
  return `${names.length === 0 ? everything : names.join(between)} (${operations})`;
}
