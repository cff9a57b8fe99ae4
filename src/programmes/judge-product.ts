import type { Product } from './catalogue.ts';
import type { ProductRefusal } from './change-catalogue.ts';
import { judgeCodeShape, judgeNumberShape } from './shapes.ts';

/** What makes a product one that can be sold and redeemed. `isWeakCodeAccepted` lets foreign codes in. */
export function judgeProduct(
  product: Product,
  { isWeakCodeAccepted }: { isWeakCodeAccepted: boolean },
): ProductRefusal | null {
  const { kind, codeShape, numberShape } = product;
  if (kind === 'code' && codeShape === null) return 'kind_needs_code';
  if (kind !== 'code' && numberShape === null) return 'kind_needs_number';
  const code = codeShape === null ? null : judgeCodeShape(codeShape);
  if (code !== null && !(code === 'code_guessable' && isWeakCodeAccepted)) return code;
  const number = numberShape === null ? null : judgeNumberShape(numberShape);
  return number ?? judgeRedemption(product) ?? judgeFaces(product) ?? judgeLimits(product);
}

function judgeRedemption({ redeemsBy, codeShape, numberShape }: Product): ProductRefusal | null {
  if (redeemsBy.includes('code') && codeShape === null) return 'redeems_by_missing_code';
  if (redeemsBy.includes('number') && numberShape === null) return 'redeems_by_missing_number';
  return null;
}

function judgeFaces({ facesMinor, faceMinMinor, faceMaxMinor }: Product): ProductRefusal | null {
  if (faceMinMinor > faceMaxMinor) return 'face_range_reversed';
  const isAscending = facesMinor.every((face, at) => at === 0 || face > (facesMinor[at - 1] ?? 0n));
  if (!isAscending) return 'faces_not_ascending';
  const isOutside = facesMinor.some((face) => face < faceMinMinor || face > faceMaxMinor);
  return isOutside ? 'face_out_of_range' : null;
}

function judgeLimits({ limits, faceMaxMinor }: Product): ProductRefusal | null {
  const { loadMinMinor, loadMaxMinor, balanceMaxMinor } = limits;
  if (loadMinMinor !== null && loadMaxMinor !== null && loadMinMinor > loadMaxMinor) {
    return 'load_range_reversed';
  }
  return balanceMaxMinor !== null && balanceMaxMinor < faceMaxMinor
    ? 'balance_max_below_face'
    : null;
}
