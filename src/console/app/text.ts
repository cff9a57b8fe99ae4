import en from '../../../locales/en/console.json' with { type: 'json' };
import ja from '../../../locales/ja/console.json' with { type: 'json' };
import type { Formats } from './formats.ts';

export type Locale = 'ja' | 'en';
export type ConsoleText = keyof typeof ja;
export type Values = Readonly<Record<string, string | number>>;

/** The console's own texts; what the server answers comes in both languages from there. */
export const CONSOLE_TEXTS: Readonly<Record<Locale, Readonly<Record<ConsoleText, string>>>> = {
  ja,
  en,
};

/** The language of the screen, and everything that is written in it. */
export interface Language extends Formats {
  readonly locale: Locale;
  readonly setLocale: (locale: Locale) => void;
  readonly t: (key: ConsoleText, values?: Values) => string;
  /** Of a thing that has a name in each language. */
  readonly nameOf: (thing: { readonly nameJa: string; readonly nameEn: string }) => string;
}

export function textIn(locale: Locale, key: ConsoleText, values: Values = {}): string {
  return CONSOLE_TEXTS[locale][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(values[name] ?? whole),
  );
}

export function isConsoleText(key: string): key is ConsoleText {
  return Object.hasOwn(ja, key);
}
