import type { CardReference } from '../../src/instruments/operation.ts';
import type { Oracle, Request } from './oracle.ts';

/** Which card and which merchant a request concerns, also before it is answered. */
export class WhoIsWho {
  readonly ids = new Map<string, bigint>(); // of cards, by number
  readonly numbers = new Map<string, string>(); // of cards, by code
  readonly #oracle: Oracle;

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  cardOf({ operation, known }: Request, which: 'card' | 'to'): bigint | null {
    const done = known?.outcome === 'accepted' ? known.done : null;
    if (which === 'card' && done?.instrumentId != null) return done.instrumentId;
    if (operation.kind === 'expire') return operation.instrumentId;
    if (operation.kind === 'capture') return this.#cardOfHold(operation.holdId);
    const name = which === 'to' && operation.kind === 'move' ? operation.to : cardNamed(operation);
    if (name === null || name.by === 'barcode') return null;
    if (name.by === 'instrument') return name.instrumentId;
    const number = name.by === 'number' ? name.number : this.numbers.get(name.code);
    return number === undefined ? this.#idOfCode(name) : (this.ids.get(number) ?? null);
  }

  #cardOfHold(holdId: bigint): bigint | null {
    const { requests } = this.#oracle;
    for (const { known } of requests) {
      if (known?.outcome === 'accepted' && known.done.kind === 'hold') {
        if (known.done.holdId === holdId) return known.done.instrumentId;
      }
    }
    return null;
  }

  /** A code that was issued leads to its card by the answer that told it. */
  #idOfCode(card: CardReference): bigint | null {
    for (const { operation, known } of this.#oracle.requests) {
      if (known?.outcome !== 'accepted' || operation.kind !== 'issue') continue;
      if (card.by === 'code' && known.done.code === card.code) return known.done.instrumentId;
    }
    return null;
  }

  merchantOf({ operation }: Request): number | null {
    if ('merchantId' in operation) return operation.merchantId;
    if (operation.kind !== 'capture') return null;
    for (const { operation: hold, known } of this.#oracle.requests) {
      if (known?.outcome !== 'accepted' || hold.kind !== 'hold') continue;
      if (known.done.holdId === operation.holdId) return hold.merchantId;
    }
    return null;
  }
}

function cardNamed(operation: Request['operation']): CardReference | null {
  return 'card' in operation ? operation.card : null;
}
