import type { Random } from '../kernel/crypto.ts';

/** `KC-7Q2M-4XKT`: 40 random bits; it opens nothing. */
export function newCaseNumber(random: Random): string {
  const sign = () => ALPHABET[random.below(ALPHABET.length)];
  const group = () => Array.from({ length: 4 }, sign).join('');
  return `KC-${group()}-${group()}`;
}

/** As it was typed; null for what is no number of a case. */
export function readCaseNumber(text: string): string | null {
  const plain = text
    .slice(0, 64)
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase();
  const found = /^KC([2-9A-HJ-NP-Z]{4})([2-9A-HJ-NP-Z]{4})$/.exec(plain);
  return found ? `KC-${found[1]}-${found[2]}` : null;
}

/** No 0 and O, no 1 and I. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
