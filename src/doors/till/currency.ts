import type { Unit } from '../../kernel/money.ts';

/** ISO 4217 numeric codes of the currencies that prepaid value is commonly issued in. */
const UNITS: Readonly<Record<string, Unit>> = {
  '032': 'ARS',
  '036': 'AUD',
  '048': 'BHD',
  '050': 'BDT',
  '096': 'BND',
  '104': 'MMK',
  '116': 'KHR',
  '124': 'CAD',
  '144': 'LKR',
  '152': 'CLP',
  '156': 'CNY',
  '170': 'COP',
  '188': 'CRC',
  '191': 'HRK',
  '203': 'CZK',
  '208': 'DKK',
  '344': 'HKD',
  '348': 'HUF',
  '352': 'ISK',
  '356': 'INR',
  '360': 'IDR',
  '376': 'ILS',
  '392': 'JPY',
  '398': 'KZT',
  '400': 'JOD',
  '404': 'KES',
  '410': 'KRW',
  '414': 'KWD',
  '418': 'LAK',
  '446': 'MOP',
  '458': 'MYR',
  '484': 'MXN',
  '496': 'MNT',
  '504': 'MAD',
  '512': 'OMR',
  '524': 'NPR',
  '554': 'NZD',
  '566': 'NGN',
  '578': 'NOK',
  '586': 'PKR',
  '600': 'PYG',
  '604': 'PEN',
  '608': 'PHP',
  '634': 'QAR',
  '643': 'RUB',
  '682': 'SAR',
  '702': 'SGD',
  '704': 'VND',
  '710': 'ZAR',
  '752': 'SEK',
  '756': 'CHF',
  '764': 'THB',
  '784': 'AED',
  '788': 'TND',
  '800': 'UGX',
  '818': 'EGP',
  '826': 'GBP',
  '834': 'TZS',
  '840': 'USD',
  '858': 'UYU',
  '901': 'TWD',
  '936': 'GHS',
  '941': 'RSD',
  '946': 'RON',
  '949': 'TRY',
  '950': 'XAF',
  '952': 'XOF',
  '953': 'XPF',
  '975': 'BGN',
  '978': 'EUR',
  '980': 'UAH',
  '985': 'PLN',
  '986': 'BRL',
};

const NUMERICS: ReadonlyMap<Unit, string> = new Map(
  Object.entries(UNITS).map(([numeric, unit]) => [unit, numeric]),
);

/** The unit that DE49 names, or undefined: also for codes that are none, and for points. */
export function unitOfNumeric(numeric: string): Unit | undefined {
  return Object.hasOwn(UNITS, numeric) ? UNITS[numeric] : undefined;
}

/** What DE54 says of a unit. 999 is the standard's "no currency": points have none. */
export function numericOfUnit(unit: Unit): string {
  return NUMERICS.get(unit) ?? '999';
}
