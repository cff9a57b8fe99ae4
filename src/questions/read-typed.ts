import { isLuhnNumber, normaliseCode, normaliseNumber } from '../instruments/index.ts';
import type { Product } from '../programmes/index.ts';

/**
 * What can be said of a typed text by its shape alone: it is compared with how codes of a product are made,
 * never with codes that there are. So it says the same whether or not there is such a card.
 */
export interface TypedFinding {
  readonly kind:
    | 'fits'
    | 'wrong_signs' // at `places` stands what codes of the product never have
    | 'wrong_length'
    | 'check_digit' // a digit of the number is wrong, or two are swapped
    | 'number_typed' // the number on the card where the code is wanted
    | 'of_other_product' // made like a code of `otherProductId`
    | 'unreadable';
  readonly places: readonly DoubtfulPlace[];
  readonly length: { readonly typed: number; readonly wanted: readonly number[] } | null;
  readonly otherProductId: number | null;
}

/** A sign that is easily taken for another. Nothing is said of the signs around it. */
export interface DoubtfulPlace {
  readonly place: number; // from 1, without spaces and hyphens
  readonly typed: string;
  readonly perhaps: readonly string[]; // of those that codes of the product can have
}

const PLACES_MAX = 8;

export function readTypedCode(
  text: string,
  product: Product | null,
  products: readonly Product[],
): TypedFinding {
  const code = normaliseCode(text);
  if (code === null) return finding('unreadable');
  const signs = Array.from(code);
  const wanted = product === null ? products : [product];
  if (wanted.some((each) => isShapeOf(each, signs))) {
    return { ...finding('fits'), places: doubtfulIn(signs, wanted) };
  }
  if (wanted.some((each) => isNumberOf(each, text))) return finding('number_typed');
  const others = products.filter((each) => isShapeOf(each, signs));
  if (product !== null && others.length === 1) {
    return { ...finding('of_other_product'), otherProductId: others[0]?.productId ?? null };
  }
  return misshapen(signs, wanted);
}

export function readTypedNumber(text: string, product: Product | null): TypedFinding {
  const number = normaliseNumber(text);
  if (number === null) return finding('unreadable');
  const shape = product?.numberShape;
  if (!shape || !number.startsWith(shape.prefix)) return finding('fits');
  if (number.length !== shape.digits) {
    const length = { typed: number.length, wanted: [shape.digits] };
    return { ...finding('wrong_length'), length };
  }
  return finding(isLuhnNumber(number) ? 'fits' : 'check_digit');
}

function misshapen(signs: readonly string[], products: readonly Product[]): TypedFinding {
  const shapes = products.flatMap(({ codeShape }) => codeShape ?? []);
  const lengths = [
    ...new Set(shapes.map(({ prefix, length }) => Array.from(prefix).length + length)),
  ];
  if (lengths.length > 0 && !lengths.includes(signs.length)) {
    return { ...finding('wrong_length'), length: { typed: signs.length, wanted: lengths } };
  }
  const known = knownSigns(products);
  const places = signs.flatMap((typed, at) =>
    known.has(typed) ? [] : [{ place: at + 1, typed, perhaps: lookAlikes(typed, known) }],
  );
  return places.length === 0
    ? finding('unreadable') // each sign could stand in a code, but not where it does
    : { ...finding('wrong_signs'), places: places.slice(0, PLACES_MAX) };
}

/** Signs that could stand there, and could as well be another one that could. */
function doubtfulIn(signs: readonly string[], products: readonly Product[]): DoubtfulPlace[] {
  const known = knownSigns(products);
  return signs
    .map((typed, at) => ({ place: at + 1, typed, perhaps: lookAlikes(typed, known) }))
    .filter(({ perhaps }) => perhaps.length > 0)
    .slice(0, PLACES_MAX);
}

function isShapeOf({ codeShape }: Product, signs: readonly string[]): boolean {
  if (codeShape === null) return false;
  const prefix = Array.from(codeShape.prefix);
  if (signs.length !== prefix.length + codeShape.length) return false;
  if (!prefix.every((sign, at) => sign === signs[at])) return false;
  return signs.slice(prefix.length).every((sign) => codeShape.alphabet.includes(sign));
}

function isNumberOf({ numberShape }: Product, text: string): boolean {
  const number = numberShape === null ? null : normaliseNumber(text);
  if (number === null || numberShape === null) return false;
  return number.length === numberShape.digits && number.startsWith(numberShape.prefix);
}

function knownSigns(products: readonly Product[]): ReadonlySet<string> {
  const shapes = products.flatMap(({ codeShape }) => codeShape ?? []);
  return new Set(shapes.flatMap(({ alphabet, prefix }) => Array.from(alphabet + prefix)));
}

function lookAlikes(typed: string, known: ReadonlySet<string>): string[] {
  const alike = LOOK_ALIKES.filter((group) => group.includes(typed)).flatMap((group) =>
    Array.from(group),
  );
  return [...new Set(alike)].filter((sign) => sign !== typed && known.has(sign));
}

/** In the form in which codes are compared: capitals and hiragana. */
const LOOK_ALIKES: readonly string[] = [
  '0OQD',
  '1ILT7',
  '5S',
  '8B3',
  '2Z',
  '6G',
  '9P',
  'UV',
  'VY',
  'MN',
  'わねれ',
  'ぬめ',
  'るろ',
  'さちき',
  'はほ',
  'いり',
  'つう',
  'あお',
  'しつ', // シ and ツ, where katakana was read
  'そん',
];

function finding(kind: TypedFinding['kind']): TypedFinding {
  return { kind, places: [], length: null, otherProductId: null };
}
