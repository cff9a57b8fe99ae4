import type { RefusalText } from '../doors/http/index.ts';
import type { PartyRefusal } from '../programmes/index.ts';
import { OFFER_REFUSALS } from './offer-refusals.ts';
import { refusal } from './problems.ts';

const CHOOSE_AGAIN: readonly [string, string] = [
  'Nothing was changed. Choose it again; it may have been changed meanwhile.',
  '変更は行われていません。もう一度選び直してください。',
];

/** Why one of those who sell, or a tender, was not made or changed, and what to do. */
export const SALE_REFUSALS: Readonly<Record<PartyRefusal, RefusalText>> = {
  issuer_not_found: OFFER_REFUSALS.issuer_not_found,
  product_not_found: OFFER_REFUSALS.product_not_found,
  seller_not_found: OFFER_REFUSALS.seller_not_found,
  tender_not_found: OFFER_REFUSALS.tender_not_found,
  valid_from_past: OFFER_REFUSALS.valid_from_past,
  aggregator_not_found: refusal(
    404,
    ['There is no such aggregator', '中継事業者が見つかりません'],
    CHOOSE_AGAIN,
  ),
  chain_not_found: refusal(
    404,
    ['There is no such chain', 'チェーンが見つかりません'],
    CHOOSE_AGAIN,
  ),
  shop_not_found: refusal(404, ['There is no such shop', '店舗が見つかりません'], CHOOSE_AGAIN),
  key_taken: refusal(
    409,
    ['This key is taken', 'このキーはすでに使われています'],
    [
      'Nothing was made. Choose another key, or change what is there.',
      '登録は行われていません。別のキーにするか、すでにあるものを変更してください。',
    ],
  ),
  tender_charged_through_itself: refusal(
    422,
    ['Limits are shared with one tender only', '上限を共有する相手にできない支払い方法です'],
    [
      'Nothing was changed. Choose a tender that has its own limit; one that others share must keep its own.',
      '変更は行われていません。独自の上限を持つ支払い方法を選んでください。ほかから共有されている支払い方法は、独自の上限を持ち続ける必要があります。',
    ],
  ),
};
