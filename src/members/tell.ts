import type { Instant } from '../kernel/clock.ts';
import type { Queryable } from '../kernel/database/index.ts';
import { textOf, type Locale, type TextKey } from '../kernel/locale.ts';
import type { WantedNotice } from '../notices/index.ts';
import type { Context } from './context.ts';
import { deviceName } from './device-name.ts';
import type { SeenFrom } from './from.ts';
import { UNKNOWN_NETWORK } from './place.ts';

export interface Told {
  readonly emailTyped: string;
  readonly locale: Locale;
}

/** Gives the numbers, also of what goes by SMS beside it. Written in the transaction of its cause: it stands in the inbox before it goes out, and what cannot be told is not done. */
export async function tell(
  { notices, log }: Pick<Context, 'notices' | 'log'>,
  on: Queryable,
  wanted: WantedNotice,
): Promise<readonly string[]> {
  const sent = await notices.sendNotice(on, wanted);
  if (sent.ok) return [sent.value.number, ...(sent.value.alsoBy ?? [])];
  log.error({ template: wanted.template, refusal: sent.refusal }, 'a member could not be told');
  throw new Error(`a notice could not be written: ${sent.refusal}`);
}

export function deviceText(
  locale: Locale,
  { userAgent, network }: Pick<SeenFrom, 'userAgent' | 'network'>,
): string {
  return deviceNameText(locale, { device: deviceName(userAgent), network });
}

/** Where there was no browser it is said why: what a thief asked for and waited for was not done by the desk. */
export function deviceNameText(
  locale: Locale,
  { device, network }: { readonly device: string | null; readonly network: string },
): string {
  return device ?? textOf(locale, NO_DEVICE.get(network) ?? 'member.device.unknown');
}

/** Stands in place of a network, which no visitor can say: that of what is no address is `unknown`. */
export const AT_DESK = 'desk';
export const AFTER_WAIT = 'after its wait';
export const WITH_STOP = 'with a stop';

const NO_DEVICE: ReadonlyMap<string, TextKey> = new Map([
  [AT_DESK, 'member.device.atDesk'],
  [AFTER_WAIT, 'member.device.afterWait'],
  [WITH_STOP, 'member.device.withStop'],
]);

export function placeText(
  locale: Locale,
  { country, network }: Pick<SeenFrom, 'country' | 'network'>,
): string {
  const isNowhere = network === UNKNOWN_NETWORK || NO_DEVICE.has(network);
  if (isNowhere && country === null) return textOf(locale, 'member.place.none');
  const named = country === null ? undefined : countryNames[locale].of(country);
  return textOf(locale, 'member.place', {
    country: named ?? textOf(locale, 'member.place.unknown'),
    network,
  });
}

export function timeText(locale: Locale, at: Instant): string {
  return timeFormats[locale].format(at);
}

/** Made once: making one takes 0.3 ms. */
const timeFormats: Readonly<Record<Locale, Intl.DateTimeFormat>> = {
  ja: timeFormat('ja-JP'),
  en: timeFormat('en-GB'),
};

function timeFormat(language: string): Intl.DateTimeFormat {
  const style = { dateStyle: 'long', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat(language, { timeZone: 'Asia/Tokyo', ...style });
}

const countryNames: Readonly<Record<Locale, Intl.DisplayNames>> = {
  ja: new Intl.DisplayNames('ja', { type: 'region' }),
  en: new Intl.DisplayNames('en', { type: 'region' }),
};
