import type { CardStory, StoryRequest } from '../instruments/index.ts';
import type { Bought } from './question.ts';

/** A receipt's clock and the till's are not ours. */
const TIME_WITHIN_MS = 60 * 60_000;
const RECEIPT_PART_MIN = 6;

/**
 * Whether somebody who names a card by its printed number has bought it. A number can be copied from a rack, so
 * alone it says nothing. Wanted: the exact amount, and with it the number on the receipt, or the seller and
 * the time within an hour. A sale that was reversed or refused is a purchase too: that is what is asked about.
 */
export function isBuyer(story: CardStory, bought: Bought): boolean {
  return story.requests.some((request) => isSale(request) && isSameSale(request, bought));
}

export function isSale({ kind }: Pick<StoryRequest, 'kind'>): boolean {
  return kind === 'issue' || kind === 'activate' || kind === 'load';
}

function isSameSale(sale: StoryRequest, bought: Bought): boolean {
  if (bought.amountMinor === null || sale.amountMinor !== bought.amountMinor) return false;
  if (bought.receipt !== null && isReceiptOf(sale.requestId, bought.receipt)) return true;
  if (bought.at === null || bought.sellerId === null) return false;
  const isThen = Math.abs(sale.arrivedAt - bought.at) <= TIME_WITHIN_MS;
  return isThen && sale.sellerId === bought.sellerId;
}

/** The whole id, or one of its longer parts: a till's id holds merchant, terminal, trace number and instant. */
function isReceiptOf(requestId: string, typed: string): boolean {
  const receipt = plain(typed);
  if (receipt.length < RECEIPT_PART_MIN) return false;
  return [requestId, ...requestId.split('|').slice(FIRST_OWN_PART)].some(
    (part) => plain(part) === receipt,
  );
}

/** Merchant and terminal stand first, and are those of many sales. */
const FIRST_OWN_PART = 2;

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();
}
