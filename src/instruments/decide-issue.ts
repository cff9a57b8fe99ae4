import { present } from '../kernel/assert.ts';
import type { Product } from '../programmes/index.ts';
import { judgeFunds } from './decide-funds.ts';
import { cardNameKey } from './draft.ts';
import type { Issue, Envelope } from './operation.ts';
import type { InstrumentRow } from './rows.ts';
import {
  accept,
  fundingAccount,
  isFaceAllowed,
  judgeSeller,
  settle,
  type Decision,
  type Turn,
  type Verdict,
} from './turn.ts';
import { addLot, lotExpiry } from './value.ts';

type IssueTurn = Turn<Envelope & Issue>;

/** Makes an instrument with value in it, in the lane of its request. */
export function decideIssue(turn: IssueTurn): Decision {
  const { operation, draft, prepared, now } = turn;
  const product = draft.catalogue.products.get(operation.productId);
  const verdict = judgeIssue(turn, product);
  if (verdict !== null) return settle(turn, verdict);

  // After this point it must succeed.
  const sold = present(product, 'judged above');
  const card = addMintedCard(turn, sold);
  const from = fundingAccount(turn, operation.funding, sold, prepared.homeLane);
  const lot = addLot(draft, card, {
    amountMinor: operation.amountMinor,
    class: 'paid',
    expiresAt: lotExpiry(sold, now),
    from,
    sourceAccountId: from.accountId,
  });
  return accept(turn, {
    card,
    amountMinor: operation.amountMinor,
    sellerId: card.sellerId,
    facts: { expiresAt: lot.expiresAt, lotId: String(lot.lotId) },
  });
}

function judgeIssue(turn: IssueTurn, product: Product | undefined): Verdict {
  const { operation, prepared } = turn;
  if (product === undefined || product.issuerId !== operation.issuerId) return 'product_not_found';
  const seller = judgeSeller(turn, operation.funding);
  if (seller !== null) return seller;
  if (product.kind !== 'code') return 'product_not_sold_this_way';
  if (operation.unit !== product.unit) return 'unit_differs';
  if (!isFaceAllowed(product, operation.amountMinor)) return 'amount_not_allowed';
  const { balanceMaxMinor } = product.limits;
  if (balanceMaxMinor !== null && operation.amountMinor > balanceMaxMinor) {
    return 'balance_limit_exceeded';
  }
  return judgeFunds(turn, operation.funding, product, {
    amountMinor: operation.amountMinor,
    lane: prepared.homeLane,
  });
}

function addMintedCard(turn: IssueTurn, product: Product): InstrumentRow {
  const { draft, operation, prepared, now } = turn;
  const minted = (prepared.minted ??= prepared.mint(product));
  const lane = prepared.homeLane;
  const instrumentId = draft.books.nextId(lane);
  const card: InstrumentRow = {
    lane,
    instrumentId,
    productId: product.productId,
    state: 'active',
    cause: null,
    number: minted.number,
    codeLast4: minted.hidden?.lastFour ?? null,
    codeSealed: minted.hidden?.sealed ?? null,
    faceMinor: operation.amountMinor,
    sellerId: operation.funding.from === 'seller' ? operation.funding.sellerId : null,
    openFreezes: 0,
    activatedAt: now,
  };
  draft.instruments.add(instrumentId, card);
  draft.books.openAccount(lane, instrumentId, product.unit, 0n);
  for (const name of [minted.number === null ? null : `n:${minted.number}`, minted.hidden?.name]) {
    if (name == null) continue;
    const row = { lane, name, instrumentLane: lane, instrumentId };
    draft.cardNames.add(cardNameKey(lane, name), row);
  }
  return card;
}
