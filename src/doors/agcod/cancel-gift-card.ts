import { accepted, refused } from '../../kernel/result.ts';
import type { RequestOutcome } from '../../instruments/index.ts';
import {
  askerOf,
  gcIdOf,
  judgeOutcome,
  readRequestId,
  submit,
  type Call,
  type CallResult,
} from './call.ts';
import { CANCEL_ERRORS, type ErrorName } from './errors.ts';
import { textOf } from './wire.ts';

/** The cancel's own request id in the engine, so that a repeated cancel is a repeat there too. */
export const CANCEL_PREFIX = 'cancel:';

/**
 * Takes a code back, within the partner's window and only while nothing of it is spent. A cancel
 * without gcId of an id that was never seen closes the id and succeeds: after F400 and F500 the
 * client cancels without knowing, and a late create must not come to life (R9, R13).
 */
export async function cancelGiftCard(call: Call): Promise<CallResult> {
  const requestId = readRequestId(call, 'creationRequestId');
  if (!requestId.ok) return requestId;
  const named = textOf(call.fields, 'gcId');
  const gcId = named === '' ? null : named;

  const known = await call.engine.findRequest(askerOf(call), requestId.value, null);
  const fault = judgeCancel(call, known, gcId);
  if (fault !== null) return refused(fault);

  const outcome = await submit(
    call,
    { kind: 'reverse', originalRequestId: requestId.value, card: null, holdId: null },
    { requestId: CANCEL_PREFIX + requestId.value },
  );
  const isReversedAlready = outcome.outcome === 'refused' && outcome.refusal === 'already_reversed';
  if (!isReversedAlready) {
    const done = judgeOutcome(outcome, CANCEL_ERRORS);
    if (!done.ok) return done;
  }
  return accepted({
    creationRequestId: requestId.value,
    gcId: gcIdOfRequest(known),
    status: 'SUCCESS',
  });
}

/**
 * What is cancelled already may be cancelled again at any time: the answer was lost, not the
 * value.
 */
function judgeCancel(call: Call, known: RequestOutcome, gcId: string | null): ErrorName | null {
  if (gcId !== null && gcId !== gcIdOfRequest(known)) {
    return known.outcome === 'not_seen' ? 'orderNotFound' : 'invalidGcId';
  }
  if (known.outcome !== 'accepted') return null;
  const ageMs = call.arrivedAt - known.done.decidedAt;
  return ageMs > call.partner.cancelWindowMs ? 'cancelTooLate' : null;
}

function gcIdOfRequest(known: RequestOutcome): string | null {
  if (known.outcome !== 'accepted' && known.outcome !== 'reversed') return null;
  return known.done.kind === 'issue' && known.done.instrumentId !== null
    ? gcIdOf(known.done.instrumentId)
    : null;
}
