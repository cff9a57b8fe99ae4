import { isConsoleText, type Language } from './text.ts';

/** A refusal's code in words; one that has no words yet is shown as it is, which the API documents. */
export function refusalText(refusal: string, { t }: Language): string {
  const key = `refusal.${refusal}`;
  return isConsoleText(key) ? t(key) : refusal;
}

/** The same for a state, kind or role that the server names. */
export function wordOf(group: string, name: string, { t }: Language): string {
  const key = `${group}.${name}`;
  return isConsoleText(key) ? t(key) : name;
}

/** Of a request: `accepted` and its kind are outcomes; everything else is a refusal. */
export function outcomeText(outcome: string, language: Language): string {
  const word = wordOf('outcome', outcome, language);
  return word === outcome ? refusalText(outcome, language) : word;
}
