import { accepted, refused } from '../../kernel/result.ts';
import { present } from '../../kernel/assert.ts';
import type { Done } from '../../instruments/index.ts';
import {
  askerOf,
  cardInfo,
  expirationText,
  gcIdOf,
  judgeOutcome,
  readRequestId,
  readValue,
  submit,
  type Call,
  type CallResult,
} from './call.ts';
import { CREATE_ERRORS } from './errors.ts';
import type { Answer } from './wire.ts';

/**
 * Issues a code. The same creationRequestId gets the same answer with the same claim code; after a
 * cancel it gets SUCCESS with the card status RefundedToPurchaser and no code (R13).
 */
export async function createGiftCard(call: Call): Promise<CallResult> {
  const { partner } = call;
  const requestId = readRequestId(call, 'creationRequestId');
  if (!requestId.ok) return requestId;
  const value = readValue(call.fields);
  if (!value.ok) return value;

  const outcome = await submit(
    call,
    {
      kind: 'issue',
      productId: partner.productId,
      amountMinor: value.value.minor,
      unit: value.value.unit,
      funding: partner.funding,
    },
    { requestId: requestId.value },
  );
  if (outcome.outcome === 'refused' && outcome.refusal === 'already_reversed') {
    return accepted(await answerCancelled(call, requestId.value));
  }
  if (outcome.outcome === 'refused' && outcome.refusal === 'amount_not_allowed') {
    const faceMaxMinor = call.findProduct(partner.productId)?.faceMaxMinor ?? null;
    const isAbove = faceMaxMinor !== null && value.value.minor > faceMaxMinor;
    return refused(isAbove ? 'maxAmountExceeded' : CREATE_ERRORS.amount_not_allowed);
  }
  const done = judgeOutcome(outcome, CREATE_ERRORS);
  return done.ok ? accepted(answerIssued(done.value)) : done;
}

function answerIssued(done: Done): Answer {
  const amountMinor = present(done.amountMinor, 'an issue has an amount');
  const unit = present(done.unit, 'an issue has a unit');
  return {
    cardInfo: cardInfo({ number: null, status: 'Fulfilled', value: { amountMinor, unit } }),
    creationRequestId: done.requestId,
    gcClaimCode: present(done.code, 'an issue shows its code to the client that issued it'),
    gcExpirationDate: done.expiresAt === null ? null : expirationText(done.expiresAt),
    gcId: gcIdOf(present(done.instrumentId, 'an issue makes an instrument')),
    status: 'SUCCESS',
  };
}

/**
 * The code is dead, so it is not told again; a cancel that came before its create has no card at
 * all.
 */
async function answerCancelled(call: Call, requestId: string): Promise<Answer> {
  const known = await call.engine.findRequest(askerOf(call), requestId, null);
  const done = known.outcome === 'reversed' ? known.done : null;
  const hasValue =
    done !== null && done.kind === 'issue' && done.amountMinor !== null && done.unit !== null;
  const value = hasValue ? { amountMinor: done.amountMinor, unit: done.unit } : null;
  return {
    cardInfo: cardInfo({ number: null, status: 'RefundedToPurchaser', value }),
    creationRequestId: requestId,
    gcClaimCode: null,
    gcExpirationDate: hasValue && done.expiresAt !== null ? expirationText(done.expiresAt) : null,
    gcId: hasValue && done.instrumentId !== null ? gcIdOf(done.instrumentId) : null,
    status: 'SUCCESS',
  };
}
