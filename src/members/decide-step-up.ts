import type { Instant } from '../kernel/clock.ts';

/** From the weakest to the strongest: whoever has shown one has shown those before it. */
export const FACTORS = ['mail', 'authenticator', 'passkey'] as const;
export type Factor = (typeof FACTORS)[number];

/** What asks for a fresh factor: moving value (scaled to its amount), or changing what protects it. */
export type StepUpAct = 'send_gift' | 'use_value' | 'unfreeze' | 'security';

export interface StepUpFacts {
  readonly act: StepUpAct;
  readonly amountMinor: bigint; // yen; 0: the act has none
  readonly isOdd: boolean; // of the sign-in that the session stands on
  readonly shown: readonly { readonly factor: Factor; readonly at: Instant }[];
  readonly has: readonly Factor[]; // set long enough ago; mail has everybody
  readonly now: Instant;
}

export type StepUp =
  | { readonly state: 'fresh' }
  /** One of these, the strongest first. */
  | { readonly state: 'ask'; readonly factors: readonly Factor[] }
  /** Nothing that the member has is strong enough: one has to be set, and to be a day old. */
  | { readonly state: 'too_weak'; readonly needs: Factor };

interface Need {
  readonly least: Factor | 'strongest'; // strongest: of those that the member has, so that none is got rid of by a weaker
  readonly withinMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const VALUE: readonly { readonly upToMinor: bigint; readonly usual: Need; readonly odd: Need }[] = [
  {
    upToMinor: 5_000n,
    usual: { least: 'mail', withinMs: 12 * HOUR_MS },
    odd: { least: 'mail', withinMs: 15 * MINUTE_MS },
  },
  {
    upToMinor: 30_000n,
    usual: { least: 'mail', withinMs: 30 * MINUTE_MS },
    odd: { least: 'authenticator', withinMs: 15 * MINUTE_MS },
  },
  {
    upToMinor: 100_000n,
    usual: { least: 'authenticator', withinMs: 15 * MINUTE_MS },
    odd: { least: 'passkey', withinMs: 5 * MINUTE_MS },
  },
];
const MORE_VALUE: Need = { least: 'passkey', withinMs: 5 * MINUTE_MS };
const PROTECTION: Need = { least: 'strongest', withinMs: 10 * MINUTE_MS };

/** Whether what was shown is enough for an act, or what has to be shown for it. */
export function decideStepUp(facts: StepUpFacts): StepUp {
  const need = needOf(facts);
  const has = FACTORS.filter((factor) => factor === 'mail' || facts.has.includes(factor));
  const least = need.least === 'strongest' ? has.at(-1)! : need.least;
  const isFresh = facts.shown.some(
    ({ factor, at }) => rankOf(factor) >= rankOf(least) && facts.now - at < need.withinMs,
  );
  if (isFresh) return { state: 'fresh' };
  const factors = has.filter((factor) => rankOf(factor) >= rankOf(least)).toReversed();
  return factors.length === 0 ? { state: 'too_weak', needs: least } : { state: 'ask', factors };
}

function needOf({ act, amountMinor, isOdd }: StepUpFacts): Need {
  if (act === 'unfreeze' || act === 'security') return PROTECTION;
  const row = VALUE.find(({ upToMinor }) => amountMinor <= upToMinor);
  if (row === undefined) return MORE_VALUE;
  return isOdd ? row.odd : row.usual;
}

function rankOf(factor: Factor): number {
  return FACTORS.indexOf(factor);
}
