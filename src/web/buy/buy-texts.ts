import type { Instant } from '../../kernel/clock.ts';
import { textOf, type Locale } from '../../kernel/locale.ts';
import type { OfferConditions } from '../../programmes/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function nameOf(
  locale: Locale,
  thing: { readonly nameJa: string; readonly nameEn: string },
): string {
  return locale === 'ja' ? thing.nameJa : thing.nameEn;
}

export function leadTimeText(locale: Locale, leadTimeMs: number): string {
  if (leadTimeMs < 60_000) return textOf(locale, 'buy.atOnce');
  if (leadTimeMs < 2 * HOUR_MS)
    return textOf(locale, 'buy.minutes', { count: Math.ceil(leadTimeMs / 60_000) });
  if (leadTimeMs < 2 * DAY_MS)
    return textOf(locale, 'buy.hours', { count: Math.ceil(leadTimeMs / HOUR_MS) });
  return textOf(locale, 'buy.days', { count: Math.ceil(leadTimeMs / DAY_MS) });
}

export function momentText(locale: Locale, at: Instant, zone: string): string {
  return new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: zone,
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(at);
}

/** Each condition as a sentence of its own. */
export function conditionTexts(locale: Locale, conditions: OfferConditions): string[] {
  const { ownLineOnly = false, noWifi = false, devices } = conditions;
  const texts: string[] = [];
  if (ownLineOnly) texts.push(textOf(locale, 'buy.condition.ownLine'));
  if (noWifi) texts.push(textOf(locale, 'buy.condition.noWifi'));
  if (devices !== undefined) {
    const named = devices.map((device) => textOf(locale, `buy.device.${device}`));
    const list = named.join(textOf(locale, 'buy.or'));
    texts.push(textOf(locale, 'buy.condition.devices', { devices: list }));
  }
  return texts;
}
