import { accepted, refused } from '../../kernel/result.ts';
import { present } from '../../kernel/assert.ts';
import type { CardReference, Refusal } from '../../instruments/index.ts';
import type { Amount } from './amount.ts';
import {
  askerOf,
  cardInfo,
  judgeOutcome,
  readCard,
  readRequestId,
  readValue,
  submit,
  type Call,
  type CallResult,
} from './call.ts';
import { ACTIVATE_ERRORS, type ErrorName } from './errors.ts';

/**
 * Sells a blank card: the same cards that tills activate. An activationRequestId is for one card
 * only.
 */
export async function activateGiftCard(call: Call): Promise<CallResult> {
  const requestId = readRequestId(call, 'activationRequestId');
  if (!requestId.ok) return requestId;
  const card = readCard(call);
  if (!card.ok) return card;
  const value = readValue(call.fields);
  if (!value.ok) return value;
  if (!(await isActivatable(call, requestId.value, card.value)))
    return refused('activationNotAllowed');

  const outcome = await submit(
    call,
    {
      kind: 'activate',
      card: card.value,
      amountMinor: value.value.minor,
      unit: value.value.unit,
      funding: call.partner.funding,
    },
    { requestId: requestId.value, requestIdIsExclusive: true },
  );
  if (outcome.outcome === 'refused') {
    const named = { requestId: requestId.value, card: card.value, value: value.value };
    return refused(await explainRefusal(call, outcome.refusal, named));
  }
  const done = judgeOutcome(outcome, ACTIVATE_ERRORS);
  if (!done.ok) return done;
  return accepted({
    activationRequestId: requestId.value,
    cardInfo: cardInfo({
      number: card.value.number,
      status: 'Activated',
      value: {
        amountMinor: present(done.value.amountMinor, 'an activation has an amount'),
        unit: present(done.value.unit, 'an activation has a unit'),
      },
      expiresAt: done.value.expiresAt,
    }),
    status: 'SUCCESS',
  });
}

/**
 * Whether the card is of a product that this partner may activate. A card that is not found is the
 * engine's to refuse; a request that is known gets its stored answer, whatever the list says now
 * (R4).
 */
async function isActivatable(call: Call, requestId: string, card: CardReference): Promise<boolean> {
  const balance = await call.engine.inquireBalance(askerOf(call), card);
  if (!balance.ok || call.partner.cardProductIds.includes(balance.value.productId)) return true;
  const known = await call.engine.findRequest(askerOf(call), requestId, card);
  return known.outcome !== 'not_seen';
}

async function explainRefusal(
  call: Call,
  refusal: Refusal,
  named: { readonly requestId: string; readonly card: CardReference; readonly value: Amount },
): Promise<ErrorName> {
  if (refusal === 'request_id_reused') {
    const known = await call.engine.findRequest(askerOf(call), named.requestId, named.card);
    const isSameCard = known.outcome === 'accepted' && known.done.kind === 'activate';
    return isSameCard ? 'activatedWithOtherDenomination' : 'activationIdUsed';
  }
  if (refusal === 'amount_not_allowed') {
    const facesMax = call.partner.cardProductIds.map(
      (productId) => call.findProduct(productId)?.faceMaxMinor ?? null,
    );
    const isAboveAll = facesMax.every((max) => max !== null && named.value.minor > max);
    return isAboveAll ? 'maxAmountExceeded' : 'denominationMismatch';
  }
  return ACTIVATE_ERRORS[refusal];
}
