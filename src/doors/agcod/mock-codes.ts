import { accepted, refused } from '../../kernel/result.ts';
import { cardInfo, readValue, type Call, type CallResult } from './call.ts';
import type { ErrorName } from './errors.ts';
import { textOf } from './wire.ts';

/** The errors of the sandbox, by the creationRequestId that asks for them. */
const MOCK_ERRORS: Readonly<Record<string, ErrorName>> = {
  F1000: 'internal',
  F2000: 'invalidRequest',
  F2001: 'invalidCardNumber',
  F2002: 'invalidPartnerId',
  F2003: 'invalidAmount',
  F2004: 'invalidAmountValue',
  F2005: 'invalidCurrency',
  F2010: 'mockActivatedAlready',
  F2015: 'maxAmountExceeded',
  F2016: 'currencyMismatch',
  F2017: 'fractionalAmount',
  F2047: 'cancelTooLate',
  F3003: 'insufficientFunds',
  F3005: 'accountHasProblems',
  F3010: 'velocityExceeded',
  F4000: 'tryLater',
  F5000: 'outcomeUnknown',
};
const MOCK_SUCCESS = 'F0000';
const MOCK_GC_ID = 'ABC123ZYX987';
const MOCK_CLAIM_CODE = 'ZYXW-VUTS-RQPO';

export const MOCK_CODES: readonly string[] = [MOCK_SUCCESS, ...Object.keys(MOCK_ERRORS)];

export function isMockCode(call: Call): boolean {
  return MOCK_CODES.includes(textOf(call.fields, 'creationRequestId') ?? '');
}

/** Answers a mock code without the engine: nothing is issued, cancelled or remembered. */
export function answerMock(call: Call, operation: 'CreateGiftCard' | 'CancelGiftCard'): CallResult {
  const code = textOf(call.fields, 'creationRequestId') ?? '';
  const error = MOCK_ERRORS[code];
  if (error !== undefined) return refused(error);
  if (operation === 'CancelGiftCard') {
    return accepted({ creationRequestId: code, gcId: MOCK_GC_ID, status: 'SUCCESS' });
  }
  const value = readValue(call.fields);
  if (!value.ok) return value;
  const { minor, unit } = value.value;
  return accepted({
    cardInfo: cardInfo({ number: null, status: 'Fulfilled', value: { amountMinor: minor, unit } }),
    creationRequestId: code,
    gcClaimCode: MOCK_CLAIM_CODE,
    gcExpirationDate: null,
    gcId: MOCK_GC_ID,
    status: 'SUCCESS',
  });
}
