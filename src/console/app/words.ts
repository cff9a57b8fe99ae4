import type { Language } from './language.tsx';
import { isConsoleText } from './text.ts';

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
