/**
 * Every refusal of the engine, in the order in which they are checked. An operation gets the first
 * that applies. A door has a table over this list in which a missing entry does not compile.
 */
export const REFUSALS = [
  // the request
  'too_old', // the id is older than requests are remembered (R5)
  'request_id_reused', // known with other content (R3), or with another card where that is forbidden (R2)
  'already_reversed', // the reversal came first, or came since
  'card_differs', // the reversed request is known under another card (R9)
  'not_reversible', // R13
  // the parties
  'product_not_found',
  'seller_not_found',
  'shop_not_found', // or another seller's
  'tender_not_found',
  'contract_missing', // the tender's limits are counted by contract, and none was named (R21)
  'merchant_not_found',
  'hold_not_found',
  'item_not_found',
  // the card
  'instrument_not_found', // unknown, wrong and other issuer's alike
  'order_card_differs', // its order was for another product
  'barcode_over', // shown too long ago, or used; said before the engine is asked (`src/wallets`)
  // the gate (R18)
  'tender_missing', // the seller has offers for the product, and how the buyer pays was not said
  'not_offered',
  'offer_ended',
  'suspended', // the answer names the suspension
  'conditions_not_met', // resumed with conditions; it names the suspension too
  // the card's kind and state
  'product_not_sold_this_way', // issue of a card that a till activates, activation of a code, taking back another's sale
  'not_redeemable_this_way', // R16
  'same_instrument',
  'instrument_voided',
  'instrument_not_active', // blank
  'instrument_already_active',
  'instrument_not_reactivatable', // R15
  'instrument_used',
  'instrument_expired', // the card, or all that is in it
  'instrument_frozen',
  'not_frozen_by_this_owner', // R14
  'not_reloadable',
  // the amount
  'unit_differs',
  'amount_not_allowed', // not a face of the product, outside its range, or no amount at all (R36)
  'amount_not_offered', // outside of what the offer says
  'load_out_of_range',
  'balance_limit_exceeded',
  // the value
  'original_not_found', // a return names a redemption that is not there
  'already_spent', // R12
  'already_returned', // R10
  'already_captured',
  'hold_not_open',
  'hold_exceeded',
  'has_open_hold',
  'return_exceeds_redemption',
  'insufficient_value',
  'too_many_lots', // with something in them, in one card
  'nothing_to_expire',
  'day_limit_exceeded',
  'month_limit_exceeded',
  'tender_limit_exceeded', // of the contract that pays, over all that is charged to it (R21)
  'insufficient_funds', // the client's paid-in funds (R22)
  // us
  'internal', // the operation broke; it is set aside for a person (R8)
] as const;

export type Refusal = (typeof REFUSALS)[number];
