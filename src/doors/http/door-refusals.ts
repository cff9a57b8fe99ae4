import { entry, type RefusalText } from './refusal-text.ts';

/** What the door itself refuses, before or instead of the engine. */
export type DoorRefusal =
  | 'key_missing'
  | 'key_unknown'
  | 'scope_missing'
  | 'not_found'
  | 'method_not_allowed'
  | 'media_type_not_supported'
  | 'body_too_large'
  | 'body_not_understood'
  | 'request_not_understood'
  | 'idempotency_key_required'
  | 'too_many_attempts'
  | 'too_many_open_orders'
  | 'order_too_old'
  | 'order_over'
  | 'order_card_missing'
  | 'order_card_not_wanted'
  | 'busy'
  | 'outcome_unknown'
  | 'already_exists'
  | 'scope_not_held'
  | 'not_ready'
  | 'door_broken';

export const DOOR_REFUSALS: Readonly<Record<DoorRefusal, RefusalText>> = {
  key_missing: entry(
    401,
    'No API key was given',
    'APIキーがありません',
    'Send it as Authorization: Bearer kk_...',
    'Authorization: Bearer kk_... で送ってください。',
  ),
  key_unknown: entry(
    401,
    'The API key is not valid',
    'APIキーが無効です',
    'It may have been revoked. Ask the issuer for a new one.',
    '失効した可能性があります。発行者にお尋ねください。',
  ),
  scope_missing: entry(
    403,
    'The API key may not do this',
    'このAPIキーには権限がありません',
    'The key needs the scope named in `scope`.',
    '`scope` に示した権限が必要です。',
  ),
  not_found: entry(
    404,
    'Nothing is here',
    '見つかりません',
    'Check the address and the id. What belongs to others does not exist for you.',
    'アドレスとIDを確認してください。他者のものは存在しないものとして扱われます。',
  ),
  method_not_allowed: entry(
    405,
    'This address does not take this method',
    'このメソッドは使えません',
    'See /docs for the methods of each address.',
    '/docs をご覧ください。',
  ),
  media_type_not_supported: entry(
    415,
    'Only JSON is understood',
    'JSONのみ対応しています',
    'Send content-type: application/json in UTF-8.',
    'content-type: application/json(UTF-8)で送ってください。',
  ),
  body_too_large: entry(
    413,
    'The body is too large',
    '本文が大きすぎます',
    'A request may have 64 KiB, a batch 2 MiB. Send smaller batches.',
    '1件64KiB、バッチ2MiBまでです。分割してください。',
  ),
  body_not_understood: entry(
    400,
    'The body is not JSON that can be read in one way',
    '本文のJSONを一意に読めません',
    'Send one JSON document in UTF-8, no field twice, no number longer than 20 characters.',
    'UTF-8のJSONを1つ、項目の重複なし、数値は20文字以内で送ってください。',
  ),
  request_not_understood: entry(
    400,
    'Something in the request is not as it must be',
    '要求の形式に誤りがあります',
    'Nothing was done. `errors` names each field and what it must be.',
    '処理は行われていません。`errors` に項目と理由があります。',
  ),
  idempotency_key_required: entry(
    400,
    'The header Idempotency-Key is missing or malformed',
    'Idempotency-Key がないか不正です',
    'Nothing was done. Send 1 to 128 printable ASCII characters, the same again when you repeat; `order ` and `cancel order ` begin ids that are given to orders.',
    '処理は行われていません。印字可能なASCII 1〜128文字を送り、再送時は同じ値にしてください。`order `・`cancel order ` で始まるIDは注文用です。',
  ),
  too_many_attempts: entry(
    429,
    'Too many wrong codes',
    'コードの誤りが多すぎます',
    'Nothing was looked at. Wait for Retry-After. Name your end users by Kinken-End-User-Address and Kinken-End-User-Device so that only the one who guesses has to wait.',
    '照会は行われていません。Retry-After の時間お待ちください。利用者を Kinken-End-User-Address と Kinken-End-User-Device で示すと、該当者だけが待つことになります。',
  ),
  too_many_open_orders: entry(
    409,
    'Too many orders are open',
    '手続き中の注文が多すぎます',
    'Nothing was opened. Complete or cancel what is open (GET /v1/orders), or wait until it expires.',
    '注文は作成されていません。手続き中の注文(GET /v1/orders)を完了または取り消すか、期限切れをお待ちください。',
  ),
  order_too_old: entry(
    410,
    'The order is too old to be cancelled as an order',
    '注文が古いため、注文としては取り消せません',
    'Nothing was done; its card is not kept any more. Reverse its saleRequestId with POST /v1/reversals and the card.',
    '処理は行われていません。カードの情報はすでに消去されています。POST /v1/reversals で saleRequestId とカードを指定して取り消してください。',
  ),
  order_over: entry(
    409,
    'The order is over',
    'この注文は終了しています',
    'It was cancelled, or its session has ended. Nothing was sold; open a new order.',
    '取り消されたか、手続きの時間が過ぎています。販売は行われていません。新しい注文を作成してください。',
  ),
  order_card_missing: entry(
    422,
    'The order needs a card',
    'この注文にはカードの指定が必要です',
    'Nothing was done. Name in card the one that is activated or loaded.',
    '処理は行われていません。有効化またはチャージするカードを card で指定してください。',
  ),
  order_card_not_wanted: entry(
    422,
    'The order makes its card itself',
    'この注文ではカードを指定できません',
    'Nothing was done. Leave card out: the code is in the answer.',
    '処理は行われていません。card を省いてください。コードは応答に含まれます。',
  ),
  busy: entry(
    503,
    'The server cannot take this now',
    'ただいま処理できません',
    'Nothing was done. Send the same request again after Retry-After, with the same Idempotency-Key.',
    '処理は行われていません。Retry-After の後、同じ Idempotency-Key で再送してください。',
  ),
  outcome_unknown: entry(
    503,
    'It is not known whether this was done',
    '処理結果が確認できません',
    'Repeat or reverse this id: the same request with the same Idempotency-Key, or POST /v1/reversals. Do not use a new id.',
    '同じ Idempotency-Key で再送するか、POST /v1/reversals で取り消してください。新しいIDは使わないでください。',
  ),
  already_exists: entry(
    409,
    'There is one with this key already',
    '同じキーのものがすでにあります',
    'Nothing was changed. Choose another key.',
    '変更はありません。別のキーにしてください。',
  ),
  scope_not_held: entry(
    403,
    'A key cannot give what it does not have',
    '持っていない権限は付与できません',
    'Create the key with one that holds every scope it shall have.',
    '付与する権限をすべて持つキーで作成してください。',
  ),
  not_ready: entry(
    503,
    'The server is not ready',
    'サーバーの準備ができていません',
    '`errors` names what is missing.',
    '`errors` に理由があります。',
  ),
  door_broken: entry(
    500,
    'Something broke on our side',
    'サーバーで問題が発生しました',
    'If value was to be moved, repeat the same request with the same Idempotency-Key: it is done at most once.',
    '価値の移動を伴う場合は、同じ Idempotency-Key で再送してください。二重に処理されることはありません。',
  ),
};
