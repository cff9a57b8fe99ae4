import type { CaseDetail } from '../../api/answers.ts';
import type { Language } from '../../text.ts';
import { outcomeText, wordOf } from '../../words.ts';

type Evidence = CaseDetail['evidence'][number];

/** Each member of a row that says something, by its name: in words where the server names something. */
export function evidenceText({ kind, content }: Evidence, language: Language): string {
  if (content === null) return language.t('cases.erased');
  const { unit, ...members } = content;
  return Object.entries(members)
    .filter(([, value]) => value !== null && value !== '' && !isEmptyList(value))
    .map(([name, value]) => {
      const said =
        name === 'amountMinor' && typeof unit === 'string'
          ? language.money(String(value), unit)
          : [value].flat().map((one) => saidOf({ kind, name }, one, language));
      return `${wordOf('seen', name, language)}: ${[said].flat().join(', ')}`;
    })
    .join(' / ');
}

function saidOf(
  { kind, name }: { readonly kind: Evidence['kind']; readonly name: string },
  value: unknown,
  language: Language,
): string {
  if (name.endsWith('At') && typeof value === 'number') return language.instant(value);
  if (isNamed(value)) return language.nameOf(value);
  const text = String(value);
  if (name === 'country') return countryName(text, language);
  if (name === 'oddities') return wordOf('odd', text, language);
  if (name === 'factor') return wordOf('factor', text, language);
  if (name === 'kind') return wordOf('kind', text, language);
  if (name !== 'outcome') return text;
  return kind === 'sign_in' ? wordOf('memberSignIn', text, language) : outcomeText(text, language);
}

function isNamed(value: unknown): value is { readonly nameJa: string; readonly nameEn: string } {
  return typeof value === 'object' && value !== null && 'nameJa' in value && 'nameEn' in value;
}

function countryName(code: string, { locale }: Language): string {
  return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
