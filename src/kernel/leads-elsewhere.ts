import { parse } from 'tldts';

/** What somebody from outside writes, where it will stand in a message of ours, which says that it is from us. */

/** A link, a mail address, or what a mail program makes one of: a word that ends as hosts do, however it is written. */
export function leadsElsewhere(text: string): boolean {
  return leads(readable(text));
}

/**
 * A name, as far as that can be said: nothing that leads elsewhere, no number to call, nothing that ends a line or
 * turns the words around it. Short of that a name is kept as it was typed. Initials count as a message writes them.
 */
export function canBeName(text: string): boolean {
  const plain = readable(initialsApart(text)).replaceAll('。', '.'); // which ends a sentence, and no name
  return !TURNS_OR_ENDS.test(text) && digitsToCall(plain) < DIGITS_TO_CALL && !leads(plain);
}

/**
 * K.Suzuki ends as hosts do, and so do Honda, Kim and Ng. A capital initial in front of a name with a capital is written
 * apart from it, `K. Suzuki`, of which no mail program makes a link; `t.co` and `T.Co/a` are left to be refused.
 */
export function initialsApart(text: string): string {
  return text.replaceAll(INITIAL, '$& ');
}

const INITIAL =
  /(?<![\p{L}\p{M}\p{N}_-])[A-ZＡ-Ｚ][.．](?=(?:[A-ZＡ-Ｚ][.．]){0,3}[A-ZＡ-Ｚ][\p{L}\p{M}]+(?![\p{L}\p{M}\p{N}\p{Cf}_.．/／-]))/gu;

/** As a browser reads a host: one width, small letters, one dot, and nothing that is not seen. */
function readable(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replaceAll(/[‧·]|(?<=[a-z0-9])。(?=[a-z0-9])/g, '.');
}

function leads(plain: string): boolean {
  if (/:\/\/|\S@\S|(?<![a-z0-9])www\.[\p{L}\p{N}]/u.test(plain)) return true;
  for (const { 0: word, index } of plain.matchAll(/[\p{L}\p{M}\p{N}.-]+/gu)) {
    const labels = word.split('.');
    const hasPath = plain[index + word.length] === '/' && /^\p{L}/u.test(labels.at(-1) ?? '');
    if (labels.some((label, at) => at > 0 && isEnding(labels[at - 1]!, label, hasPath)))
      return true;
  }
  return false;
}

/** Whether hosts end so. What is written on behind the ending counts for nothing: `example.comへ`. */
function isEnding(before: string, label: string, hasPath: boolean): boolean {
  if (before === '' || label === '') return false;
  const latin = /^[a-z]*/.exec(label)?.[0] ?? '';
  return hasPath || isHost(`${before}.${label}`) || (latin !== '' && isHost(`${before}.${latin}`));
}

function isHost(name: string): boolean {
  return parse(name, { validateHostname: false, extractHostname: false }).isIcann === true;
}

/** In any script. One of 一 to 九 that stands alone is a word, and none of a number: 一同. */
function digitsToCall(plain: string): number {
  const joined = plain.replaceAll(/[\s\p{M}\p{P}\p{S}ー]+/gu, '');
  return joined.match(DIGIT)?.length ?? 0;
}

const DIGIT =
  /\p{N}|[零一二三四五六七八九](?=[\p{N}零一二三四五六七八九])|(?<=[\p{N}零一二三四五六七八九])[零一二三四五六七八九]/gu;
const DIGITS_TO_CALL = 7;
const TURNS_OR_ENDS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
