import { accepted, refused, type Result } from '../../kernel/result.ts';
import type { Outcome } from '../../instruments/index.ts';
import {
  askerOf,
  cardInfo,
  compactInstant,
  isOwnRequestId,
  judgeOutcome,
  readCard,
  readRequestId,
  submit,
  type Call,
  type CallResult,
} from './call.ts';
import { DEACTIVATE_ERRORS, type ErrorName } from './errors.ts';

/**
 * A deactivation's own request id in the engine, where it undoes an activation of this door, with
 * the day. A refusal is remembered under its id, and the protocol has no second id to try again with
 * (R12): the next day is a new try. Reversing twice is reversing once, so midnight harms nothing.
 */
export const DEACTIVATE_PREFIX = 'deactivate:';

type NumberedCard = { readonly by: 'number'; readonly number: string };

/**
 * Takes back the activation of an unspent card. Named by its activationRequestId it is the reversal
 * of that request; a card that one of the partner's own tills activated is named by a new id (R17).
 */
export async function deactivateGiftCard(call: Call): Promise<CallResult> {
  const requestId = readRequestId(call, 'activationRequestId');
  if (!requestId.ok) return requestId;
  const card = readCard(call);
  if (!card.ok) return card;

  const way = await chooseWay(call, requestId.value, card.value);
  if (!way.ok) return way;
  const outcome =
    way.value === 'reverse'
      ? await reverseActivation(call, requestId.value, card.value)
      : await submit(
          call,
          { kind: 'deactivate', card: card.value },
          { requestId: requestId.value, requestIdIsExclusive: true },
        );
  const done = judgeOutcome(outcome, DEACTIVATE_ERRORS);
  if (!done.ok) return done;
  const { amountMinor, unit } = done.value;
  return accepted({
    activationRequestId: requestId.value,
    cardInfo: cardInfo({
      number: card.value.number,
      status: 'RefundedToPurchaser',
      value: amountMinor === null || unit === null ? null : { amountMinor, unit },
    }),
    status: 'SUCCESS',
  });
}

/**
 * Undo the activation of this id, or take back, under a new id, what one of the partner's tills
 * did.
 */
async function chooseWay(
  call: Call,
  requestId: string,
  card: NumberedCard,
): Promise<Result<'reverse' | 'deactivate', ErrorName>> {
  const asker = askerOf(call);
  const known = await call.engine.findRequest(asker, requestId, card);
  if (known.outcome === 'accepted' || known.outcome === 'reversed') {
    return accepted(known.done.kind === 'deactivate' ? 'deactivate' : 'reverse');
  }
  if (known.outcome === 'refused') {
    return known.kind === 'deactivate' ? accepted('deactivate') : refused('activationIdUnknown');
  }
  const balance = await call.engine.inquireBalance(asker, card);
  if (!balance.ok) return refused(DEACTIVATE_ERRORS[balance.refusal]);
  const activation = await call.engine.findActivation(asker, card);
  if (activation === null) {
    // Blank: the activation was lost on its way. Reversing the unknown closes its id (R9). A card
    // that has value without an activation (imported) keeps it: nobody may be told that it is gone.
    const isBlank = balance.value.state === 'blank';
    return isBlank ? accepted('reverse') : refused('deactivationNotAllowed');
  }
  if (activation.clientId !== call.partner.clientId) return refused('deactivationNotAllowed');
  const isOfThisDoor = isOwnRequestId(call, activation.requestId);
  return isOfThisDoor ? refused('activationIdWrong') : accepted('deactivate');
}

async function reverseActivation(
  call: Call,
  originalRequestId: string,
  card: NumberedCard,
): Promise<Outcome> {
  const day = compactInstant(call.arrivedAt).slice(0, 8);
  return submit(
    call,
    { kind: 'reverse', originalRequestId, card, holdId: null },
    { requestId: `${DEACTIVATE_PREFIX}${originalRequestId}:${day}` },
  );
}
