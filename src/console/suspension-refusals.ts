import { REASON_MIN } from '../kernel/reason.ts';
import type { RefusalText } from '../doors/http/index.ts';
import type { ChangeRefusal, ThrowRefusal } from '../suspensions/index.ts';
import { refusal } from './problems.ts';

const LOOK_AGAIN: readonly [string, string] = [
  'Nothing was stopped. Choose it again; it may have been changed meanwhile.',
  '停止は行われていません。もう一度選び直してください。',
];
const WRITE_AGAIN: readonly [string, string] = [
  'Nothing was stopped. Write it as 2018-02-07 12:00, or leave it empty and choose the instant.',
  '停止は行われていません。「2018年2月7日 12時00分」のように書くか、空欄にして日時を指定してください。',
];

/** Why a stop was not thrown, and what to do. */
export const THROW_REFUSALS: Readonly<Record<ThrowRefusal, RefusalText>> = {
  issuer_not_found: refusal(404, ['There is no such issuer', '発行者が見つかりません'], LOOK_AGAIN),
  programme_not_found: refusal(
    404,
    ['There is no such programme', '事業が見つかりません'],
    LOOK_AGAIN,
  ),
  product_not_found: refusal(404, ['There is no such product', '商品が見つかりません'], LOOK_AGAIN),
  seller_not_found: refusal(404, ['There is no such seller', '販売者が見つかりません'], LOOK_AGAIN),
  chain_not_found: refusal(404, ['There is no such chain', 'チェーンが見つかりません'], LOOK_AGAIN),
  aggregator_not_found: refusal(
    404,
    ['There is no such aggregator', '中継会社が見つかりません'],
    LOOK_AGAIN,
  ),
  tender_not_found: refusal(
    404,
    ['There is no such tender', '支払い方法が見つかりません'],
    LOOK_AGAIN,
  ),
  merchant_not_found: refusal(
    404,
    ['There is no such merchant', '加盟店が見つかりません'],
    LOOK_AGAIN,
  ),
  scope_contradicts_itself: refusal(
    422,
    ['Nothing is all of this at once', '指定が互いに矛盾しています'],
    [
      'Nothing was stopped. The seller is not of that chain, or the product not of that programme.',
      '停止は行われていません。販売者とチェーン、商品と事業の組み合わせを確認してください。',
    ],
  ),
  announced_not_read: refusal(
    422,
    ['The announced time cannot be read', '告知の日時を読み取れません'],
    WRITE_AGAIN,
  ),
  announced_day_missing: refusal(
    422,
    ['The announced time has no day', '告知の日付がありません'],
    WRITE_AGAIN,
  ),
  announced_day_unknown: refusal(422, ['There is no such day', '存在しない日付です'], WRITE_AGAIN),
  announced_weekday_differs: refusal(
    422,
    ['The weekday is not that of the day', '曜日が日付と合っていません'],
    WRITE_AGAIN,
  ),
  announced_hour_ambiguous: refusal(
    422,
    [
      '12 in the morning is noon to some and midnight to others',
      '「午前12時」は正午とも深夜0時とも読めます',
    ],
    WRITE_AGAIN,
  ),
  announced_differs: refusal(
    422,
    [
      'The announced time is another one than the one that was chosen',
      '告知の日時と指定の日時が違います',
    ],
    [
      'Nothing was stopped. Say the same twice, or leave one of them empty.',
      '停止は行われていません。どちらかを直すか、空欄にしてください。',
    ],
  ),
  starts_in_the_past: refusal(
    422,
    ['The beginning is over already', '開始日時が過ぎています'],
    [
      'Nothing was stopped. Leave it empty to stop now.',
      '停止は行われていません。今すぐ止める場合は空欄にしてください。',
    ],
  ),
  starts_too_far_ahead: refusal(
    422,
    ['The beginning is more than a year ahead', '開始日時が1年以上先です'],
    ['Nothing was stopped. Check the year.', '停止は行われていません。年を確認してください。'],
  ),
  expected_end_before_start: refusal(
    422,
    ['The expected end is before the beginning', '再開見込みが開始より前です'],
    ['Nothing was stopped. Check both.', '停止は行われていません。両方の日時を確認してください。'],
  ),
  already_stopped: refusal(
    409,
    ['Exactly this is stopped already', '同じ範囲がすでに停止しています'],
    [
      'It stands in the list, in force or planned. Word that one anew instead.',
      '一覧にあります。内容を変えるには、その停止を開いてください。',
    ],
  ),
  too_many_suspensions: refusal(
    409,
    ['There are too many suspensions', '停止の件数が上限に達しています'],
    [
      'Nothing was stopped. Stop a larger part at once, such as a whole seller.',
      '停止は行われていません。販売者全体など、広い範囲でまとめて止めてください。',
    ],
  ),
};

const NOTHING_CHANGED: readonly [string, string] = [
  'Nothing was changed. Look at the suspension again.',
  '変更は行われていません。停止の内容をもう一度ご確認ください。',
];

/** Why a change was not made, or not asked for. */
export const CHANGE_REFUSALS: Readonly<
  Record<Exclude<ChangeRefusal, 'starts_in_the_past' | 'expected_end_before_start'>, RefusalText> &
    Record<
      'starts_in_the_past' | 'expected_end_before_start' | 'too_many_open' | 'reason_needed',
      RefusalText
    >
> = {
  suspension_not_found: refusal(
    404,
    ['There is no such suspension', '停止が見つかりません'],
    NOTHING_CHANGED,
  ),
  suspension_changed: refusal(
    409,
    ['Somebody has changed it since', '他の担当者が変更しています'],
    NOTHING_CHANGED,
  ),
  suspension_over: refusal(
    409,
    ['It was lifted already', 'すでに解除されています'],
    ['Throw a new one to stop it again.', '再び止めるには、新しい停止を作成してください。'],
  ),
  conditions_missing: refusal(
    422,
    ['No condition is named', '条件が指定されていません'],
    [
      'Nothing was changed. Name at least one, or resume without conditions.',
      '変更は行われていません。条件を1つ以上選ぶか、条件なしで再開してください。',
    ],
  ),
  nothing_changes: refusal(422, ['It is so already', '現在と同じ内容です'], NOTHING_CHANGED),
  starts_in_the_past: refusal(
    422,
    ['The beginning is over already', '開始日時が過ぎています'],
    [
      'Nothing was changed. Leave it empty for the moment of the approval.',
      '変更は行われていません。承認後すぐの場合は空欄にしてください。',
    ],
  ),
  expected_end_before_start: refusal(
    422,
    ['The expected end is before the beginning', '再開見込みが開始より前です'],
    NOTHING_CHANGED,
  ),
  second_person_needed: refusal(
    403,
    ['This lets something through again', '販売・利用の再開にあたる変更です'],
    [
      'It needs a second person: ask for it as a change.',
      '2人目の承認が必要です。変更として申請してください。',
    ],
  ),
  too_many_open: refusal(
    409,
    ['You have too many approvals open', '承認待ちが多すぎます'],
    ['Have some decided, or withdraw them.', '決裁を待つか、取り下げてください。'],
  ),
  reason_needed: refusal(
    422,
    ['A reason is needed', '理由が必要です'],
    [
      `Nothing was asked for. Say why in a few words, ${REASON_MIN} characters at least.`,
      `申請は行われていません。理由を${REASON_MIN}文字以上で入力してください。`,
    ],
  ),
};

/** Why open orders were not ended, and what to do. */
export const CANCEL_REFUSALS: Readonly<
  Record<'stops_nothing_now' | 'concerns_no_orders', RefusalText>
> = {
  stops_nothing_now: refusal(
    409,
    ['It stops nothing now', '今は停止していません'],
    [
      'No order was ended. Only what is stopped can be cleared of its orders.',
      '注文は終わらせていません。停止中の対象の注文だけを取り消せます。',
    ],
  ),
  concerns_no_orders: refusal(
    422,
    ['This stop concerns no orders', 'この停止は注文に関係しません'],
    [
      'It names a place of use, or uses only. No order was ended.',
      '利用の場所、または利用だけを指定した停止です。注文は終わらせていません。',
    ],
  ),
};
