import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { formatsIn } from './formats.ts';
import { textIn, type Language, type Locale } from './text.ts';

export type { Language } from './text.ts';

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
