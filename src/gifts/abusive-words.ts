/**
 * Words that nobody has to read from somebody who pays for it: threats, and insults that mean nothing else. A list
 * finds the crude ones alone, so whoever got a message can report it, and can want nothing more of its sender.
 */
const ABUSIVE: readonly RegExp[] = [
  /死ね(?![なるばま])/u,
  /氏ね/u,
  /殺す(?!気はな)|殺してや[るん]|ぶっ殺|ころしてやる/u,
  /消えろ/u,
  /(?:自殺|首を?吊)[しっ]?(?:ろ|て(?:く(?:れ|ださい)|しまえ))/u,
  /(?:住所|家)(?:は|も)?(?:知って|わかって|分かって)(?:い)?る(?:ぞ|からな)/u,
  /晒してやる|さらしてやる|ばらまいてやる|ばらされたく/u,
  /\bkill (?:your ?self|u|you)\b|\bkys\b/u,
  /\b(?:i|we)(?:'ll| will| am going to|'m gonna) (?:kill|hurt|rape) (?:you|u)\b/u,
  /\b(?:go |just )?die,? (?:bitch|whore|slut|pig)\b/u,
  /\b(?:nigger|faggot|kike|cunt)s?\b/u,
];

/** As it reads, however it is spaced, dotted or widened. */
export function isAbusive(text: string): boolean {
  const plain = text.normalize('NFKC').toLowerCase().replaceAll('’', "'");
  const close = plain.replaceAll(/[\s.*・_\-~〜ー。、]+/gu, '');
  return ABUSIVE.some((words) => words.test(plain) || words.test(close));
}
