import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import { moneyText, textOf, type Locale } from '../kernel/locale.ts';
import { timeText } from '../members/index.ts';
import { asName, type WantedNotice } from '../notices/index.ts';
import type { ClaimSign } from './decide-claim.ts';
import { recipientOf, wordsOf, type GiftRow } from './gift-row.ts';
import type { Told } from './sheet.ts';
import { whyRefused } from './why-refused.ts';

type Keys = Pick<KeyRing, 'unseal'>;

const DAY_MS = 24 * 60 * 60_000;

/** What a sender or recipient is told, in the words of `locales/`. Only the mail with the code has the code in it. */
export function tellReceived(keys: Keys, gift: GiftRow, code: string) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_received',
    to,
    locale,
    values: {
      sender: senderText(keys, gift),
      amount: amountText(locale, gift),
      code,
      until: timeText(locale, gift.expiresAt),
    },
  });
}

export type GiftNews = 'withdrawn' | 'unconfirmed' | 'delayed' | 'ready' | 'not_paid';

export function tellNews(keys: Keys, gift: GiftRow, what: GiftNews) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_news',
    to,
    locale,
    values: {
      sender: senderText(keys, gift),
      amount: amountText(locale, gift),
      what: textOf(locale, `gift.news.${what}`),
    },
  });
}

/** `promiseMs`: how long the promise lives, where the gift may outlive it. */
export function tellSent(keys: Keys, gift: GiftRow, promiseMs: number | null) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_sent',
    to,
    locale,
    values: {
      ...whatAndWhom(keys, locale, gift),
      by: byText(keys, locale, gift),
      plan: planText(locale, gift, promiseMs),
      until: timeText(locale, gift.expiresAt),
    },
  });
}

export function tellNotSent(keys: Keys, gift: GiftRow) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_not_sent',
    to,
    locale,
    values: { ...whatAndWhom(keys, locale, gift), why: whyText(locale, gift) },
  });
}

export function tellWaits(
  keys: Keys,
  gift: GiftRow,
  by: { readonly template: 'gift_claim_waits' | 'gift_claim_asks'; readonly until: Instant },
) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: by.template,
    to,
    locale,
    values: {
      ...whatAndWhom(keys, locale, gift),
      signs: signsOfGift(gift)
        .map((sign) => textOf(locale, `gift.sign.${sign}`))
        .join('\n'),
      until: timeText(locale, by.until),
      money: moneySoFar(locale, by.template === 'gift_claim_waits' ? 'waits' : 'asks', gift),
    },
  });
}

export function tellCharged(keys: Keys, gift: GiftRow, at: Instant) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_charged',
    to,
    locale,
    values: {
      ...whatAndWhom(keys, locale, gift),
      at: timeText(locale, at),
      money: moneySoFar(locale, 'charged', gift),
    },
  });
}

export function tellNotCharged(keys: Keys, gift: GiftRow, until: Instant) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_not_charged',
    to,
    locale,
    values: {
      ...whatAndWhom(keys, locale, gift),
      why: whyText(locale, gift),
      until: timeText(locale, until),
    },
  });
}

export type GiftEnd =
  | 'cancelled'
  | 'stopped'
  | 'helper_stopped'
  | 'expired'
  | 'not_confirmed'
  | 'declined'
  | 'not_issued'
  | 'not_repaired';
export type GiftMoney = 'nothing' | 'released' | 'refunded';

export function tellOver(
  keys: Keys,
  gift: GiftRow,
  end: { readonly what: GiftEnd; readonly money: GiftMoney },
) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_over',
    to,
    locale,
    values: {
      ...whatAndWhom(keys, locale, gift),
      what: textOf(locale, `gift.over.${end.what}`),
      money: textOf(locale, `gift.money.${end.money}`),
    },
  });
}

/** What was to be given back, and was refused: a person settles it. */
export function tellNotRefunded(keys: Keys, gift: GiftRow) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_not_refunded',
    to,
    locale,
    values: whatAndWhom(keys, locale, gift),
  });
}

/** Where it goes now, so that the sender sees who has got it. */
export function tellAddressChanged(keys: Keys, gift: GiftRow, at: Instant) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_address_changed',
    to,
    locale,
    values: {
      amount: amountText(locale, gift),
      recipient: recipientOf(keys, gift) ?? '',
      at: timeText(locale, at),
      what: textOf(locale, gift.sentAt === null ? 'gift.address.scheduled' : 'gift.address.sent'),
    },
  });
}

export function tellBounced(keys: Keys, gift: GiftRow) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_bounced',
    to,
    locale,
    values: { ...whatAndWhom(keys, locale, gift), money: moneySoFar(locale, 'bounced', gift) },
  });
}

/** A phone bill was charged at sending: what waits, came back or is handed over has cost its sender something. */
function moneySoFar(
  locale: Locale,
  what: 'waits' | 'asks' | 'charged' | 'bounced',
  { plan, soldAt, sentAt }: GiftRow,
): string {
  // What is paid another way behind its claim was bought anew then.
  const isRepaired = soldAt !== null && sentAt !== null && soldAt > sentAt;
  const isPaidBefore = plan === 'charge_at_sending' && !isRepaired;
  return textOf(locale, `gift.${what}.${isPaidBefore ? 'at_sending' : 'at_claim'}`);
}

export function signsOfGift({ signs }: Pick<GiftRow, 'signs'>): readonly ClaimSign[] {
  return signs === '' ? [] : (signs.split(',') as ClaimSign[]);
}

function whatAndWhom(keys: Keys, locale: Locale, gift: GiftRow) {
  return { amount: amountText(locale, gift), recipient: recipientText(keys, locale, gift) };
}

/** The sender is told when it was a helper's hand. */
function byText(keys: Keys, locale: Locale, gift: GiftRow): string {
  const { helperName } = wordsOf(keys, gift) ?? {};
  return helperName === undefined
    ? textOf(locale, 'gift.by.sender')
    : textOf(locale, 'gift.by.helper', { name: asName(helperName, locale) });
}

function planText(locale: Locale, { plan }: GiftRow, promiseMs: number | null): string {
  const text = textOf(locale, `gift.plan.${plan}`);
  if (promiseMs === null) return text;
  const count = Math.floor(promiseMs / DAY_MS);
  return `${text}\n${textOf(locale, 'gift.plan.anew', { count })}`;
}

function amountText(locale: Locale, { amountMinor, unit }: GiftRow): string {
  return moneyText(locale, amountMinor, unit);
}

function senderText(keys: Keys, gift: GiftRow): string {
  return wordsOf(keys, gift)?.senderName ?? '';
}

function recipientText(keys: Keys, locale: Locale, gift: GiftRow): string {
  const { recipientName = '' } = wordsOf(keys, gift) ?? {};
  if (recipientName !== '') return asName(recipientName, locale);
  return (
    recipientOf(keys, gift) ??
    textOf(locale, gift.channel === 'print' ? 'gift.to.print' : 'gift.to.link')
  );
}

function whyText(locale: Locale, gift: GiftRow): string {
  return textOf(locale, whyRefused(gift) ?? 'gift.why.other');
}
