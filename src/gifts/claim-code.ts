import { hashSecret, type KeyRing, type Random } from '../kernel/crypto.ts';

/** 32 letters that nobody mixes up: 80 bits. A check digit would only help who guesses. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 16;
const GROUP = 4;
const SHAPE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** XXXX-XXXX-XXXX-XXXX, as it is typed from a mail or a sheet of paper. */
export function newClaimCode(random: Random): string {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[random.below(ALPHABET.length)]);
  return groupsOf(letters.join(''));
}

function groupsOf(letters: string): string {
  return letters.match(new RegExp(`.{1,${GROUP}}`, 'g'))?.join('-') ?? letters;
}

/** As it was given out, whatever width, case or spaces it was typed with. Null: it cannot be one. */
export function readClaimCode(typed: string): string | null {
  if (typed.length > 200) return null;
  const letters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-‐‑–—―ーｰ_.]/g, '');
  return SHAPE.test(letters) ? groupsOf(letters) : null;
}

/** Under every look-up key, the current one first. */
export function claimCodeNames(keys: Pick<KeyRing, 'lookUpNames'>, code: string): string[] {
  return keys.lookUpNames(textOfCode(code));
}

export function claimCodeName(keys: Pick<KeyRing, 'lookUpName'>, code: string): string {
  return keys.lookUpName(textOfCode(code));
}

function textOfCode(code: string): string {
  return `claim code of a gift\n${code}`;
}

/** Of a secret with 256 bits. */
export function receiptHash(receipt: string): Uint8Array {
  return hashSecret(`receipt of a gift\n${receipt}`);
}
