import type { Random } from '../kernel/crypto.ts';

/** `KN-7Q2M-4XKT-9PDR`: 60 random bits, so that numbers cannot be counted through. */
export function newNoticeNumber(random: Random): string {
  const groups = Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[random.below(ALPHABET.length)]).join(''),
  );
  return ['KN', ...groups].join('-');
}

/** As it was typed: any case, full width, with or without hyphens; null for what is no number of a notice. */
export function readNoticeNumber(text: string): string | null {
  const plain = text
    .slice(0, 64)
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase();
  const found = /^KN([2-9A-HJ-NP-Z]{4})([2-9A-HJ-NP-Z]{4})([2-9A-HJ-NP-Z]{4})$/.exec(plain);
  return found ? `KN-${found[1]}-${found[2]}-${found[3]}` : null;
}

const GROUPS = 3;
const GROUP_LENGTH = 4;
/** No 0 and O, no 1 and I. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
