import { present } from '../kernel/assert.ts';
import type { Product } from '../programmes/index.ts';
import { judgeFunds } from './decide-funds.ts';
import { sellerOf } from './contract-limits.ts';
import { cardNameKey } from './draft-keys.ts';
import { judgeParties, judgeSale, judgeSoldAmount } from './gate.ts';
import type { Issue, Envelope } from './operation.ts';
import type { Refusal } from './refusal.ts';
import type { InstrumentRow } from './rows.ts';
import { countSpend, judgeContractLimit, judgeContractNamed } from './spend.ts';
import {
  accept,
  fundingAccount,
  isFaceAllowed,
  refuse,
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
  const missing = judgeNamed(turn, product);
  if (missing !== null) return refuse(turn, missing);
  const sold = present(product, 'judged above');
  const { productId } = sold;
  const stopped = judgeSale(turn, sold);
  if (stopped !== null) return refuse(turn, stopped.refusal, { productId, facts: stopped.facts });
  const verdict = judgeIssue(turn, sold);
  if (verdict !== null) return settle(turn, verdict, { productId });

  // After this point it must succeed.
  const card = addMintedCard(turn, sold);
  const from = fundingAccount(turn, operation.funding, sold, prepared.homeLane);
  const lot = addLot(draft, card, {
    amountMinor: operation.amountMinor,
    class: 'paid',
    expiresAt: lotExpiry(sold, now),
    from,
    sourceAccountId: from.accountId,
  });
  const spent = countSpend(turn, operation.amountMinor);
  return accept(turn, {
    card,
    amountMinor: operation.amountMinor,
    sellerId: card.sellerId,
    facts: { expiresAt: lot.expiresAt, lotId: String(lot.lotId), ...spent },
  });
}

function judgeNamed(turn: IssueTurn, product: Product | undefined): Refusal | null {
  const { operation } = turn;
  if (product === undefined || product.issuerId !== operation.issuerId) return 'product_not_found';
  return judgeParties(turn) ?? judgeContractNamed(turn);
}

function judgeIssue(turn: IssueTurn, product: Product): Verdict {
  const { operation, prepared } = turn;
  if (product.kind !== 'code') return 'product_not_sold_this_way';
  if (operation.unit !== product.unit) return 'unit_differs';
  if (!isFaceAllowed(product, operation.amountMinor)) return 'amount_not_allowed';
  const offered = judgeSoldAmount(turn, product, operation.amountMinor);
  if (offered !== null) return offered;
  const { balanceMaxMinor } = product.limits;
  if (balanceMaxMinor !== null && operation.amountMinor > balanceMaxMinor) {
    return 'balance_limit_exceeded';
  }
  const limited = judgeContractLimit(turn, product, operation.amountMinor);
  if (limited !== null) return limited;
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
    sellerId: sellerOf(operation),
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
