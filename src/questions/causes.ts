import type { Refusal } from '../instruments/index.ts';

/**
 * Why a code or card does not work. One list for everybody: the page, the API, the problem documents of the
 * door and the support desk say the same words, which stand in `locales/` as `cause.<cause>.*`.
 */
export const CAUSES = [
  'never_activated',
  'deactivated',
  'mistyped',
  'expired',
  'already_used',
  'frozen',
  'suspended',
  'outage',
  'other_country',
  'wrong_site',
  'balance_limit_reached',
  'environment',
  'usable', // nothing stands against it
  'cannot_tell', // or must not
] as const;

export type Cause = (typeof CAUSES)[number];

/** What has become of the value. `not_loaded`: the money is with the shop, the card is still empty. */
export type ValueSafety = 'safe' | 'not_loaded' | 'spent' | 'ended' | 'unknown';

/** Whose matter it is: of who sold it, of who owes the value, of the holder's own device, of nobody. */
export type Responsible = 'sale' | 'value' | 'own' | 'none';

/** What the desk will ask for; each is a text `have.<item>`. Never the whole code. */
export const AT_HAND = [
  'receipt',
  'card',
  'last_four',
  'time_bought',
  'time_tried',
  'screen',
  'report',
] as const;
export type AtHand = (typeof AT_HAND)[number];

export interface CauseRule {
  readonly safety: ValueSafety;
  readonly responsible: Responsible;
  readonly haveAtHand: readonly AtHand[];
}

export const CAUSE_RULES: Readonly<Record<Cause, CauseRule>> = {
  never_activated: rule('not_loaded', 'sale', ['receipt', 'card', 'time_bought']),
  deactivated: rule('not_loaded', 'sale', ['receipt', 'card', 'time_bought']),
  mistyped: rule('unknown', 'value', ['card', 'receipt', 'screen']),
  expired: rule('ended', 'value', ['card', 'last_four', 'time_bought']),
  already_used: rule('spent', 'value', ['last_four', 'receipt', 'time_bought']),
  frozen: rule('safe', 'value', ['last_four', 'receipt']),
  suspended: rule('safe', 'value', ['last_four', 'time_tried']),
  outage: rule('safe', 'none', ['receipt', 'card']),
  other_country: rule('safe', 'value', ['last_four', 'receipt']),
  wrong_site: rule('safe', 'value', ['card', 'screen']),
  balance_limit_reached: rule('safe', 'value', ['last_four']),
  environment: rule('safe', 'own', ['screen', 'time_tried']),
  usable: rule('safe', 'value', ['last_four', 'screen', 'time_tried']),
  cannot_tell: rule('unknown', 'sale', ['receipt', 'card', 'time_bought']),
};

/**
 * What a refusal of the engine means to whoever holds the card. Null: nothing about a card that a customer
 * holds (a mistake of the calling system, or a sale that did not come about). A refusal that is not here does
 * not compile.
 */
export const CAUSE_OF_REFUSAL: Readonly<Record<Refusal, Cause | null>> = {
  too_old: null,
  request_id_reused: null,
  already_reversed: null,
  card_differs: null,
  not_reversible: null,
  product_not_found: null,
  seller_not_found: null,
  shop_not_found: null,
  tender_not_found: null,
  contract_missing: null,
  merchant_not_found: null,
  hold_not_found: null,
  item_not_found: null,
  instrument_not_found: 'mistyped',
  order_card_differs: null,
  barcode_over: null,
  tender_missing: null,
  not_offered: null,
  offer_ended: null,
  suspended: 'suspended',
  conditions_not_met: null,
  product_not_sold_this_way: null,
  not_redeemable_this_way: 'wrong_site',
  same_instrument: null,
  instrument_voided: 'deactivated',
  instrument_not_active: 'never_activated',
  instrument_already_active: null,
  instrument_not_reactivatable: 'deactivated',
  instrument_used: 'already_used',
  instrument_expired: 'expired',
  instrument_frozen: 'frozen',
  not_frozen_by_this_owner: null,
  not_reloadable: null,
  unit_differs: null,
  amount_not_allowed: null,
  amount_not_offered: null,
  load_out_of_range: null,
  balance_limit_exceeded: 'balance_limit_reached',
  too_many_lots: 'balance_limit_reached',
  original_not_found: null,
  already_spent: null,
  already_returned: null,
  already_captured: null,
  hold_not_open: null,
  hold_exceeded: null,
  has_open_hold: null,
  return_exceeds_redemption: null,
  insufficient_value: null,
  nothing_to_expire: null,
  day_limit_exceeded: 'balance_limit_reached',
  month_limit_exceeded: 'balance_limit_reached',
  tender_limit_exceeded: null,
  insufficient_funds: null,
  internal: null,
};

function rule(
  safety: ValueSafety,
  responsible: Responsible,
  haveAtHand: readonly AtHand[],
): CauseRule {
  return { safety, responsible, haveAtHand };
}
