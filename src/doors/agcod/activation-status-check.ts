import { accepted, refused } from '../../kernel/result.ts';
import type { Activation, InstrumentState, RequestOutcome } from '../../instruments/index.ts';
import {
  askerOf,
  cardInfo,
  readCard,
  readRequestId,
  type Call,
  type CallResult,
  type CardStatus,
} from './call.ts';
import { ACTIVATE_ERRORS } from './errors.ts';

/**
 * A card that holds nothing has no status, unless this very request activated it and was undone.
 */
const STATUSES: Readonly<Record<InstrumentState, CardStatus | null>> = {
  blank: null,
  active: 'Activated',
  used: 'Activated',
  expired: 'Expired',
  voided: null,
};

/**
 * Tells whether a card is activated, and with how much. It tells the amount of an activation by
 * this partner and never what is left: the balance is the holder's own affair.
 */
export async function activationStatusCheck(call: Call): Promise<CallResult> {
  const requestId = readRequestId(call, 'statusCheckRequestId');
  if (!requestId.ok) return requestId;
  const card = readCard(call);
  if (!card.ok) return card;

  const asker = askerOf(call);
  const balance = await call.engine.inquireBalance(asker, card.value);
  if (!balance.ok) return refused(ACTIVATE_ERRORS[balance.refusal]);
  const activation = await call.engine.findActivation(asker, card.value);
  // Partners use the activationRequestId itself as the id of the check.
  const known = await call.engine.findRequest(asker, requestId.value, card.value);
  const isUndone = balance.value.state === 'blank' && known.outcome === 'reversed';
  const isOwn = activation !== null && activation.clientId === call.partner.clientId;
  return accepted({
    cardInfo: cardInfo({
      number: card.value.number,
      status: isUndone ? 'RefundedToPurchaser' : STATUSES[balance.value.state],
      value: valueOf(isOwn ? activation : null, known),
      expiresAt: isOwn ? activation.expiresAt : null,
    }),
    status: 'SUCCESS',
    statusCheckRequestId: requestId.value,
  });
}

function valueOf(
  activation: Activation | null,
  known: RequestOutcome,
): Pick<Activation, 'amountMinor' | 'unit'> | null {
  if (activation !== null) return activation;
  if (known.outcome !== 'accepted' && known.outcome !== 'reversed') return null;
  const { amountMinor, unit } = known.done;
  return amountMinor === null || unit === null ? null : { amountMinor, unit };
}
