import { present } from '../kernel/assert.ts';
import type { Envelope, Freeze, Unfreeze, Void } from './operation.ts';
import type { LotRow } from './rows.ts';
import {
  accept,
  findCard,
  isCard,
  openItem,
  refuse,
  settle,
  type Decision,
  type Turn,
} from './turn.ts';
import { endDueHolds, setState, takeLots } from './value.ts';

/** Freezes stand beside the state; the card is frozen while any is open (R14). */
export function decideFreeze(turn: Turn<Envelope & Freeze>): Decision {
  const { operation, draft, prepared, now } = turn;
  const found = findCard(turn, present(prepared.card, 'a freeze names a card'));
  if (!isCard(found)) return settle(turn, found);
  if (found.state === 'voided') return refuse(turn, 'instrument_voided', { card: found });

  // After this point it must succeed.
  draft.addFreeze({
    lane: found.lane,
    instrumentId: found.instrumentId,
    freezeId: draft.books.nextId(found.lane),
    owner: operation.owner,
    reason: operation.reason,
    openedAt: now,
    liftedAt: null,
  });
  found.openFreezes += 1;
  draft.instruments.change(found);
  return accept(turn, { card: found });
}

/**
 * Lifts every freeze of one owner; nobody lifts another's (R14). Lots that wait because their load was
 * reversed after spending (R12) are the item's: whoever has settled it lifts them.
 */
export function decideUnfreeze(turn: Turn<Envelope & Unfreeze>): Decision {
  const { operation, draft, prepared, now } = turn;
  const found = findCard(turn, present(prepared.card, 'an unfreeze names a card'));
  if (!isCard(found)) return settle(turn, found);
  const own = draft.openFreezesOf(found).filter((freeze) => freeze.owner === operation.owner);
  const frozenLots = operation.owner === 'item' ? draft.lotsOf(found).filter(isFrozenLot) : [];
  if (own.length === 0 && frozenLots.length === 0) {
    return refuse(turn, 'not_frozen_by_this_owner', { card: found });
  }

  // After this point it must succeed.
  for (const freeze of own) {
    freeze.liftedAt = now;
    draft.freezes.change(freeze);
  }
  for (const lot of frozenLots) {
    lot.isFrozen = false;
    draft.lots.change(lot);
  }
  found.openFreezes -= own.length;
  draft.instruments.change(found);
  return accept(turn, { card: found });
}

const isFrozenLot = (lot: LotRow): boolean => lot.isFrozen;

/** Ends a card for good. What is in it waits in suspense for a person. */
export function decideVoid(turn: Turn<Envelope & Void>): Decision {
  const { operation, draft, prepared, now } = turn;
  const found = findCard(turn, present(prepared.card, 'a void names a card'));
  if (!isCard(found)) return settle(turn, found);
  endDueHolds(draft, found, now);
  if (found.state === 'voided') return refuse(turn, 'instrument_voided', { card: found });
  const account = draft.accountOf(found);
  if (account.heldMinor > 0n) return refuse(turn, 'has_open_hold', { card: found });

  // After this point it must succeed.
  const product = draft.product(found);
  const amountMinor = account.postedMinor;
  const shares = draft
    .lotsOf(found)
    .filter((lot) => lot.remainingMinor > 0n)
    .map((lot) => ({ lot, minor: lot.remainingMinor }));
  if (shares.length > 0) {
    takeLots(
      draft,
      found,
      shares,
      draft.house(found.lane, product.issuerId, 'suspense', 0, product.unit),
    );
    openItem(turn, 'voided_with_value', { card: found, amountMinor });
  }
  setState(draft, found, 'voided', null);
  return accept(turn, { card: found, amountMinor, facts: { reason: operation.reason } });
}
