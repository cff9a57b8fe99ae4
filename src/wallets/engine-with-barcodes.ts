import type {
  Asker,
  CardReference,
  Engine,
  Operation,
  OperationKind,
  Outcome,
} from '../instruments/index.ts';
import { refused } from '../kernel/result.ts';
import {
  barcodeDigits,
  cardOfBarcode,
  giveBackReversed,
  leadInquiry,
  leadRequest,
} from './barcode.ts';
import type { WalletParts } from './context.ts';

/**
 * The engine as doors see it: a barcode of a wallet may stand wherever a card's number or code does, at every door
 * alike. What it leads to is found before the lane is; what leads nowhere goes on as the number that it may be.
 */
export function engineWithBarcodes<Under extends Engine>(engine: Under, parts: WalletParts): Under {
  return {
    ...engine,
    submit: (operation) => {
      const digits = TAKES.has(operation.kind) ? digitsOf(operation) : null;
      // At once where there is none: a till's messages reach the engine in the order in which they came.
      return digits === null
        ? engine.submit(operation)
        : submitLed(engine, parts, operation, digits);
    },
    async inquireBalance(asker: Asker, card: CardReference) {
      const digits = digitsIn(card);
      if (digits === null) return engine.inquireBalance(asker, card);
      const led = await leadInquiry(parts, asker, digits);
      if (led.is === 'over') return refused('barcode_over');
      return engine.inquireBalance(asker, led.is === 'card' ? cardOf(led.instrumentId) : card);
    },
    async findRequest(asker, requestId, card) {
      const digits = card == null ? null : digitsIn(card);
      if (digits === null) return engine.findRequest(asker, requestId, card);
      const instrumentId = await cardOfBarcode(parts, asker.issuerId, digits);
      const named = instrumentId === null ? card : cardOf(instrumentId);
      return engine.findRequest(asker, requestId, named);
    },
  } satisfies Engine & Under;
}

/** What a barcode may be shown for. It activates, freezes or moves nothing. */
const TAKES: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'redeem',
  'hold',
  'return',
  'load',
  'reverse',
]);

async function submitLed(
  engine: Pick<Engine, 'submit'>,
  parts: WalletParts,
  operation: Operation,
  digits: string,
): Promise<Outcome> {
  const led = await leadRequest(parts, operation, digits);
  if (led.is === 'over') return OVER;
  if (led.is === 'unknown') return engine.submit(operation);
  const outcome = await engine.submit({
    ...operation,
    card: cardOf(led.instrumentId),
  } as Operation);
  // Another content by the same id is refused beside a purchase that stands.
  const isOver = outcome.outcome === 'refused' && outcome.refusal !== 'request_id_reused';
  if (isOver) await led.giveBack();
  // Also on a repeat: whoever took the first one may have died before this. It is given back once.
  const isUndone = operation.kind === 'reverse' && outcome.outcome === 'accepted';
  if (isUndone) await giveBackReversed(parts, digits);
  return outcome;
}

const OVER: Outcome = {
  outcome: 'refused',
  refusal: 'barcode_over',
  isRepeated: false,
  balanceMinor: null,
};

function digitsOf(operation: Operation): string | null {
  return 'card' in operation && operation.card !== null ? digitsIn(operation.card) : null;
}

function digitsIn(card: CardReference): string | null {
  if (card.by === 'instrument') return null;
  if (card.by === 'barcode') return barcodeDigits(card.barcode);
  return barcodeDigits(card.by === 'code' ? card.code : card.number);
}

function cardOf(instrumentId: bigint): CardReference {
  return { by: 'instrument', instrumentId };
}
