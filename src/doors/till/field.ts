import { assert } from '../../kernel/assert.ts';

/** ISO 8583's own letters for what a field may contain. */
export type Content = 'a' | 'n' | 'an' | 'anp' | 'ns' | 'ans' | 'x+n' | 'b' | 'z';

/** One field of a dialect, read from its notation. */
export interface FieldShape {
  readonly content: Content;
  readonly lengthDigits: number; // 0: fixed; 2: LL, 3: LLL, up to 6
  readonly lengthMax: number; // characters, or bytes of a binary field; of a fixed field its length
}

const NOTATION = /^(a|n|an|anp|ns|ans|x\+n|b|z) (\.{2,6})?([1-9][0-9]{0,5})$/;

/**
 * Reads `n 6` (fixed), `n ..19` (two digits of length before it), `ans ...999` (three): as many
 * dots as the length has digits, as the standard writes it. Binary fields count bytes.
 */
export function readFieldShape(notation: string): FieldShape {
  const [, content, dots, length] = NOTATION.exec(notation) ?? [];
  assert(content !== undefined, `"${notation}" is no notation of a field`);
  const lengthDigits = dots?.length ?? 0;
  const lengthMax = Number(length);
  assert(
    lengthDigits === 0 || lengthMax < 10 ** lengthDigits,
    `"${notation}" is longer than its length digits can say`,
  );
  return { content: content as Content, lengthDigits, lengthMax };
}

/**
 * A bit for each kind of content, so that one look-up per byte tells whether it may stand there.
 */
const BITS: Readonly<Record<Content, number>> = {
  a: 1,
  n: 2,
  an: 4,
  anp: 8,
  ns: 16,
  ans: 32,
  'x+n': 64,
  b: 128,
  z: 256,
};

const ALLOWED: Readonly<Record<Content, RegExp>> = {
  a: /[A-Za-z]/,
  n: /[0-9]/,
  an: /[A-Za-z0-9]/,
  anp: /[A-Za-z0-9 ]/,
  ns: /[!-@[-`{-~ ]/, // digits and signs, no letters
  ans: /[ -~]/,
  'x+n': /[0-9]/, // after its first character, which is C or D
  b: /[^]/,
  z: /[0-9:-?DFdf]/, // track 2; D stands for the separator, F pads
};

/** For each of the 256 bytes the kinds of content that allow it. */
const KINDS_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  let kinds = 0;
  for (const [content, allowed] of Object.entries(ALLOWED)) {
    if (allowed.test(character)) kinds |= BITS[content as Content];
  }
  return kinds;
});

/** Whether every byte from `start` to `end` may stand in a field of this content. */
export function isContentAllowed(
  content: Content,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (content === 'b') return true;
  let from = start;
  if (content === 'x+n') {
    const sign = bytes[start];
    if (sign !== 0x43 && sign !== 0x44) return false;
    from += 1;
  }
  const kind = BITS[content];
  for (let index = from; index < end; index += 1) {
    const kinds = KINDS_OF_BYTE[bytes[index] as number] as number;
    if ((kinds & kind) === 0) return false;
  }
  return true;
}
