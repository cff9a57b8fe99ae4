import type { CardStory, StoryRequest } from '../instruments/index.ts';
import type { Bought } from './question.ts';

/** A receipt's clock and the till's are not ours. */
const TIME_WITHIN_MS = 60 * 60_000;
const RECEIPT_PART_MIN = 6;
/** So often in a day amount, seller and time may be tried of one number: they can be guessed at a rack. */
const PURCHASE_TRIES_MAX = 5;
/** So often a receipt's number: a trace number has six digits. */
const RECEIPT_TRIES_MAX = 50;

/** How whoever asks has shown that he may know of a card. */
export type Proof = 'code' | 'receipt' | 'purchase';

/**
 * Whether somebody who names a card by its printed number has bought it. A number can be copied from a rack, so
 * alone it says nothing. Wanted: the exact amount, and with it the number on the receipt, or the seller and
 * the time within an hour. A sale that was reversed or refused is a purchase too: that is what is asked about.
 * `tries`: how often it was tried today for this number, with this one.
 */
export function proofOf(
  story: CardStory,
  bought: Bought,
  tries: number,
): 'receipt' | 'purchase' | null {
  if (tries > RECEIPT_TRIES_MAX) return null;
  const sales = story.requests.filter(isSale).filter((sale) => isSameAmount(sale, bought));
  if (sales.some((sale) => isReceiptOf(sale.requestId, bought.receipt))) return 'receipt';
  if (tries > PURCHASE_TRIES_MAX) return null;
  return sales.some((sale) => isSameSale(sale, bought)) ? 'purchase' : null;
}

/** Whether it says enough to be judged at all, right or wrong. */
export function isProofOffered({ amountMinor, receipt, at, sellerId }: Bought): boolean {
  return amountMinor !== null && (receipt !== null || (at !== null && sellerId !== null));
}

export function isSale({ kind }: Pick<StoryRequest, 'kind'>): boolean {
  return kind === 'issue' || kind === 'activate' || kind === 'load';
}

function isSameAmount(sale: StoryRequest, { amountMinor }: Bought): boolean {
  return amountMinor !== null && sale.amountMinor === amountMinor;
}

function isSameSale(sale: StoryRequest, bought: Bought): boolean {
  if (bought.at === null || bought.sellerId === null) return false;
  const isThen = Math.abs(sale.arrivedAt - bought.at) <= TIME_WITHIN_MS;
  return isThen && sale.sellerId === bought.sellerId;
}

/** The whole id, or the trace number in a till's: merchant, terminal, trace number and instant. */
function isReceiptOf(requestId: string, typed: string | null): boolean {
  const receipt = plain(typed ?? '');
  if (receipt.length < RECEIPT_PART_MIN) return false;
  // Merchant and terminal are those of many sales, and the instant can be seen by whoever stands by.
  const trace = requestId.split('|')[TRACE_PART] ?? '';
  return [requestId, trace].some((part) => plain(part) === receipt);
}

const TRACE_PART = 2;

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();
}
