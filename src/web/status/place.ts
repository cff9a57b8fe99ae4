import type { Names } from '../../incidents/index.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Locale } from '../../kernel/locale.ts';

/** In which language, in whose time, and how fresh: what every page of the public record is made with. */
export interface StatusPlace {
  readonly locale: Locale;
  readonly zone: string;
  readonly origin: string;
  readonly names: Names;
  readonly changedAt: Instant;
  readonly confirmedAt: Instant; // when the database last confirmed it
  readonly isStale: boolean; // it has not for a while
}

export function statusAddress(locale: Locale): string {
  return `/${locale}/status`;
}

export function otherOf(locale: Locale): Locale {
  return locale === 'ja' ? 'en' : 'ja';
}
