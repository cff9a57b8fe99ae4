/**
 * A telephone number as a gateway for SMS takes it (E.164), or null: `+`, a country, fifteen digits at most.
 * As it is typed in Japan, `090-1234-5678` and `+81 (0)90 ...`, it becomes `+819012345678`.
 */
export function readPhoneNumber(text: string): string | null {
  if (text.length > TYPED_MAX) return null;
  const plain = text
    .normalize('NFKC')
    .replaceAll('(0)', '')
    .replace(/[\s().\p{Pd}]/gu, '');
  const international = /^0[1-9]/.test(plain) ? `+81${plain.slice(1)}` : plain;
  if (!/^\+[1-9]\d{7,14}$/.test(international)) return null;
  // A number of Japan has nine or ten digits behind +81, and no trunk zero.
  return international.startsWith('+81') && !/^\+81[1-9]\d{8,9}$/.test(international)
    ? null
    : international;
}

/** A number of Japan that can take no SMS: of a house, an office, a free call. What is elsewhere cannot be told so. */
export function isFixedLine(number: string): boolean {
  return number.startsWith('+81') && !/^\+81[6-9]0\d{8}$/.test(number);
}

const TYPED_MAX = 40;
