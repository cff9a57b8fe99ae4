import type { Observer, Phase } from '../incidents/index.ts';
import type { Operation, Outcome, Refusal, RunningEngine } from '../instruments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Catalogue } from '../programmes/index.ts';

interface ObservedParts {
  readonly engine: RunningEngine;
  readonly observer: Observer;
  readonly clock: Clock;
  catalogue(): Catalogue;
}

/** Refusals that were wanted, or that concern one buyer and what he asked for: no sign that something fails. */
const WANTED_REFUSALS: ReadonlySet<Refusal> = new Set<Refusal>([
  'suspended',
  'conditions_not_met',
  'not_offered',
  'offer_ended',
  'contract_missing',
  'tender_missing',
  'tender_limit_exceeded',
  'amount_not_offered',
  'amount_not_allowed',
  'load_out_of_range',
  'balance_limit_exceeded',
  'too_many_lots',
  'day_limit_exceeded',
  'month_limit_exceeded',
  'insufficient_value',
]);

/** The same engine; what becomes of operations at places of purchase and use is counted behind each answer. */
export function observedEngine(parts: ObservedParts): RunningEngine {
  const { engine } = parts;
  return {
    ...engine,
    submit: async (operation) => {
      const outcome = await engine.submit(operation);
      note(parts, operation, outcome);
      return outcome;
    },
  };
}

function note(parts: ObservedParts, operation: Operation, outcome: Outcome): void {
  const phase = phaseOf(operation);
  if (phase === null) return;
  if (outcome.outcome === 'refused' && WANTED_REFUSALS.has(outcome.refusal)) return;
  const isRepeat = 'isRepeated' in outcome && outcome.isRepeated;
  if (isRepeat) return; // it was counted when it came first
  const sellerId = sellerOf(operation);
  const chainId = parts.catalogue().sellers.get(sellerId)?.chainId ?? 0;
  const { issuerId } = operation;
  const seen = { issuerId, sellerId, chainId, phase, at: parts.clock.now() };
  parts.observer.observe({ ...seen, ...kindOf(outcome) });
}

function kindOf(outcome: Outcome) {
  if (outcome.outcome === 'accepted') return { kind: 'approved' } as const;
  if (outcome.outcome === 'refused') return { kind: 'refused', cause: outcome.refusal } as const;
  const cause = outcome.outcome === 'not_done' ? outcome.cause : 'outcome_unknown';
  return { kind: 'timed_out', cause } as const;
}

function phaseOf({ kind }: Operation): Phase | null {
  if (kind === 'issue' || kind === 'load') return 'buy';
  if (kind === 'activate') return 'activate';
  return kind === 'redeem' || kind === 'hold' ? 'redeem' : null;
}

/** Of a sale who sells; of a use where it is; 0: it is not known. */
function sellerOf(operation: Operation): number {
  if (operation.place !== undefined) return operation.place.sellerId;
  const seller = operation.sale?.sellerId;
  if (seller) return seller;
  return 'funding' in operation && operation.funding.from === 'seller'
    ? operation.funding.sellerId
    : 0;
}
