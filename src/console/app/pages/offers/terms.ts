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
    amountMinMinor: least === '' ? null : Number(least),
    amountMaxMinor: most === '' ? null : Number(most),
    leadTimeMs: leadMinutes === '' ? null : Number(leadMinutes) * MINUTE_MS,
    conditions: {
      ...(ownLineOnly && { ownLineOnly }),
      ...(noWifi && { noWifi }),
      ...(devices.length > 0 && { devices: [...devices] }),
    },
    endsAt: endsAt === '' ? null : instantTyped(endsAt),
    ...(validFrom !== null && { validFrom: instantTyped(validFrom) }),
  };
}
