/** How the public record is put into words, in either language. Pure. */
import type { Instant } from '../kernel/clock.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import type { Catalogue } from '../programmes/index.ts';
import { phasesStopped, type Stop } from './sale-grid.ts';
import type { StatusView } from './status-view.ts';
import type { Phase, System } from './system.ts';

export interface Named {
  readonly nameJa: string;
  readonly nameEn: string;
}

export function nameIn(locale: Locale, { nameJa, nameEn }: Named): string {
  return locale === 'ja' ? nameJa : nameEn;
}

export function titleIn(
  locale: Locale,
  { titleJa, titleEn }: { readonly titleJa: string; readonly titleEn: string },
): string {
  return locale === 'ja' ? titleJa : titleEn;
}

export function bodyIn(
  locale: Locale,
  { bodyJa, bodyEn }: { readonly bodyJa: string; readonly bodyEn: string },
): string {
  return locale === 'ja' ? bodyJa : bodyEn;
}

export function componentText(locale: Locale, system: System, phase: Phase): string {
  const values = { system: nameIn(locale, system), phase: textOf(locale, `act.${phase}`) };
  return textOf(locale, 'component.name', values);
}

export function overallText(locale: Locale, view: StatusView): string {
  return textOf(locale, `status.all.${view.isMaintenance ? 'maintenance' : view.indicator}`);
}

/** What suspensions name, as far as the catalogue has a name for it. */
export type Names = Pick<
  Catalogue,
  | 'issuers'
  | 'programmes'
  | 'products'
  | 'sellers'
  | 'chains'
  | 'aggregators'
  | 'tenders'
  | 'merchants'
>;

/** `docomoオンラインショップ、App Storeカード、通信料合算`: what is stopped, from the place to the tender. */
export function stopScopeText(
  locale: Locale,
  { suspension: { scope } }: Stop,
  names: Names,
): string {
  const named = [
    names.aggregators.get(scope.aggregatorId),
    names.chains.get(scope.chainId),
    names.sellers.get(scope.sellerId),
    names.merchants.get(scope.merchantId),
    names.programmes.get(scope.programmeId),
    names.products.get(scope.productId),
    names.tenders.get(scope.tenderId),
  ].filter((each) => each !== undefined);
  if (named.length === 0) {
    const issuer = names.issuers.get(scope.issuerId);
    const everything = textOf(locale, 'stop.everything');
    return issuer ? `${nameIn(locale, issuer)}: ${everything}` : everything;
  }
  return named.map((each) => nameIn(locale, each)).join(locale === 'ja' ? '、' : ', ');
}

export function stopTitle(locale: Locale, stop: Stop, names: Names): string {
  const phases = phasesStopped(stop.suspension.scope.operations);
  const key = STOP_TITLES[stop.phase.effect];
  return textOf(locale, key, {
    what: stopScopeText(locale, stop, names),
    phases: phases
      .map((phase) => textOf(locale, `act.${phase}`))
      .join(locale === 'ja' ? '・' : ', '),
  });
}

const STOP_TITLES = {
  stopped: 'stop.title',
  conditions: 'stop.titleConditions',
  ended: 'stop.titleEnded',
  lifted: 'stop.titleLifted', // told, and never shown
} as const;

export function stopBody(locale: Locale, { phase }: Stop): string {
  return locale === 'ja' ? phase.textJa : phase.textEn;
}

export function conditionsText(locale: Locale, { phase: { conditions } }: Stop): string[] {
  if (conditions === null) return [];
  const texts: string[] = [];
  if (conditions.ownLineOnly === true) texts.push(textOf(locale, 'stop.ownLineOnly'));
  if (conditions.noWifi === true) texts.push(textOf(locale, 'stop.noWifi'));
  const devices = conditions.devices ?? [];
  if (devices.length > 0) {
    const named = devices.map((device) => textOf(locale, `device.${device}`));
    texts.push(
      textOf(locale, 'stop.devices', { devices: named.join(locale === 'ja' ? '、' : ', ') }),
    );
  }
  return texts;
}

/** `2019年12月20日 19:19`, in the zone in which the page speaks. */
export function timeText(locale: Locale, instant: Instant, zone: string): string {
  return formatOf(locale, zone, 'minute').format(instant);
}

export function secondText(locale: Locale, instant: Instant, zone: string): string {
  return formatOf(locale, zone, 'second').format(instant);
}

/** Only the day, for what was announced without an hour (R25). */
export function dayText(locale: Locale, instant: Instant, zone: string): string {
  return formatOf(locale, zone, 'day').format(instant);
}

/** `2019年12月`. */
export function monthText(locale: Locale, instant: Instant, zone: string): string {
  return formatOf(locale, zone, 'month').format(instant);
}

export function sinceText(locale: Locale, { suspension, phase }: Stop, zone: string): string {
  const isFirst = suspension.phases[0] === phase;
  const isDay = isFirst && suspension.precision === 'day';
  return isDay ? dayText(locale, phase.startsAt, zone) : timeText(locale, phase.startsAt, zone);
}

const MINUTE_MS = 60_000;

export function durationText(locale: Locale, ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS));
  if (minutes < 60) return textOf(locale, 'duration.minutes', { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return textOf(locale, 'duration.hours', { hours, minutes: minutes % 60 });
  return textOf(locale, 'duration.days', { days: Math.floor(hours / 24), hours: hours % 24 });
}

type Detail = 'second' | 'minute' | 'day' | 'month';

const DETAILS: Readonly<Record<Detail, Intl.DateTimeFormatOptions>> = {
  second: { dateStyle: 'long', timeStyle: 'medium' },
  minute: { dateStyle: 'long', timeStyle: 'short' },
  day: { dateStyle: 'long' },
  month: { year: 'numeric', month: 'long' },
};
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: Locale, timeZone: string, detail: Detail): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${detail}`;
  const language = locale === 'ja' ? 'ja-JP' : 'en-GB';
  const format =
    formats.get(key) ?? new Intl.DateTimeFormat(language, { timeZone, ...DETAILS[detail] });
  formats.set(key, format);
  return format;
}
