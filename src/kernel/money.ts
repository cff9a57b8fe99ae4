/** ISO 4217 code in capitals, or `PTS:<programme>` for points (R36). */
export type Unit = string;

/** The largest amount of one operation: what JSON carries exactly (R36). */
export const AMOUNT_MAX_MINOR = BigInt(Number.MAX_SAFE_INTEGER);

const POINTS = /^PTS:[a-z0-9-]{1,40}$/;
const CURRENCY = /^[A-Z]{3}$/;

export function isUnit(text: string): boolean {
  return CURRENCY.test(text) || POINTS.test(text);
}

/** Minor units in one major unit, as a power of ten: JPY 0, USD 2, points 0. */
export function minorDigits(unit: Unit): number {
  return MINOR_DIGITS[unit] ?? (unit.startsWith('PTS:') ? 0 : 2);
}

/** ISO 4217 currencies whose minor unit is not a hundredth. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** Of two amounts of one unit. */
export function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
