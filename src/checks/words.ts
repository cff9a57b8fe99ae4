import { textOf, type Locale } from '../kernel/locale.ts';
import type { Checked } from './check-message.ts';
import { isOpinion, type Finding } from './finding.ts';

/** An answer in the words of a language: the same on the page and for a program. */
export interface CheckWords {
  readonly title: string;
  readonly what: string;
  readonly proofs: readonly string[];
  readonly opinions: readonly string[];
  readonly todo: readonly string[];
}

/** What is needed of an answer to word it: it fits into a cookie. */
export type ToWord = Pick<Checked, 'verdict' | 'leaning' | 'channel' | 'signatures' | 'toYou'> & {
  readonly findings: readonly WordedFinding[];
};

export interface WordedFinding extends Pick<Finding, 'reason' | 'about'> {
  readonly owner: { readonly nameJa: string; readonly nameEn: string } | null;
}

export function checkWords(checked: ToWord, locale: Locale): CheckWords {
  const { findings, signatures } = checked;
  const worded = (each: WordedFinding) =>
    textOf(locale, `check.reason.${each.reason}`, {
      about: each.about === '@' || each.about === null ? '?' : each.about,
      owner: nameOf(each, locale),
      ...sentOf(checked, locale),
    });
  const opinions = findings.filter(({ reason }) => isOpinion(reason)).map(worded);
  // Our own signature is verified without asking anybody: then only the rest was not.
  const isOwnVerified = findings.some(
    ({ reason }) => reason === 'signature_confirms' || reason === 'signature_fails',
  );
  const isUnasked = signatures === 'no' || signatures === 'not_in_time';
  const unasked = isUnasked && (isOwnVerified ? 'rest' : signatures);
  return {
    ...headOf(checked, locale),
    proofs: findings.filter(({ reason }) => !isOpinion(reason)).map(worded),
    opinions: unasked ? [...opinions, textOf(locale, `check.signatures.${unasked}`)] : opinions,
    todo: todoOf(checked, locale),
  };
}

/** When it was sent, about what and how, for its owner; what is erased is not told. */
function sentOf({ toYou, channel }: ToWord, locale: Locale): Readonly<Record<string, string>> {
  const named = channel ?? toYou?.channel ?? 'mail';
  const way = textOf(locale, `check.way.${WAYS.find((each) => each === named) ?? 'mail'}`);
  if (toYou === null) return { way };
  const at = new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: 'Asia/Tokyo',
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(toYou.writtenAt);
  return { way, at, subject: toYou.subject ?? textOf(locale, 'check.toYou.erased') };
}

const WAYS = ['mail', 'sms', 'inbox'] as const;

function headOf(checked: ToWord, locale: Locale): Pick<CheckWords, 'title' | 'what'> {
  const { verdict, leaning, findings, toYou } = checked;
  if (verdict === 'ours' && toYou !== null) {
    const isWhole = findings.some(({ reason }) => reason === 'notice_matches');
    return {
      title: textOf(locale, 'check.toYou', sentOf(checked, locale)),
      what: textOf(locale, isWhole ? 'check.ours.what' : 'check.toYou.compare'),
    };
  }
  const link = findings.find(({ reason }) => reason === 'link_ours');
  const isLink = verdict === 'ours' && !findings.some(({ reason }) => reason === 'notice_matches');
  if (isLink && link) {
    const named = { owner: nameOf(link, locale), about: link.about ?? '' };
    return {
      title: textOf(locale, 'check.ours.link', named),
      what: textOf(locale, 'check.ours.link.what', named),
    };
  }
  const what = textOf(locale, `check.${verdict}.what`);
  if (leaning === 'not_ours') return { title: textOf(locale, 'check.cannot_tell.doubtful'), what };
  if (leaning === 'ours') return { title: textOf(locale, 'check.cannot_tell.likely'), what };
  return { title: textOf(locale, `check.${verdict}`), what };
}

function todoOf({ verdict, findings, channel }: ToWord, locale: Locale): readonly string[] {
  const has = (reason: Finding['reason']) => findings.some((each) => each.reason === reason);
  if (verdict === 'ours') {
    const way = WAYS.find((each) => each === channel);
    return [
      ...(way ? [textOf(locale, `check.channel.${way}`)] : []),
      textOf(locale, 'check.todo.ours'),
      textOf(locale, 'check.todo.noCode'),
    ];
  }
  const again = has('notice_unknown') ? [textOf(locale, 'check.todo.number')] : [];
  if (verdict === 'not_ours') {
    return [...again, textOf(locale, 'check.todo.delete'), textOf(locale, 'check.todo.gave')];
  }
  return [
    textOf(locale, has('attached_to_another') ? 'check.todo.attached' : 'check.todo.whole'),
    textOf(locale, 'check.todo.self'),
    textOf(locale, 'check.todo.noCode'),
  ];
}

function nameOf({ owner }: WordedFinding, locale: Locale): string {
  if (owner === null) return '';
  return locale === 'ja' ? owner.nameJa : owner.nameEn;
}
