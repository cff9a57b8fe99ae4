import type { RefusalText } from '../doors/http/index.ts';
import type { OfferRefusal } from '../programmes/index.ts';
import { refusal } from './problems.ts';

const CHOOSE_AGAIN: readonly [string, string] = [
  'Nothing was changed. Choose it again; it may have been changed meanwhile.',
  '変更は行われていません。もう一度選び直してください。',
];

/** Why an offer was not made or changed, and what to do. */
export const OFFER_REFUSALS: Readonly<Record<OfferRefusal, RefusalText>> = {
  issuer_not_found: refusal(
    404,
    ['There is no such issuer', '発行者が見つかりません'],
    CHOOSE_AGAIN,
  ),
  product_not_found: refusal(
    404,
    ['There is no such product', '商品が見つかりません'],
    CHOOSE_AGAIN,
  ),
  seller_not_found: refusal(
    404,
    ['There is no such seller', '販売者が見つかりません'],
    CHOOSE_AGAIN,
  ),
  tender_not_found: refusal(
    404,
    ['There is no such tender', '支払い方法が見つかりません'],
    CHOOSE_AGAIN,
  ),
  offer_not_found: refusal(
    404,
    ['There is no such offer', '販売条件が見つかりません'],
    CHOOSE_AGAIN,
  ),
  key_taken: refusal(
    409,
    ['This is offered already', 'この組み合わせの販売条件はすでにあります'],
    [
      'Nothing was changed. Change the offer that is there.',
      '変更は行われていません。既存の販売条件を変更してください。',
    ],
  ),
  valid_from_past: refusal(
    422,
    ['It cannot begin in the past', '過去の日時からは変更できません'],
    [
      'Nothing was changed: what was judged stays judged. Leave the beginning out for now, or choose a later one.',
      '変更は行われていません。すでに行われた販売の判断は変わりません。開始日時を空欄(いまから)にするか、先の日時を指定してください。',
    ],
  ),
  ends_before_it_begins: refusal(
    422,
    ['It ends before it begins', '終了が開始より前です'],
    [
      'Nothing was changed. Choose a later end, or none.',
      '変更は行われていません。終了日時を開始より後にするか、空欄にしてください。',
    ],
  ),
  amount_range_reversed: refusal(
    422,
    ['The smallest amount is above the largest', '最小の金額が最大の金額を超えています'],
    [
      'Nothing was changed. Correct one of the two amounts; left empty, the product says them.',
      '変更は行われていません。どちらかの金額を直してください。空欄にすると商品の金額になります。',
    ],
  ),
  amount_outside_product: refusal(
    422,
    ['The product has no such amounts', '商品にない金額です'],
    [
      'Nothing was changed. Choose amounts in which the product is sold.',
      '変更は行われていません。商品で販売している金額の範囲にしてください。',
    ],
  ),
  unit_differs: refusal(
    422,
    ['The tender counts in another unit', '支払い方法の単位が商品と異なります'],
    [
      "Nothing was changed. Choose a tender in the product's unit.",
      '変更は行われていません。商品と同じ単位の支払い方法を選んでください。',
    ],
  ),
  tender_loads_no_prepaid: refusal(
    422,
    ['This tender cannot load a card', 'この支払い方法ではチャージできません'],
    [
      'Nothing was changed. Choose another tender, or another product.',
      '変更は行われていません。ほかの支払い方法か商品を選んでください。',
    ],
  ),
};
