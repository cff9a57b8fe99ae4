import type { SentGift, VoidedGift } from '../gifts/index.ts';
import { moneyText, textOf, type Locale } from '../kernel/locale.ts';
import type { Instant } from '../kernel/clock.ts';
import { timeText } from '../members/index.ts';
import { asName } from '../notices/index.ts';

/** What was known of a gift before the stop: its name for the recipient, and when it was made. */
export type KnownGift = Pick<SentGift, 'giftId' | 'channel' | 'to' | 'words' | 'madeAt'>;

export interface StoppedGifts {
  /** What was stopped, and what could not be any more: the newest first. */
  readonly voided: readonly VoidedGift[];
  readonly known: readonly KnownGift[];
  /** To a former address: it hears of those alone that were made while it was the member's. */
  readonly madeUntil?: Instant;
}

/** More in a mail nobody reads; the page of the case has them all. */
export const GIFTS_TOLD_MAX = 10;

export function countsOf({ voided }: Pick<StoppedGifts, 'voided'>): {
  readonly stopped: number;
  readonly charged: number;
} {
  return { stopped: voided.filter(isStopped).length, charged: voided.filter(isCharged).length };
}

/** Each gift for the message of a case: when, how much, to whom as its sender knows them. Pure. */
export function giftsText(locale: Locale, gifts: StoppedGifts): string {
  const known = new Map(gifts.known.map((each) => [each.giftId, each]));
  const part = (heading: string, listed: readonly VoidedGift[]): string => {
    const { madeUntil } = gifts;
    const isTold = ({ giftId }: VoidedGift) =>
      madeUntil === undefined || (known.get(giftId)?.madeAt ?? Infinity) <= madeUntil;
    const lines = listed
      .filter(isTold)
      .slice(0, GIFTS_TOLD_MAX)
      .map((gift) => lineOf(locale, gift, known.get(gift.giftId)));
    const more = listed.length - lines.length;
    if (more > 0) lines.push(textOf(locale, 'case.told.more', { more }));
    return [heading, ...lines].join('\n');
  };
  const counts = countsOf(gifts);
  return [
    part(textOf(locale, 'case.told.stopped', counts), gifts.voided.filter(isStopped)),
    part(textOf(locale, 'case.told.charged', counts), gifts.voided.filter(isCharged)),
  ].join('\n\n');
}

function isStopped({ before, after }: VoidedGift): boolean {
  return before !== after;
}

function isCharged({ after }: VoidedGift): boolean {
  return after === 'charged';
}

/** What could not be read has no name, and is told all the same. */
function lineOf(locale: Locale, gift: VoidedGift, known: KnownGift | undefined): string {
  const { amountMinor, unit, chargedAt, sentAt } = gift;
  const at = chargedAt ?? sentAt ?? known?.madeAt;
  return textOf(locale, 'case.told.gift', {
    at: at === undefined ? '' : timeText(locale, at),
    amount: moneyText(locale, amountMinor, unit),
    to: known === undefined ? '' : nameOf(locale, known),
  })
    .replaceAll(/ {2,}/g, ' ')
    .trimEnd();
}

function nameOf(locale: Locale, { words, to, channel }: KnownGift): string {
  const typed = words?.recipientName ?? '';
  const way = to ?? textOf(locale, channel === 'print' ? 'gift.to.print' : 'gift.to.link');
  // A thief can call anybody so: the address says who it was.
  const name = typed === '' ? way : `${asName(typed, locale)} (${way})`;
  return textOf(locale, 'case.told.to', { name });
}
