import {
  BUYER_DEVICES,
  BUYER_LINES,
  type BuyerDevice,
  type BuyerLine,
} from '../../programmes/index.ts';
import type { PayBy, Question } from '../../planner/index.ts';

/** What stands in the form, as it was typed: shown again as it was, whatever it is worth. */
export interface BuyForm {
  readonly isAsked: boolean; // false: the page was only opened
  readonly carrier: string;
  readonly device: string;
  readonly line: string;
  readonly amount: string;
  readonly product: string;
  readonly age: string;
  readonly payBy: readonly PayBy[];
}

export type FormProblem = 'amount' | 'age';

/** The largest amount that anybody is asked about. */
const AMOUNT_MAX = 10_000_000n;
const LENGTH_MAX = 60;
const OTHER_WAYS: readonly PayBy[] = ['cash', 'card'];

/** From the address of the page: it can be kept, sent on, read again and left by Back. */
export function readForm(search: URLSearchParams): BuyForm {
  const text = (name: string) => (search.get(name) ?? '').trim().slice(0, LENGTH_MAX);
  const isAsked = search.has('amount');
  const ways = search.getAll('pay').slice(0, 10);
  return {
    isAsked,
    carrier: text('carrier'),
    device: text('device'),
    line: text('line'),
    amount: text('amount'),
    product: text('product'),
    age: text('age'),
    payBy: isAsked ? OTHER_WAYS.filter((way) => ways.includes(way)) : OTHER_WAYS,
  };
}

/** The question that the form asks, or which field has to be mended. */
export function questionOfForm(
  form: BuyForm,
): { readonly question: Question } | { readonly problems: readonly FormProblem[] } {
  const amountMinor = readWhole(form.amount);
  const age = form.age === '' ? null : readWhole(form.age);
  const isAmount = amountMinor !== undefined && amountMinor >= 1n && amountMinor <= AMOUNT_MAX;
  const isAge = age !== undefined && (age === null || age <= 150n);
  if (!isAmount || !isAge) {
    return {
      problems: [...(isAmount ? [] : ['amount' as const]), ...(isAge ? [] : ['age' as const])],
    };
  }
  return {
    question: {
      carrier: form.carrier === '' ? null : form.carrier,
      device: BUYER_DEVICES.find((each): each is BuyerDevice => each === form.device) ?? null,
      line: BUYER_LINES.find((each): each is BuyerLine => each === form.line) ?? null,
      amountMinor,
      unit: 'JPY',
      productKey: form.product === '' ? null : form.product,
      age: age === null ? null : Number(age),
      contractKind: null,
      payBy: form.payBy,
    },
  };
}

/** `３，０００円` as 3000. */
function readWhole(text: string): bigint | undefined {
  const plain = text.normalize('NFKC').replaceAll(/[,、\s円¥]/g, '');
  return /^[0-9]{1,12}$/.test(plain) ? BigInt(plain) : undefined;
}
