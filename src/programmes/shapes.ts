import type { CodeShape, NumberShape } from './catalogue.ts';

/** Characters of a code in its normal form, at most. */
export const CODE_MAX = 64;
export const ENTROPY_MIN_BITS = 70;

/** In the order they are checked. */
export type CodeShapeRefusal =
  | 'code_length_not_allowed' // nothing drawn, or more than 64 characters with the prefix
  | 'code_alphabet_not_plain' // other than letters and digits of ASCII, hiragana and katakana
  | 'code_alphabet_ambiguous' // two characters that read the same, as `a` and `A`
  | 'code_prefix_not_plain'
  | 'code_kana_not_folded' // kana, and the shape does not say that katakana is hiragana
  | 'code_guessable'; // less than 70 bits (R29)

/** Whether cards may be minted in this shape. A base that is brought in may be weaker; it is never minted. */
export function judgeCodeShape(shape: CodeShape): CodeShapeRefusal | null {
  if (shape.length < 1 || shape.length + shape.prefix.length > CODE_MAX) {
    return 'code_length_not_allowed';
  }
  if (!PLAIN.test(shape.alphabet)) return 'code_alphabet_not_plain';
  const read = new Set(Array.from(foldKana(shape.alphabet.toUpperCase())));
  if (read.size !== shape.alphabet.length) return 'code_alphabet_ambiguous';
  if (shape.prefix !== '' && !PLAIN.test(shape.prefix)) return 'code_prefix_not_plain';
  if (KANA.test(shape.alphabet) && !shape.foldsKana) return 'code_kana_not_folded';
  return entropyBits(shape) < ENTROPY_MIN_BITS ? 'code_guessable' : null;
}

/** Without the long-vowel mark and combining marks: each is read as one character, whatever stands beside it. */
const PLAIN = /^[0-9A-Za-z\u3041-\u3096\u30a1-\u30f6]+$/;
const KANA = /[\u3041-\u30ff]/;
const KATAKANA = /[\u30a1-\u30f6\u30fd\u30fe]/g;

/** Katakana as hiragana. */
export function foldKana(text: string): string {
  return text.replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

export function entropyBits(shape: Pick<CodeShape, 'alphabet' | 'length'>): number {
  return shape.length * Math.log2(Math.max(1, shape.alphabet.length));
}

/** In the order they are checked. */
export type NumberShapeRefusal =
  | 'number_length_not_allowed' // 8 to 19 digits
  | 'number_prefix_not_digits'
  | 'number_space_too_small'; // with fewer than six random digits a lane may have no number at all

export function judgeNumberShape(shape: NumberShape): NumberShapeRefusal | null {
  const isLengthAllowed = Number.isInteger(shape.digits) && shape.digits >= 8 && shape.digits <= 19;
  if (!isLengthAllowed) return 'number_length_not_allowed';
  if (!/^[0-9]*$/.test(shape.prefix)) return 'number_prefix_not_digits';
  return shape.digits - shape.prefix.length - 1 < 6 ? 'number_space_too_small' : null;
}
