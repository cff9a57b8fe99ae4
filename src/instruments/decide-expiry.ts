import type { Envelope, Expire } from './operation.ts';
import { accept, refuse, type Decision, type Turn } from './turn.ts';
import { endDueHolds, isPastExpiry, setState, takeLots } from './value.ts';

/** Ends holds whose time has come, and moves what has expired to breakage. A lot with an open hold waits (R15). */
export function decideExpiry(turn: Turn<Envelope & Expire>): Decision {
  const { operation, draft, now } = turn;
  const card = draft.instruments.find(operation.instrumentId);
  if (card === undefined) return refuse(turn, 'instrument_not_found');
  const endedHolds = endDueHolds(draft, card, now);
  const shares = draft
    .lotsOf(card)
    .filter((lot) => lot.remainingMinor > 0n && lot.heldMinor === 0n && isPastExpiry(lot, now))
    .map((lot) => ({ lot, minor: lot.remainingMinor }));
  if (shares.length === 0 && endedHolds === 0) return refuse(turn, 'nothing_to_expire', { card });

  // After this point it must succeed.
  const product = draft.product(card);
  const amountMinor = shares.reduce((sum, share) => sum + share.minor, 0n);
  takeLots(
    draft,
    card,
    shares,
    draft.house(card.lane, product.issuerId, 'breakage', 0, product.unit),
  );
  const isEmpty = draft.accountOf(card).postedMinor === 0n;
  if (isEmpty && product.kind !== 'prepaid' && card.state === 'active') {
    setState(draft, card, 'expired', null);
  }
  return accept(turn, { card, amountMinor });
}
