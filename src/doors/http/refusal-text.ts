import type { Bilingual } from '../../kernel/locale.ts';

/** How a refusal reads over HTTP: what happened is the title, what to do is the detail. */
export interface RefusalText {
  readonly status: number;
  readonly title: Bilingual;
  readonly detail: Bilingual;
}

export function entry(
  status: number,
  titleEn: string,
  titleJa: string,
  detailEn: string,
  detailJa: string,
): RefusalText {
  return { status, title: { en: titleEn, ja: titleJa }, detail: { en: detailEn, ja: detailJa } };
}
