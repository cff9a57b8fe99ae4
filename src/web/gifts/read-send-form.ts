import { instantIn } from '../../kernel/calendar.ts';
import type { Instant } from '../../kernel/clock.ts';
import { newSecret, type Random } from '../../kernel/crypto.ts';
import type { Locale } from '../../kernel/locale.ts';
import { minorDigits, type Unit } from '../../kernel/money.ts';
import type { GiftChannel, GiftRefusal, GiftRoute, NewGift } from '../../gifts/index.ts';
import type { PaymentMethod, PaymentPlan } from '../../payments/index.ts';
import { ZONE, type PageRefusal } from './gift-parts.ts';
import { readMotif } from './motifs.ts';

/** What was filled in, as text: shown again where something is wrong, and carried on to the confirmation. */
export const SEND_FIELDS = {
  request: 128,
  product: 20,
  amount: 20,
  method: 20,
  channel: 10,
  to: 254,
  recipientName: 200,
  senderName: 200,
  message: 4_000,
  motif: 20,
  locale: 2,
  when: 5,
  sendAt: 16,
  openDays: 3,
} as const;
export type SendForm = Readonly<Record<keyof typeof SEND_FIELDS, string>>;

/** Whoever reads a page in a language most often writes to people who read it, too. */
export function emptySendForm(random: Random, locale: Locale): SendForm {
  const empty = Object.fromEntries(Object.keys(SEND_FIELDS).map((name) => [name, '']));
  return { ...(empty as SendForm), locale, request: newSecret(random) };
}

export function readSendForm(form: URLSearchParams): SendForm {
  const read = Object.entries(SEND_FIELDS).map(([name, lengthMax]) => [
    name,
    // A browser writes the end of a line as two letters.
    (form.get(name) ?? '').replaceAll('\r\n', '\n').slice(0, lengthMax).trim(),
  ]);
  return Object.fromEntries(read) as SendForm;
}

export const OPEN_DAYS = [7, 14, 30, 60] as const;

export type ReadGift =
  | {
      readonly gift: Omit<NewGift, 'picture'>;
      readonly route: GiftRoute;
      readonly method: PaymentMethod;
      readonly plan: PaymentPlan;
    }
  | { readonly refusal: PageRefusal | GiftRefusal };

/** The gift that a form asks for; whether it may be sent is judged behind it. */
export function readGift(
  form: SendForm,
  routes: readonly GiftRoute[],
  methods: readonly PaymentMethod[],
): ReadGift {
  const productId = Number(form.product);
  if (!routes.some((route) => route.productId === productId)) {
    return { refusal: 'product_not_chosen' };
  }
  const method = methods.find(({ methodId }) => String(methodId) === form.method);
  if (method === undefined) return { refusal: 'method_not_chosen' };
  const { tenderId } = method;
  const route = routes.find((each) => each.productId === productId && each.tenderId === tenderId);
  if (route === undefined) return { refusal: 'method_not_chosen' };
  const amountMinor = readAmount(form.amount, route.unit);
  if (amountMinor === null) return { refusal: 'amount_not_valid' };
  if (!isOffered(amountMinor, route)) return { refusal: 'amount_not_offered' };
  const sendAt = form.when === 'later' ? readTime(form.sendAt) : null;
  if (form.when === 'later' && sendAt === null) return { refusal: 'time_not_valid' };
  if (!/^[A-Za-z0-9_-]{43}$/.test(form.request)) return { refusal: 'request_id_reused' };
  const channel = CHANNELS.find((each) => each === form.channel) ?? 'mail';
  const openDays = OPEN_DAYS.find((days) => String(days) === form.openDays) ?? 30;
  const plan = route.planFor(openDays);
  if (plan === null) return { refusal: 'tender_not_for_gifts' };
  if (sendAt !== null && !route.mayBeLater) return { refusal: 'tender_not_for_later' };
  const gift = {
    requestId: form.request,
    productId,
    methodId: method.methodId,
    amountMinor,
    channel,
    to: channel === 'mail' ? form.to : null,
    recipientName: form.recipientName,
    senderName: form.senderName,
    message: form.message,
    motif: readMotif(form.motif),
    locale: (form.locale === 'en' ? 'en' : 'ja') as Locale,
    sendAt,
    openDays,
  };
  return { gift, route, method, plan };
}

function isOffered(
  amountMinor: bigint,
  { amountMinMinor, amountMaxMinor, facesMinor }: GiftRoute,
): boolean {
  if (facesMinor.length > 0 && !facesMinor.includes(amountMinor)) return false;
  return amountMinor >= amountMinMinor && amountMinor <= amountMaxMinor;
}

export const CHANNELS: readonly GiftChannel[] = ['mail', 'link', 'print'];

/** As people type it: `3,000`, `３０００`, `3000円`. Null: no amount. */
function readAmount(typed: string, unit: Unit): bigint | null {
  const plain = typed.normalize('NFKC').replaceAll(/[\s,¥円\\]/g, '');
  const digits = minorDigits(unit);
  const found = /^([0-9]{1,12})(?:\.([0-9]+))?$/.exec(plain);
  if (found === null) return null;
  const [, whole = '', part = ''] = found;
  if (part.length > digits) return null;
  const amountMinor = BigInt(whole + part.padEnd(digits, '0'));
  return amountMinor > 0n ? amountMinor : null;
}

/** `2026-12-24T09:00`, as the browser's own field writes it, in Japan. */
function readTime(typed: string): Instant | null {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})$/.exec(typed);
  if (found === null) return null;
  const [, day = '', hours = '', minutes = ''] = found;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  return instantIn(day, (Number(hours) * 60 + Number(minutes)) * 60_000, ZONE);
}
