/** From what the engine says to what JSON carries. Amounts fit a JavaScript number: the contract bounds them. */
import type { z } from 'zod';
import type { CardTransfer, Balance, Done, RequestOutcome } from '../../instruments/index.ts';
import { isoInstant } from '../../kernel/clock.ts';
import type { Catalogue } from '../../programmes/index.ts';
import type { answer, balance, transfersPage } from './contract.ts';
import { publicId } from '../../kernel/ids.ts';

export type Answer = z.output<typeof answer>;

/** The same body for the same request, also when it is repeated: what was done, nothing about this call. */
export function answerOf(done: Done, catalogue: Catalogue): Answer {
  const said: Answer = {
    outcome: 'accepted',
    kind: done.kind,
    requestId: done.requestId,
    decidedAt: isoInstant(done.decidedAt),
  };
  if (done.instrumentId !== null) said.instrumentId = publicId('ins', done.instrumentId);
  if (done.productId !== null) said.productId = productKey(done.productId, catalogue);
  if (done.amountMinor !== null) said.amountMinor = Number(done.amountMinor);
  if (done.unit !== null) said.unit = done.unit;
  if (done.balanceMinor !== null) said.balanceMinor = Number(done.balanceMinor);
  if (done.state !== null) said.state = done.state;
  if (done.expiresAt !== null) said.expiresAt = isoInstant(done.expiresAt);
  if (done.holdId !== null) said.holdId = publicId('hld', done.holdId);
  if (done.heldMinor !== null) said.heldMinor = Number(done.heldMinor);
  if (done.isOriginalKnown !== null) said.isOriginalKnown = done.isOriginalKnown;
  if (done.code !== null) said.code = done.code;
  if (done.number !== null) {
    // In full only to the client that issued it, in the answer to its own issue.
    if (done.kind === 'issue') said.number = done.number;
    else said.maskedNumber = maskNumber(done.number);
  }
  return said;
}

export function balanceAnswer(found: Balance, catalogue: Catalogue): z.output<typeof balance> {
  return {
    instrumentId: publicId('ins', found.instrumentId),
    productId: productKey(found.productId, catalogue),
    unit: found.unit,
    state: found.state,
    isFrozen: found.isFrozen,
    balanceMinor: Number(found.spendableMinor),
    heldMinor: Number(found.heldMinor),
    faceMinor: found.faceMinor === null ? null : Number(found.faceMinor),
    maskedNumber: found.maskedNumber,
    lots: found.lots.map((lot) => ({
      class: lot.lotClass,
      balanceMinor: Number(lot.spendableMinor),
      heldMinor: Number(lot.heldMinor),
      expiresAt: lot.expiresAt === null ? null : isoInstant(lot.expiresAt),
    })),
  };
}

export function requestAnswer(found: RequestOutcome, requestId: string, catalogue: Catalogue) {
  if (found.outcome === 'not_seen') return { outcome: found.outcome, requestId };
  if (found.outcome === 'refused') {
    const { outcome, kind, refusal, decidedAt, suspensionId } = found;
    return {
      outcome,
      requestId,
      kind,
      code: refusal,
      decidedAt: isoInstant(decidedAt),
      ...(suspensionId !== undefined && { suspensionId }),
    };
  }
  return { ...answerOf(found.done, catalogue), outcome: found.outcome };
}

export function transfersAnswer(
  transfers: readonly CardTransfer[],
  size: number,
): z.output<typeof transfersPage> {
  const last = transfers.at(-1);
  return {
    transfers: transfers.map((transfer) => ({
      transferId: publicId('trf', transfer.transferId),
      kind: transfer.kind,
      requestId: transfer.requestId,
      decidedAt: isoInstant(transfer.decidedAt),
      direction: transfer.direction,
      amountMinor: Number(transfer.amountMinor),
    })),
    next: last && transfers.length === size ? publicId('trf', last.transferId) : null,
  };
}

function productKey(productId: number, catalogue: Catalogue): string {
  return catalogue.products.get(productId)?.key ?? String(productId);
}

function maskNumber(number: string): string {
  return `${'*'.repeat(Math.max(0, number.length - 4))}${number.slice(-4)}`;
}
