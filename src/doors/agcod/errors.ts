import type { Refusal } from '../../instruments/index.ts';

/** F100 internal, F200 the request, F300 the account, F400 try later, F500 nobody knows. */
export type ErrorClass = 'F100' | 'F200' | 'F300' | 'F400' | 'F500';

export interface AgcodError {
  readonly errorCode: ErrorClass;
  readonly errorType: string;
  readonly message: string;
}

function fault(errorCode: ErrorClass, errorType: string, message: string): AgcodError {
  return { errorCode, errorType, message };
}

/**
 * Every error that this door answers after the signature is right. Types are the protocol's own.
 */
export const ERRORS = {
  // the envelope
  invalidRequest: fault('F200', 'InvalidRequestInput', 'The request could not be read.'),
  requestTooLarge: fault('F200', 'InvalidRequestInput', 'The request is larger than 16 KiB.'),
  charsetNotSupported: fault('F200', 'InvalidRequestInput', 'The request must be in UTF-8.'),
  invalidPartnerId: fault(
    'F200',
    'InvalidPartnerIdInput',
    'The partnerId is missing or is not the one that the access key belongs to.',
  ),
  invalidRequestId: fault(
    'F200',
    'InvalidRequestIdInput',
    'The request id is missing, or has characters other than letters, digits, - and _.',
  ),
  requestIdTooLong: fault(
    'F200',
    'RequestIdTooLong',
    'The request id has more than 40 characters.',
  ),
  requestIdPrefix: fault(
    'F200',
    'RequestIdMustStartWithPartnerName',
    'The request id must start with the partnerId.',
  ),
  onlyMockCodes: fault(
    'F200',
    'InvalidRequestIdInput',
    'This partnerId answers only mock codes (F0000 to F5000) as creationRequestId.',
  ),
  requestIdTooOld: fault(
    'F200',
    'InvalidRequestIdInput',
    'The request id is older than requests are remembered.',
  ),
  creationRequestIdReused: fault(
    'F200',
    'InvalidRequestIdInput',
    'The creationRequestId was used before with another value.',
  ),
  // the amount
  invalidCurrency: fault('F200', 'InvalidCurrencyCodeInput', 'The currencyCode is not a currency.'),
  currencyMismatch: fault(
    'F200',
    'CurrencyCodeMismatch',
    'The currencyCode is not the one of this account.',
  ),
  invalidAmount: fault(
    'F200',
    'InvalidAmountInput',
    'The amount is missing, is not a number, or is not above zero.',
  ),
  fractionalAmount: fault(
    'F200',
    'FractionalAmountNotAllowed',
    'The amount has a fraction that its currency does not have.',
  ),
  invalidAmountValue: fault('F200', 'InvalidAmountValue', 'This amount is not sold.'),
  maxAmountExceeded: fault('F200', 'MaxAmountExceeded', 'The amount is above the largest sold.'),
  // cancelling a code
  invalidGcId: fault(
    'F200',
    'InvalidGCIdInput',
    'The gcId does not belong to the creationRequestId.',
  ),
  orderNotFound: fault('F200', 'OrderNotFound', 'No gift card has this creationRequestId.'),
  cancelTooLate: fault(
    'F200',
    'CancelRequestArrivedAfterTimeLimit',
    'The time in which this gift card could be cancelled is over.',
  ),
  cancelNotPermitted: fault(
    'F200',
    'OperationNotPermitted',
    'The gift card has been claimed and can no longer be cancelled.',
  ),
  // cards that are activated
  invalidCardNumber: fault(
    'F200',
    'InvalidCardNumberInput',
    'The cardNumber is not a card number.',
  ),
  cardNumberTooShort: fault('F200', 'CardNumberTooShort', 'The cardNumber has too few digits.'),
  cardNumberCheckSum: fault('F200', 'CardNumberCheckSumError', 'The cardNumber has a wrong digit.'),
  cardNotFound: fault('F200', 'CardNumberNotFound', 'No card has this cardNumber.'),
  activatedWithOtherDenomination: fault(
    'F200',
    'CardActivatedWithDifferentDenomination',
    'This activationRequestId activated the card with another amount.',
  ),
  activatedWithOtherRequestId: fault(
    'F200',
    'CardActivatedWithDifferentRequestId',
    'The card was activated by another request.',
  ),
  mockActivatedAlready: fault(
    'F200',
    'CardAlreadyActivatedWithDifferentRequestId',
    'The card was activated by another request.',
  ),
  denominationMismatch: fault(
    'F200',
    'RequestedDenominationMismatch',
    'The amount is not the one of the card.',
  ),
  activationIdUsed: fault(
    'F200',
    'ActivationRequestIdAlreadyBeenUsed',
    'The activationRequestId was used before; a new activation needs a new one.',
  ),
  activationIdUnknown: fault(
    'F200',
    'NonExistingActivationRequestId',
    'No activation has this activationRequestId.',
  ),
  activationIdWrong: fault(
    'F200',
    'WrongActivationRequestId',
    'The card was activated over this interface under another activationRequestId.',
  ),
  activationNotAllowed: fault('F200', 'ActivationNotAllowed', 'The card cannot be activated.'),
  deactivationNotAllowed: fault(
    'F200',
    'DeactivationNotAllowed',
    'The card cannot be deactivated.',
  ),
  // activity
  invalidDate: fault(
    'F200',
    'InvalidDateFormat',
    'Dates look like 2026-06-01T23:10:10 and are UTC.',
  ),
  startAfterEnd: fault(
    'F200',
    'StartDateAfterEndDate',
    'The utcStartDate is not before the utcEndDate.',
  ),
  invalidPageIndex: fault('F200', 'InvalidPageIndex', 'The pageIndex is a whole number from 0.'),
  invalidPageSize: fault('F200', 'InvalidPageSize', 'The pageSize is a whole number from 1.'),
  maxPageSizeExceeded: fault('F200', 'MaxPageSizeExceeded', 'The pageSize is at most 1000.'),
  activityTooLong: fault(
    'F200',
    'InvalidRequestInput',
    'Ask for a shorter time: at most 31 days, with at most 20000 operations.',
  ),
  // the account
  insufficientFunds: fault('F300', 'InsufficientFunds', 'The account does not hold enough funds.'),
  accountHasProblems: fault('F300', 'AccountHasProblems', 'The account is not set up for this.'),
  /** Of the same type for clients that read types; the message says what was announced. */
  suspended: fault('F300', 'AccountHasProblems', 'This has been stopped for now.'),
  velocityExceeded: fault(
    'F300',
    'CustomerSurpassedDailyVelocityLimit',
    'The limit of the day or month is reached.',
  ),
  // us
  internal: fault(
    'F100',
    'GeneralError',
    'The request could not be carried out; people will look at it.',
  ),
  tryLater: fault(
    'F400',
    'SystemTemporarilyUnavailable',
    'Nothing was done. Cancel this request id, then send a new one; or send the same again.',
  ),
  outcomeUnknown: fault(
    'F500',
    'GeneralError',
    'The outcome is not known yet. Send the same request id again, or cancel it.',
  ),
} as const satisfies Record<string, AgcodError>;

export type ErrorName = keyof typeof ERRORS;

/** One line for every refusal of the engine: a missing one does not compile. */
const REFUSAL_ERRORS: Record<Refusal, ErrorName> = {
  too_old: 'requestIdTooOld',
  request_id_reused: 'invalidRequestId',
  already_reversed: 'invalidRequestId',
  not_reversible: 'internal', // this door reverses only what it issued and activated
  card_differs: 'activationIdWrong',
  original_not_found: 'internal', // only returns name an original
  product_not_found: 'accountHasProblems',
  product_not_sold_this_way: 'accountHasProblems',
  seller_not_found: 'accountHasProblems',
  shop_not_found: 'accountHasProblems',
  tender_not_found: 'accountHasProblems',
  contract_missing: 'accountHasProblems',
  tender_missing: 'accountHasProblems',
  not_offered: 'accountHasProblems',
  offer_ended: 'accountHasProblems',
  suspended: 'suspended',
  conditions_not_met: 'suspended',
  merchant_not_found: 'internal',
  hold_not_found: 'internal',
  item_not_found: 'internal',
  instrument_not_found: 'cardNotFound',
  order_card_differs: 'internal',
  barcode_over: 'internal',
  not_redeemable_this_way: 'activationNotAllowed',
  same_instrument: 'internal',
  instrument_voided: 'activationNotAllowed',
  instrument_not_active: 'activationNotAllowed',
  instrument_already_active: 'activatedWithOtherRequestId',
  instrument_not_reactivatable: 'activationNotAllowed',
  instrument_used: 'activationNotAllowed',
  instrument_expired: 'activationNotAllowed',
  instrument_frozen: 'activationNotAllowed',
  not_frozen_by_this_owner: 'internal',
  not_reloadable: 'activationNotAllowed',
  unit_differs: 'currencyMismatch',
  amount_not_allowed: 'invalidAmountValue',
  amount_not_offered: 'invalidAmountValue',
  load_out_of_range: 'invalidAmountValue',
  balance_limit_exceeded: 'maxAmountExceeded',
  too_many_lots: 'maxAmountExceeded',
  day_limit_exceeded: 'velocityExceeded',
  month_limit_exceeded: 'velocityExceeded',
  tender_limit_exceeded: 'velocityExceeded',
  already_spent: 'cancelNotPermitted',
  already_returned: 'cancelNotPermitted',
  already_captured: 'cancelNotPermitted',
  hold_not_open: 'internal',
  hold_exceeded: 'internal',
  has_open_hold: 'cancelNotPermitted',
  return_exceeds_redemption: 'internal',
  insufficient_value: 'cancelNotPermitted',
  insufficient_funds: 'insufficientFunds',
  nothing_to_expire: 'internal',
  internal: 'internal',
};

export type RefusalErrors = Readonly<Record<Refusal, ErrorName>>;

export const CREATE_ERRORS: RefusalErrors = {
  ...REFUSAL_ERRORS,
  request_id_reused: 'creationRequestIdReused',
};

export const CANCEL_ERRORS: RefusalErrors = {
  ...REFUSAL_ERRORS,
  too_old: 'cancelTooLate',
  instrument_voided: 'cancelNotPermitted',
  instrument_frozen: 'cancelNotPermitted',
  instrument_used: 'cancelNotPermitted',
  instrument_expired: 'cancelNotPermitted',
  instrument_not_active: 'cancelNotPermitted',
};

export const ACTIVATE_ERRORS: RefusalErrors = {
  ...REFUSAL_ERRORS,
  too_old: 'activationIdUsed',
  request_id_reused: 'activationIdUsed',
  already_reversed: 'activationIdUsed',
  product_not_sold_this_way: 'activationNotAllowed',
  amount_not_allowed: 'denominationMismatch',
  load_out_of_range: 'denominationMismatch',
};

export const DEACTIVATE_ERRORS: RefusalErrors = {
  ...REFUSAL_ERRORS,
  too_old: 'activationIdUnknown',
  request_id_reused: 'activationIdUsed',
  already_reversed: 'activationIdUsed',
  product_not_sold_this_way: 'deactivationNotAllowed',
  not_redeemable_this_way: 'deactivationNotAllowed',
  instrument_not_active: 'deactivationNotAllowed',
  instrument_already_active: 'deactivationNotAllowed',
  instrument_not_reactivatable: 'deactivationNotAllowed',
  instrument_voided: 'deactivationNotAllowed',
  instrument_frozen: 'deactivationNotAllowed',
  instrument_used: 'deactivationNotAllowed',
  instrument_expired: 'deactivationNotAllowed',
  already_spent: 'deactivationNotAllowed',
  already_returned: 'deactivationNotAllowed',
  already_captured: 'deactivationNotAllowed',
  has_open_hold: 'deactivationNotAllowed',
  insufficient_value: 'deactivationNotAllowed',
};
