import type { Instant } from '../kernel/clock.ts';
import type { KeyRing } from '../kernel/crypto.ts';
import { moneyText, textOf, type Locale, type TextKey } from '../kernel/locale.ts';
import { timeText } from '../members/index.ts';
import { asName, type WantedNotice } from '../notices/index.ts';
import type { ClaimSign } from './decide-claim.ts';
import { recipientOf, wordsOf, type GiftRow } from './gift-row.ts';
import type { Told } from './sheet.ts';

type Keys = Pick<KeyRing, 'unseal'>;

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

export type GiftNews = 'withdrawn' | 'delayed' | 'ready' | 'not_paid';

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

export function tellSent(keys: Keys, gift: GiftRow) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_sent',
    to,
    locale,
    values: {
      ...whatAndWhom(keys, locale, gift),
      by: byText(keys, locale, gift),
      plan: textOf(locale, `gift.plan.${gift.plan}`),
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
    },
  });
}

export function tellCharged(keys: Keys, gift: GiftRow, at: Instant) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_charged',
    to,
    locale,
    values: { ...whatAndWhom(keys, locale, gift), at: timeText(locale, at) },
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
    },
  });
}

export function tellBounced(keys: Keys, gift: GiftRow) {
  return ({ to, locale }: Told): WantedNotice => ({
    template: 'gift_bounced',
    to,
    locale,
    values: whatAndWhom(keys, locale, gift),
  });
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

function amountText(locale: Locale, { amountMinor, unit }: GiftRow): string {
  return moneyText(locale, amountMinor, unit);
}

function senderText(keys: Keys, gift: GiftRow): string {
  return wordsOf(keys, gift)?.senderName ?? '';
}

function recipientText(keys: Keys, locale: Locale, gift: GiftRow): string {
  const { recipientName = '' } = wordsOf(keys, gift) ?? {};
  if (recipientName !== '') return recipientName;
  return (
    recipientOf(keys, gift) ??
    textOf(locale, gift.channel === 'print' ? 'gift.to.print' : 'gift.to.link')
  );
}

/** In words that a sender can do something about. */
function whyText(locale: Locale, { refusal, declined }: GiftRow): string {
  if (declined !== null) return textOf(locale, `gift.declined.${declined}`);
  return textOf(locale, WHY[refusal ?? ''] ?? 'gift.why.other');
}

const WHY: Readonly<Record<string, TextKey>> = {
  suspended: 'gift.why.stopped',
  conditions_not_met: 'gift.why.not_offered_now',
  not_offered: 'gift.why.not_offered_now',
  offer_ended: 'gift.why.not_offered_now',
  amount_not_offered: 'gift.why.not_offered_now',
  tender_limit_exceeded: 'gift.why.limit',
};
