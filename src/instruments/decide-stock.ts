import { cardNameKey } from './draft-keys.ts';
import { numberName } from './names.ts';
import type { CloseItem, Envelope, NewCard, Stock } from './operation.ts';
import type { Product } from '../programmes/index.ts';
import type { InstrumentRow } from './rows.ts';
import { accept, refuse, type Decision, type Turn } from './turn.ts';
import { addLot } from './value.ts';

type StockTurn = Turn<Envelope & Stock>;

/**
 * Cards come into being: blank ones of a run, or those of an imported base with the value they have. A
 * card whose number or code is taken is left out and told by its index; the others are made.
 */
export function decideStock(turn: StockTurn): Decision {
  const { operation, draft } = turn;
  const product = draft.catalogue.products.get(operation.productId);
  if (product === undefined || product.issuerId !== operation.issuerId) {
    return refuse(turn, 'product_not_found');
  }

  // After this point it must succeed. Ids are taken before the first transfer, so that those follow.
  const skipped: number[] = [];
  const made: { card: InstrumentRow; from: NewCard }[] = [];
  operation.cards.forEach((card, index) => {
    if (isTaken(turn, card)) skipped.push(index);
    else made.push({ card: addCard(turn, product, card), from: card });
  });
  let amountMinor = 0n;
  const opened = made.filter(({ from }) => from.opening !== null && from.opening.balanceMinor > 0n);
  openLots(turn, product, opened);
  for (const { from } of opened) amountMinor += from.opening?.balanceMinor ?? 0n;
  return accept(turn, {
    productId: product.productId,
    ...(amountMinor > 0n ? { amountMinor } : {}),
    facts: { skipped: skipped.join(','), made: made.length },
  });
}

function namesOf(card: NewCard, lane: number): { lane: number; name: string }[] {
  const names: { lane: number; name: string }[] = [];
  if (card.number !== null) names.push({ lane, name: numberName(card.number) });
  if (card.code !== null) names.push({ lane: card.code.homeLane, name: card.code.name });
  return names;
}

/** Also by a card that came in under another look-up key. */
function isTaken({ draft, operation }: StockTurn, card: NewCard): boolean {
  const isThere = (lane: number, name: string): boolean =>
    draft.findCardName(lane, name) !== undefined;
  const { code } = card;
  return (
    namesOf(card, operation.lane).some(({ lane, name }) => isThere(lane, name)) ||
    (code?.otherNames?.some((name) => isThere(code.homeLane, name)) ?? false)
  );
}

function addCard(turn: StockTurn, product: Product, card: NewCard): InstrumentRow {
  const { draft, operation, now } = turn;
  const { lane } = operation;
  const instrumentId = draft.books.nextId(lane);
  const row: InstrumentRow = {
    lane,
    instrumentId,
    productId: product.productId,
    state: card.opening === null ? 'blank' : 'active',
    cause: card.opening === null ? null : 'imported',
    number: card.number,
    codeLast4: card.code?.lastFour ?? null,
    codeSealed: card.code?.sealed ?? null,
    faceMinor: card.faceMinor,
    sellerId: null,
    openFreezes: 0,
    activatedAt: card.opening === null ? null : now,
  };
  draft.instruments.add(instrumentId, row);
  draft.books.openAccount(lane, instrumentId, product.unit, 0n);
  for (const name of namesOf(card, lane)) {
    draft.cardNames.add(cardNameKey(name.lane, name.name), {
      ...name,
      instrumentLane: lane,
      instrumentId,
    });
  }
  return row;
}

function openLots(
  turn: StockTurn,
  product: Product,
  opened: readonly { card: InstrumentRow; from: NewCard }[],
): void {
  if (opened.length === 0) return;
  const { draft, operation } = turn;
  const opening = draft.house(operation.lane, product.issuerId, 'opening', 0, product.unit);
  const lotIds = opened.map(() => draft.books.nextId(operation.lane));
  opened.forEach(({ card, from }, index) => {
    if (from.opening === null) return;
    addLot(draft, card, {
      lotId: lotIds[index],
      amountMinor: from.opening.balanceMinor,
      class: from.opening.lotClass,
      expiresAt: from.opening.expiresAt,
      from: opening,
      sourceAccountId: opening.accountId,
    });
  });
}

/** A person has settled an item. What it concerned is in the books already; this only says so. */
export function decideCloseItem(turn: Turn<Envelope & CloseItem>): Decision {
  const { operation, draft, now } = turn;
  const item = draft.items.find(operation.itemId);
  if (item === undefined || item.issuerId !== operation.issuerId || item.closedAt !== null) {
    return refuse(turn, 'item_not_found');
  }

  // After this point it must succeed.
  item.closedAt = now;
  item.closingNote = operation.note;
  draft.items.change(item);
  return accept(turn, { facts: { itemId: String(operation.itemId) } });
}
