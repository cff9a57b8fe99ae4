import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { formatsIn, type Formats } from './formats.ts';
import { textIn, type ConsoleText, type Locale, type Values } from './text.ts';

/** The language of the screen, and everything that is written in it. */
export interface Language extends Formats {
  readonly locale: Locale;
  readonly setLocale: (locale: Locale) => void;
  readonly t: (key: ConsoleText, values?: Values) => string;
  /** Of a thing that has a name in each language. */
  readonly nameOf: (thing: { readonly nameJa: string; readonly nameEn: string }) => string;
}

const KEPT_AS = 'kinken.console.language';
const Spoken = createContext<Language | null>(null);

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [locale, choose] = useState<Locale>(firstLocale);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const language = useMemo<Language>(
    () => ({
      ...formatsIn(locale),
      locale,
      setLocale(next) {
        choose(next);
        localStorage.setItem(KEPT_AS, next);
      },
      t: (key, values) => textIn(locale, key, values),
      nameOf: ({ nameJa, nameEn }) => (locale === 'ja' ? nameJa : nameEn),
    }),
    [locale],
  );
  return <Spoken value={language}>{children}</Spoken>;
}

export function useLanguage(): Language {
  const language = useContext(Spoken);
  if (language === null) throw new Error('a screen stands inside LanguageProvider');
  return language;
}

function firstLocale(): Locale {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === 'ja' || kept === 'en') return kept;
  return navigator.language.startsWith('ja') ? 'ja' : 'en';
}
