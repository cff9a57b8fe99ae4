import { instantIn } from '../../kernel/calendar.ts';
import type { Instant } from '../../kernel/clock.ts';
import type { Catalogue } from '../../programmes/index.ts';
import { SIGHTS, type CodeQuestion, type Sight } from '../../questions/index.ts';
import type { WhyForm } from './form-page.ts';

/** Times are asked for, and read, as clocks in Japan show them; the page says so. */
const ZONE = 'Asia/Tokyo';
const TEXT_LENGTH_MAX = 100;
const RECEIPT_LENGTH_MAX = 128;
const AMOUNT_MAX = 1_000_000_000n;

export type FormProblem = 'text' | 'boughtAt' | 'triedAt' | 'amount';

export interface ReadForm {
  readonly question: CodeQuestion;
  readonly problems: readonly FormProblem[];
  /** What is shown again when something is wrong: everything but the code. */
  readonly shown: WhyForm;
}

/** What a person filled in. Whatever is not on our lists counts as not said; only what was mistyped is a problem. */
export function readWhyForm(form: URLSearchParams, catalogue: Catalogue): ReadForm {
  const field = (name: string, lengthMax = 40) => (form.get(name) ?? '').trim().slice(0, lengthMax);
  const shown: WhyForm = {
    by: field('by') === 'number' ? 'number' : 'code',
    product: field('product'),
    seller: field('seller'),
    boughtAt: field('boughtAt'),
    amount: field('amount'),
    receipt: field('receipt', RECEIPT_LENGTH_MAX),
    doing: field('doing') === 'load' ? 'load' : 'use',
    merchant: field('merchant'),
    triedAt: field('triedAt'),
    country: field('country'),
    saw: field('saw'),
  };
  const text = field('text', TEXT_LENGTH_MAX);
  const [boughtAt, triedAt] = [readWallTime(shown.boughtAt), readWallTime(shown.triedAt)];
  const amountMinor = readAmount(shown.amount);
  const problems: FormProblem[] = [];
  if (text === '') problems.push('text');
  if (boughtAt === undefined) problems.push('boughtAt');
  if (amountMinor === undefined) problems.push('amount');
  if (triedAt === undefined) problems.push('triedAt');
  const seller = catalogue.sellers.get(Number(shown.seller));
  const question: CodeQuestion = {
    card: shown.by === 'number' ? { by: 'number', number: text } : { by: 'code', code: text },
    productId: catalogue.products.get(Number(shown.product))?.productId ?? null,
    bought: {
      sellerId: seller?.sellerId ?? null,
      chainId: seller?.chainId ?? null,
      at: boughtAt ?? null,
      amountMinor: amountMinor ?? null,
      receipt: shown.receipt === '' ? null : shown.receipt,
    },
    tried: {
      doing: shown.doing,
      merchantId: catalogue.merchants.get(Number(shown.merchant))?.merchantId ?? null,
      isElsewhere: shown.merchant === 'elsewhere',
      at: triedAt ?? null,
      country: /^[A-Z]{2}$/.test(shown.country) ? shown.country : null,
      amountMinor: shown.doing === 'load' ? (amountMinor ?? null) : null,
      saw: SIGHTS.find((sight): sight is Sight => sight === shown.saw) ?? null,
    },
  };
  return { question, problems, shown };
}

/** `2026-04-01T12:30` as a date and time field gives it, also `2026/04/01 12:30`; null: empty, undefined: neither. */
function readWallTime(text: string): Instant | null | undefined {
  if (text === '') return null;
  const plain = text.normalize('NFKC');
  const found = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d{2})(?::\d{2})?$/.exec(plain);
  if (found === null) return undefined;
  const [year = '', month = '', day = '', hour = '', minute = ''] = found.slice(1);
  if (Number(hour) > 23 || Number(minute) > 59) return undefined;
  const wallMs = (Number(hour) * 60 + Number(minute)) * 60_000;
  return (
    instantIn(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`, wallMs, ZONE) ??
    undefined
  );
}

function readAmount(text: string): bigint | null | undefined {
  if (text === '') return null;
  const digits = text.normalize('NFKC').replace(/[,\s¥円]/g, '');
  if (!/^[0-9]{1,10}$/.test(digits)) return undefined;
  const amount = BigInt(digits);
  return amount > 0n && amount <= AMOUNT_MAX ? amount : undefined;
}
