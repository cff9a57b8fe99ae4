import type { Instant } from '../kernel/clock.ts';
import type { Catalogue, Tender } from '../programmes/index.ts';
import type { MonthLimitRange, Question } from './question.ts';

/**
 * What a tender's month allows: the first limit that fits, and where age or contract were not said, all
 * that may be meant. How much of it is used already only the sale itself knows (R21). Null: no limit.
 */
export function limitRangeOf(
  catalogue: Catalogue,
  tender: Tender,
  asked: Pick<Question, 'age' | 'contractKind'> & { readonly at: Instant },
): MonthLimitRange | null {
  const { age, contractKind } = asked;
  const possible: bigint[] = [];
  for (const limit of limitsOf(catalogue, tender, asked.at)) {
    const isOfAge =
      age === null || (limit.ageFrom <= age && (limit.ageTo === null || age <= limit.ageTo));
    const isOfKind =
      limit.contract === null || contractKind === null || limit.contract === contractKind;
    if (!isOfAge || !isOfKind) continue;
    possible.push(limit.limitMinor);
    const fitsAnyAge = age !== null || (limit.ageFrom === 0 && limit.ageTo === null);
    if (fitsAnyAge && (limit.contract === null || contractKind !== null)) break; // none behind it is meant
  }
  if (possible.length === 0) return null;
  const sorted = possible.toSorted((one, other) => (one < other ? -1 : 1));
  return { leastMinor: sorted[0]!, mostMinor: sorted.at(-1)! };
}

/** Its own, or those of the tender that it is charged through. */
function limitsOf(catalogue: Catalogue, tender: Tender, at: Instant): Tender['monthLimits'] {
  const { monthLimits, chargedThroughTenderId: through } = tender;
  if (monthLimits.length > 0 || through === null) return monthLimits;
  return catalogue.tenderAt(through, at)?.monthLimits ?? [];
}
