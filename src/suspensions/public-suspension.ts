import { isoInstant, type Instant } from '../kernel/clock.ts';
import { present } from '../kernel/assert.ts';
import type { Catalogue } from '../programmes/index.ts';
import { namesOfScope } from './scope.ts';
import { phaseAt, type Dimension, type Phase, type Suspension } from './suspension.ts';

/** What a suspension is at an instant, in one word. */
export type SuspensionState = 'scheduled' | 'stopped' | 'conditions' | 'ended' | 'lifted';

export function stateOfSuspension(suspension: Suspension, at: Instant): SuspensionState {
  return phaseAt(suspension, at)?.effect ?? 'scheduled';
}

/** A suspension as sellers and shops are told of it, ready for JSON. Nothing internal is in it. */
export interface PublicSuspension {
  readonly suspensionId: number;
  readonly phaseNo: number;
  readonly effect: Phase['effect'];
  readonly startsAt: string; // to the second: what arrives from then on is judged by it
  readonly announcedText: string | null;
  readonly expectedEnd: string | null;
  readonly scope: Readonly<Record<string, string | readonly string[]>>; // by keys of the catalogue
  readonly conditions: Phase['conditions'];
  readonly textJa: string;
  readonly textEn: string;
  readonly criteria: string;
}

const SCOPE_WORDS: Readonly<Record<Dimension, string>> = {
  programmeId: 'programme',
  productId: 'product',
  sellerId: 'seller',
  chainId: 'chain',
  aggregatorId: 'aggregator',
  tenderId: 'tender',
  merchantId: 'merchant',
  soldBySellerId: 'soldBy',
};

export function publicSuspension(
  catalogue: Catalogue,
  suspension: Suspension,
  phase: Phase,
): PublicSuspension {
  const { suspensionId, announcedText, scope } = suspension;
  const { phaseNo, effect, conditions, textJa, textEn, criteria, expectedEnd } = phase;
  const issuer = present(catalogue.issuers.get(scope.issuerId), 'a suspension has its issuer');
  const named = namesOfScope(catalogue, scope).map(
    ({ dimension, key }) => [SCOPE_WORDS[dimension], key] as const,
  );
  return {
    suspensionId,
    phaseNo,
    effect,
    startsAt: isoInstant(phase.startsAt),
    announcedText,
    expectedEnd: expectedEnd === null ? null : isoInstant(expectedEnd),
    scope: { issuer: issuer.key, ...Object.fromEntries(named), operations: scope.operations },
    conditions,
    textJa,
    textEn,
    criteria,
  };
}
