import type { NewSuspension, SuspensionScope } from '../../api/answers.ts';
import { instantTyped } from '../../formats.ts';
import { textIn } from '../../text.ts';
import type { Dimension } from './scope.tsx';

/** A stop while it is being composed. Texts that nobody has touched follow what is chosen. */
export interface Draft {
  /** Chosen by whoever composes it, never before: what nobody chose must not stop an issuer. */
  readonly reach: 'part' | 'all' | null;
  readonly scope: SuspensionScope;
  readonly isNow: boolean;
  readonly startsAt: string; // as typed
  readonly announcedText: string;
  readonly expectedEnd: string; // as typed; empty: not known
  readonly internalReason: string;
  readonly textJa: string | null; // null: not touched
  readonly textEn: string | null;
  readonly criteria: string;
}

export const EMPTY_DRAFT: Draft = {
  reach: null,
  scope: { operations: ['sell'] },
  isNow: true,
  startsAt: '',
  announcedText: '',
  expectedEnd: '',
  internalReason: '',
  textJa: null,
  textEn: null,
  criteria: '',
};

export function withThing(draft: Draft, dimension: Dimension, id: number | null): Draft {
  return { ...draft, scope: { ...draft.scope, [dimension]: id } };
}

/** What the public is told unless somebody writes better words: true, and what to do. */
export function publicTexts(
  draft: Draft,
  what: { readonly ja: string; readonly en: string },
): { readonly textJa: string; readonly textEn: string } {
  const operations = draft.scope.operations ?? [];
  const isUse = operations.some((each) => each === 'use' || each === 'redeem' || each === 'earn');
  const kind = operations.length === 0 ? 'all' : isUse ? 'use' : 'sell';
  return {
    textJa: draft.textJa ?? textIn('ja', `publicText.${kind}`, { what: what.ja }),
    textEn: draft.textEn ?? textIn('en', `publicText.${kind}`, { what: what.en }),
  };
}

export function sentOf(
  draft: Draft,
  texts: { readonly textJa: string; readonly textEn: string },
): NewSuspension {
  const { scope, isNow, startsAt, announcedText, expectedEnd, internalReason, criteria } = draft;
  return {
    scope,
    startsAt: isNow ? null : instantTyped(startsAt),
    announcedText: announcedText.trim() === '' ? null : announcedText,
    expectedEnd: expectedEnd === '' ? null : instantTyped(expectedEnd),
    internalReason,
    criteria,
    ...texts,
  };
}

/** Whether nothing narrows it: everything of the issuer stops, or one kind of operation everywhere. */
export function isEverything({ scope }: Draft): boolean {
  const { operations: _operations, ...things } = scope;
  return Object.values(things).every((id) => id === null || id === undefined);
}

/** Whether it says what shall stop. */
export function isChosen(draft: Draft): boolean {
  return draft.reach === 'all' || (draft.reach === 'part' && !isEverything(draft));
}

/** All of it names nothing; what was named before is chosen anew. */
export function withReach(draft: Draft, reach: 'part' | 'all'): Draft {
  const { operations } = draft.scope;
  return reach === 'all' ? { ...draft, reach, scope: { operations } } : { ...draft, reach };
}
