import { AMOUNT_MAX_MINOR, isUnit, minorDigits, type Unit } from '../../kernel/money.ts';
import { accepted, refused, type Result } from '../../kernel/result.ts';

export interface Amount {
  readonly minor: bigint;
  readonly unit: Unit;
}

export type AmountFault =
  | 'invalidCurrency'
  | 'invalidAmount'
  | 'fractionalAmount'
  | 'maxAmountExceeded';

const DECIMAL = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;
const KNOWN_CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/**
 * Reads an amount from its text, never through a float (R36). `1000`, `1000.0`, `"1000"` and `1e3`
 * are one amount; half a yen is `fractionalAmount`, and so is a tenth of a cent.
 */
export function parseAmount(
  text: string | null,
  currencyCode: string | null,
): Result<Amount, AmountFault> {
  if (currencyCode === null || !isKnownUnit(currencyCode)) return refused('invalidCurrency');
  const match = DECIMAL.exec(text ?? '');
  if (match === null) return refused('invalidAmount');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '' || sign === '-') return refused('invalidAmount');

  // The value in minor units is digits x 10^shift.
  const shift = minorDigits(currencyCode) + Number(exponent) - fraction.length;
  const minorText = shift >= 0 ? digits + '0'.repeat(shift) : cutZeros(digits, -shift);
  if (minorText === null) return refused('fractionalAmount');
  if (minorText.length > 16) return refused('maxAmountExceeded'); // 2^53 - 1 has 16 digits
  const minor = BigInt(minorText);
  if (minor > AMOUNT_MAX_MINOR) return refused('maxAmountExceeded');
  return accepted({ minor, unit: currencyCode });
}

/** As the protocol prints amounts: at least one digit behind the point, `1000.0`, `10.25`. */
export function formatAmount(minor: bigint, unit: Unit): string {
  const places = minorDigits(unit);
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${sign}${whole}.${fraction === '' ? '0' : fraction}`;
}

/** The digits without their last `count`, which must all be zero. */
function cutZeros(digits: string, count: number): string | null {
  const kept = digits.slice(0, Math.max(0, digits.length - count));
  const isWhole = digits.length > count && /^0*$/.test(digits.slice(kept.length));
  return isWhole ? kept : null;
}

function isKnownUnit(code: string): boolean {
  return KNOWN_CURRENCIES.has(code) || (code.startsWith('PTS:') && isUnit(code));
}
