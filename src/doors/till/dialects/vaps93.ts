import { readDialect } from '../dialect.ts';

/**
 * ISO 8583:1993 as one large acquirer uses it for stored value. The second bitmap is always there,
 * the local instant DE12 has its year, and DE56 names an original by it. Codes of DE39 have three
 * digits. Deactivation (920060) is ours: that acquirer has none.
 */
export const vaps93 = readDialect({
  name: 'vaps93',
  framing: { length: 'binary2', headerBytes: 0, bodyMaxBytes: 8_192 },
  bitmap: 'binary',
  secondBitmap: 'always',
  fields: {
    2: 'n ..30', // card number, 19 at most by the standard; 30 for the barcode of a rack card
    3: 'n 6', // processing code
    4: 'n 12', // amount in minor units
    7: 'n 10', // transmission date and time, UTC, MMDDhhmmss
    11: 'n 6', // system trace audit number (STAN)
    12: 'n 12', // local date and time, YYMMDDhhmmss
    14: 'n 4',
    15: 'n 6',
    17: 'n 4',
    18: 'n 4',
    19: 'n 3',
    22: 'an 12', // point of service data code
    23: 'n 3',
    24: 'n 3', // function code
    25: 'n 4', // reason: 4021 time-out, 4351 merchant, 4354 malfunction
    30: 'n 24', // original amounts
    32: 'n ..11', // acquirer
    34: 'ns ..28',
    35: 'z ..37', // track 2
    37: 'anp 12', // retrieval reference number
    38: 'anp 6', // approval code
    39: 'n 3', // action code
    41: 'ans 8', // terminal
    42: 'ans 15', // merchant
    43: 'ans ..99', // name and place
    44: 'ans ..99',
    45: 'ans ..76',
    46: 'ans ...204',
    48: 'b ...999', // message control; holds a bitmap of its own
    49: 'n 3', // currency; not sent when it is the dollar
    50: 'n 3',
    52: 'b 8',
    53: 'ans ..48',
    54: 'ans ...120', // additional amounts
    55: 'b ...512',
    56: 'n ..35', // original: message type 4, STAN 6, DE12 12, acquirer with its length
    58: 'n ..11',
    59: 'ans ...999',
    62: 'ans ...999', // card issuer data: also the barcode of a rack card
    63: 'ans ...999',
    72: 'ans ...999',
    73: 'n 6',
    96: 'b ...999',
    97: 'x+n 17',
    102: 'ans ..28',
    103: 'ans ..28',
    115: 'b ...999',
    116: 'b ...999',
    117: 'b ...999',
    123: 'ans ...999',
    124: 'ans ...999',
    125: 'ans ...999',
    126: 'ans ...999',
    127: 'ans ...999',
  },
  messages: {
    '1100': { use: 'inquiry', answer: '1110', isRepeat: false },
    '1101': { use: 'inquiry', answer: '1110', isRepeat: true },
    '1200': { use: 'request', answer: '1210', isRepeat: false },
    '1201': { use: 'request', answer: '1210', isRepeat: true },
    '1220': { use: 'advice', answer: '1230', isRepeat: false },
    '1221': { use: 'advice', answer: '1230', isRepeat: true },
    '1420': { use: 'reversal', answer: '1430', isRepeat: false },
    '1421': { use: 'reversal', answer: '1430', isRepeat: true },
    '1800': { use: 'network', answer: '1810', isRepeat: false },
    '1801': { use: 'network', answer: '1810', isRepeat: true },
  },
  acts: [
    { processingCode: '006000', act: 'redeem' },
    { processingCode: '200060', act: 'return' },
    { processingCode: '210060', act: 'reload' },
    { processingCode: '316000', act: 'balance' },
    { processingCode: '900060', act: 'activate' },
    { processingCode: '920060', act: 'deactivate' },
  ],
  functionCodes: {
    inquiry: ['108'],
    request: ['200'],
    advice: ['200', '201', '202'],
    reversal: ['400'], // 401 undoes a part, which we refuse
  },
  network: {
    field: 24,
    orders: { '801': 'sign_on', '802': 'sign_off', '831': 'echo' },
    isSignOnNeeded: false,
  },
  identity: { instantField: 12, instant: 'YYMMDDhhmmss' },
  originalField: 56,
  replacementField: null,
  card: { numberField: 2, track2Field: 35, barcodeField: 62 },
  currencyWhenAbsent: '840',
  partial: null,
  echoed: [2, 3, 4, 7, 11, 12, 24, 32, 37, 41, 42, 49, 56],
  responses: {
    approved: '000',
    approvedPartially: '002',
    advised: '000',
    reversed: '400',
    reversedUnseen: '400', // 481 would read as a decline and end the till's efforts
    network: '800',
    door: {
      format_error: '904',
      terminal_not_allowed: '120',
      invalid_transaction: '902',
      currency_unknown: '902',
      invalid_amount: '110',
      value_limit_exceeded: '121',
      unavailable: '912',
      malfunction: '909',
    },
    refusals: {
      too_old: '902',
      request_id_reused: '913',
      already_reversed: '902',
      not_reversible: '902',
      card_differs: '481',
      original_not_found: '182',
      product_not_found: '119',
      product_not_sold_this_way: '119',
      seller_not_found: '120',
      shop_not_found: '120',
      tender_not_found: '120',
      contract_missing: '119',
      tender_missing: '119',
      not_offered: '119',
      offer_ended: '119',
      suspended: '104',
      conditions_not_met: '119',
      merchant_not_found: '120',
      hold_not_found: '182',
      item_not_found: '182',
      instrument_not_found: '111',
      order_card_differs: '119',
      barcode_over: '101',
      not_redeemable_this_way: '119',
      same_instrument: '902',
      instrument_voided: '125',
      instrument_not_active: '125',
      instrument_already_active: '119',
      instrument_not_reactivatable: '119',
      instrument_used: '116',
      instrument_expired: '101',
      instrument_frozen: '104',
      not_frozen_by_this_owner: '104',
      not_reloadable: '119',
      unit_differs: '902',
      amount_not_allowed: '110',
      amount_not_offered: '110',
      load_out_of_range: '110',
      balance_limit_exceeded: '121',
      too_many_lots: '121',
      day_limit_exceeded: '121',
      month_limit_exceeded: '121',
      tender_limit_exceeded: '121',
      already_spent: '116',
      already_returned: '181',
      already_captured: '181',
      hold_not_open: '902',
      hold_exceeded: '110',
      has_open_hold: '119',
      return_exceeds_redemption: '110',
      insufficient_value: '116',
      insufficient_funds: '121',
      nothing_to_expire: '902',
      internal: '909',
    },
  },
});
