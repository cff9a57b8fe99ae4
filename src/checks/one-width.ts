/**
 * A stranger's text with signs of one width. Marks without end upon one letter are cut first: to put them in order
 * takes time by their square, seconds for one mail.
 */
export function inOneWidth(text: string): string {
  return withoutPiledMarks(text).normalize('NFKC');
}

/** The bound of Unicode's own stream-safe format (UAX 15); no language needs a tenth of it. */
export function withoutPiledMarks(text: string): string {
  return text.replaceAll(/([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu, '$1');
}
