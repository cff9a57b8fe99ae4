import type { OfferChange, ShownOffer } from '../../api/answers.ts';
import { instantTyped } from '../../formats.ts';

export const DEVICES = ['phone', 'tablet', 'pc', 'till'] as const;
type Device = (typeof DEVICES)[number];

/** The terms of an offer while they are typed; empty is what the product or the tender says. */
export interface TermsTyped {
  readonly least: string;
  readonly most: string;
  readonly leadMinutes: string;
  readonly ownLineOnly: boolean;
  readonly noWifi: boolean;
  readonly devices: readonly Device[];
  readonly validFrom: string | null; // null: from now on
  readonly endsAt: string;
}

export const NO_TERMS: TermsTyped = {
  least: '',
  most: '',
  leadMinutes: '',
  ownLineOnly: false,
  noWifi: false,
  devices: [],
  validFrom: null,
  endsAt: '',
};

const MINUTE_MS = 60_000;

/**
 * A whole number as people type it: full width too, with separators of thousands. Nothing else is taken
 * out, so that "3万" is asked about and does not become 3. Undefined: it is no such number.
 */
export function countTyped(text: string): number | null | undefined {
  const typed = text.normalize('NFKC').trim().replaceAll('、', ',');
  if (typed === '') return null;
  if (!/^(?:[0-9]{1,15}|[0-9]{1,3}(?:[, ][0-9]{3}){1,4})$/.test(typed)) return undefined;
  return Number(typed.replaceAll(/[, ]/g, ''));
}

/** Whether the numbers that were typed are numbers; else the form is not sent. */
export function areTermsTyped({ least, most, leadMinutes }: TermsTyped): boolean {
  return [least, most, leadMinutes].every((text) => countTyped(text) !== undefined);
}

/** What differs from what the form showed at first, and from when; null where nothing does. */
export function termsChanged(typed: TermsTyped, before: TermsTyped): OfferChange | null {
  const { validFrom, ...sent } = termsSent(typed);
  const shown = new Map(
    Object.entries(termsSent(before)).map(([name, value]) => [name, textIn(value)]),
  );
  const changed = Object.entries(sent).filter(([name, value]) => shown.get(name) !== textIn(value));
  if (changed.length === 0) return null;
  return { ...Object.fromEntries(changed), ...(validFrom !== undefined && { validFrom }) };
}

function textIn(value: unknown): string {
  return JSON.stringify(value);
}

export function termsOf(offer: ShownOffer): TermsTyped {
  const { amountMinMinor, amountMaxMinor, leadTimeMs, conditions } = offer;
  const { devices = [] } = conditions;
  return {
    ...NO_TERMS,
    least: amountMinMinor === null ? '' : String(amountMinMinor),
    most: amountMaxMinor === null ? '' : String(amountMaxMinor),
    leadMinutes: leadTimeMs === null ? '' : String(Math.round(leadTimeMs / MINUTE_MS)),
    ownLineOnly: conditions.ownLineOnly === true,
    noWifi: conditions.noWifi === true,
    devices: DEVICES.filter((device) => devices.includes(device)),
  };
}

export function termsSent(
  typed: TermsTyped,
): Required<Omit<OfferChange, 'validFrom'>> & OfferChange {
  const { least, most, leadMinutes, ownLineOnly, noWifi, devices, validFrom, endsAt } = typed;
  return {
    amountMinMinor: countTyped(least) ?? null,
    amountMaxMinor: countTyped(most) ?? null,
    leadTimeMs: leadTimeOf(countTyped(leadMinutes) ?? null),
    conditions: {
      ...(ownLineOnly && { ownLineOnly }),
      ...(noWifi && { noWifi }),
      ...(devices.length > 0 && { devices: [...devices] }),
    },
    endsAt: endsAt === '' ? null : instantTyped(endsAt),
    ...(validFrom !== null && { validFrom: instantTyped(validFrom) }),
  };
}

function leadTimeOf(minutes: number | null): number | null {
  return minutes === null ? null : minutes * MINUTE_MS;
}
