import type { FastifyError } from 'fastify';
import type { Locale } from '../kernel/locale.ts';

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

type Wrong = NonNullable<FastifyError['validation']>[number];

const PROBLEMS_MAX = 20;

/** [English, Japanese] */
type Words = readonly [string, string];

const NEEDED: Words = ['is needed', '入力が必要です'];
const A_NUMBER: Words = ['a number is needed', '数を入力してください'];
const WHOLE: Words = ['a whole number is needed', '整数を入力してください'];
const CHOICE: Words = ['choose one of what is offered', '選べるものの中から選んでください'];
const NOT_KNOWN: Words = ['a field that is not known here', 'ここにはない項目です'];
const ELSE: Words = ['not written as it must be', '書き方が正しくありません'];

/** What is wrong with each field, for the person at the screen: what a validator says is for whoever writes programs. */
export function fieldProblems(wrongs: readonly Wrong[], locale: Locale): readonly FieldProblem[] {
  return wrongs.slice(0, PROBLEMS_MAX).map((wrong) => ({
    field: wrong.instancePath.split('/').filter(Boolean).join('.') || '-',
    message: wordsOf(wrong)[locale === 'en' ? 0 : 1],
  }));
}

function wordsOf({ keyword, params, message = '' }: Wrong): Words {
  switch (keyword) {
    case 'invalid_type':
      if (/received (undefined|null)$/.test(message)) return NEEDED;
      if (params['expected'] === 'int' || params['expected'] === 'bigint') return WHOLE;
      return params['expected'] === 'number' ? A_NUMBER : ELSE;
    case 'too_small':
      return leastWords(params);
    case 'too_big':
      return mostWords(params);
    case 'not_multiple_of':
      return WHOLE;
    case 'invalid_value':
      return CHOICE;
    case 'unrecognized_keys':
      return NOT_KNOWN;
    default:
      return ELSE;
  }
}

function leastWords({ origin, minimum, inclusive }: Wrong['params']): Words {
  const least = String(minimum);
  if (origin === 'string') {
    return least === '1'
      ? NEEDED
      : [`at least ${least} characters`, `${least}文字以上にしてください`];
  }
  if (origin === 'array') return [`at least ${least} of them`, `${least}件以上にしてください`];
  return inclusive === false
    ? [`more than ${least}`, `${least}より大きい数にしてください`]
    : [`${least} or more`, `${least}以上の数にしてください`];
}

function mostWords({ origin, maximum, inclusive }: Wrong['params']): Words {
  const most = String(maximum);
  if (origin === 'string') return [`at most ${most} characters`, `${most}文字までにしてください`];
  if (origin === 'array') return [`at most ${most} of them`, `${most}件までにしてください`];
  return inclusive === false
    ? [`less than ${most}`, `${most}より小さい数にしてください`]
    : [`${most} or less`, `${most}以下の数にしてください`];
}
