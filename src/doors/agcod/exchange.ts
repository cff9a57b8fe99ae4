/** From an authenticated request to its answer. This module knows no HTTP beyond the status. */
import { refused } from '../../kernel/result.ts';
import { activateGiftCard } from './activate-gift-card.ts';
import { activationStatusCheck } from './activation-status-check.ts';
import type { Call, CallResult } from './call.ts';
import { cancelGiftCard } from './cancel-gift-card.ts';
import { createGiftCard } from './create-gift-card.ts';
import { deactivateGiftCard } from './deactivate-gift-card.ts';
import { ERRORS, type AgcodError, type ErrorName } from './errors.ts';
import { getAvailableFunds } from './get-available-funds.ts';
import { getGiftCardActivityPage } from './get-gift-card-activity-page.ts';
import { answerMock, isMockCode } from './mock-codes.ts';
import { textOf, type Answer } from './wire.ts';

export const OPERATION_NAMES = [
  'CreateGiftCard',
  'CancelGiftCard',
  'ActivateGiftCard',
  'DeactivateGiftCard',
  'ActivationStatusCheck',
  'GetAvailableFunds',
  'GetGiftCardActivityPage',
] as const;

export type OperationName = (typeof OPERATION_NAMES)[number];

interface OperationEntry {
  readonly run: (call: Call) => Promise<CallResult>;
  readonly movesValue: boolean;
  /** The fields that an error answers with null. */
  readonly fields: readonly string[];
}

const OPERATIONS: Readonly<Record<OperationName, OperationEntry>> = {
  CreateGiftCard: {
    run: createGiftCard,
    movesValue: true,
    fields: ['cardInfo', 'creationRequestId', 'gcClaimCode', 'gcExpirationDate', 'gcId'],
  },
  CancelGiftCard: { run: cancelGiftCard, movesValue: true, fields: ['creationRequestId', 'gcId'] },
  ActivateGiftCard: {
    run: activateGiftCard,
    movesValue: true,
    fields: ['activationRequestId', 'cardInfo'],
  },
  DeactivateGiftCard: {
    run: deactivateGiftCard,
    movesValue: true,
    fields: ['activationRequestId', 'cardInfo'],
  },
  ActivationStatusCheck: {
    run: activationStatusCheck,
    movesValue: false,
    fields: ['cardInfo', 'statusCheckRequestId'],
  },
  GetAvailableFunds: {
    run: getAvailableFunds,
    movesValue: false,
    fields: ['availableFunds', 'timestamp'],
  },
  GetGiftCardActivityPage: {
    run: getGiftCardActivityPage,
    movesValue: false,
    fields: ['cardActivityList', 'totalNumberOfTransactionsInRequestedTimeFrame'],
  },
};

/**
 * Carries an operation out. Where something of ours breaks, an operation that moves value answers
 * "unknown" (R7): the client repeats or cancels, and both are safe.
 */
export async function carryOut(operation: OperationName, call: Call): Promise<CallResult> {
  const { partner, fields } = call;
  const partnerId = textOf(fields, 'partnerId');
  const isMockPartner = partner.mockPartnerId !== null && partnerId === partner.mockPartnerId;
  if (partnerId !== partner.partnerId && !isMockPartner) return refused('invalidPartnerId');
  if (operation === 'CreateGiftCard' || operation === 'CancelGiftCard') {
    if (partner.isSandbox && isMockCode(call)) return answerMock(call, operation);
  }
  if (isMockPartner) return refused('onlyMockCodes');
  const entry = OPERATIONS[operation];
  try {
    return await entry.run(call);
  } catch (failure) {
    call.reportFailure(failure);
    return refused(entry.movesValue ? 'outcomeUnknown' : 'internal');
  }
}

/** The protocol's error answer: the operation's fields empty, and the error beside them. */
export function answerError(
  operation: OperationName,
  name: ErrorName,
  announced?: string, // of the suspension that refused
): Answer {
  const error: AgcodError = ERRORS[name];
  const empty = OPERATIONS[operation].fields.map((field): [string, null] => [field, null]);
  return {
    agcodResponse: {
      __type: `${operation}Response:http://internal.amazon.com/coral/com.amazonaws.agcod/`,
      ...Object.fromEntries(empty),
      status: error.errorCode === 'F400' ? 'RESEND' : 'FAILURE',
    },
    errorCode: error.errorCode,
    errorType: error.errorType,
    message: announced === undefined ? error.message : `${error.message} ${announced}`,
  };
}
