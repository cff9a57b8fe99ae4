import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Unit } from '../kernel/money.ts';
import type { DeclineReason } from './payment.ts';
import type { InquiryAnswer, ProviderAnswer, ProviderCall } from './provider.ts';
import { PROMISE_MS, type SandboxToken } from './sandbox-tokens.ts';

/** What became of a call: whoever asks before `knownAt` does not hear of it. */
export interface SandboxAttempt {
  readonly attemptId: string;
  readonly step: string;
  readonly fate: 'done' | 'declined' | 'not_done';
  readonly reason: DeclineReason | null;
  readonly reference: string | null;
  readonly liveUntil: Instant | null;
  readonly knownAt: Instant;
}

export interface SandboxMoney {
  readonly reference: string;
  readonly token: string;
  readonly unit: Unit;
  readonly amountMinor: bigint;
  readonly state: 'authorised' | 'taken' | 'voided' | 'refunded';
  readonly liveUntil: Instant | null;
  readonly takenMinor: bigint;
  readonly givenBackMinor: bigint;
}

export interface SandboxDecision {
  readonly attempt: SandboxAttempt;
  readonly money: SandboxMoney | null; // changed or new
  readonly answer: ProviderAnswer;
}

/** A call that is not known yet, decided as a provider would; `money` is what its reference names. */
export function decideSandboxCall(
  { call, token }: { readonly call: ProviderCall; readonly token: SandboxToken | undefined },
  money: SandboxMoney | null,
  at: Instant,
  newReference: () => string,
): SandboxDecision {
  const conduct = token?.conduct[call.step] ?? {};
  const { attemptId, step } = call;
  const isUnknown = conduct.isLost === true || conduct.knownAfterMs !== undefined;
  const knownAt = at + (conduct.knownAfterMs ?? 0);
  const bare = { attemptId, step, reason: null, reference: null, liveUntil: null, knownAt };
  const told = (attempt: SandboxAttempt): ProviderAnswer =>
    isUnknown ? { outcome: 'unknown' } : (answerOf(attempt, at) as ProviderAnswer);
  if (conduct.isLost === true) {
    const attempt: SandboxAttempt = { ...bare, fate: 'not_done' };
    return { attempt, money: null, answer: told(attempt) };
  }
  const reason = conduct.declines ?? judge(call, token, money, at);
  if (reason !== null) {
    const attempt: SandboxAttempt = { ...bare, fate: 'declined', reason };
    return { attempt, money: null, answer: told(attempt) };
  }
  // After this point it must succeed.
  const after = carryOut(call, present(token, 'it was judged'), money, { at, newReference });
  const { reference } = after;
  const liveUntil = step === 'authorise' ? after.liveUntil : null;
  const attempt: SandboxAttempt = { ...bare, fate: 'done', reference, liveUntil };
  return { attempt, money: after, answer: told(attempt) };
}

export function answerOf(attempt: SandboxAttempt, at: Instant): InquiryAnswer {
  if (at < attempt.knownAt) return { outcome: 'unknown' };
  if (attempt.fate === 'not_done') return { outcome: 'not_done' };
  if (attempt.fate === 'declined') {
    return { outcome: 'declined', reason: attempt.reason ?? 'refused' };
  }
  const reference = present(attempt.reference, 'what was done has a reference');
  const { liveUntil } = attempt;
  return { outcome: 'done', reference, ...(liveUntil !== null && { liveUntil }) };
}

function judge(
  { step, amountMinor, unit }: ProviderCall,
  token: SandboxToken | undefined,
  money: SandboxMoney | null,
  at: Instant,
): DeclineReason | null {
  if (token === undefined) return 'refused';
  if (step === 'authorise' || step === 'charge') return null;
  if (money === null || money.unit !== unit) return 'refused';
  // Neither cards nor carriers give back, or take, a part of what was agreed here.
  if (money.amountMinor !== amountMinor) return 'not_possible';
  if (step === 'refund') return money.state === 'taken' ? null : 'refused';
  if (money.state !== 'authorised') return 'refused';
  return money.liveUntil !== null && money.liveUntil <= at ? 'expired' : null;
}

function carryOut(
  { step, amountMinor, unit }: ProviderCall,
  { token, kind }: SandboxToken,
  money: SandboxMoney | null,
  { at, newReference }: { readonly at: Instant; readonly newReference: () => string },
): SandboxMoney {
  const fresh = { reference: '', token, unit, amountMinor, givenBackMinor: 0n };
  switch (step) {
    case 'authorise': {
      const liveUntil = at + PROMISE_MS[kind];
      const reference = newReference();
      return { ...fresh, reference, state: 'authorised', liveUntil, takenMinor: 0n };
    }
    case 'charge':
      return {
        ...fresh,
        reference: newReference(),
        state: 'taken',
        liveUntil: null,
        takenMinor: amountMinor,
      };
    case 'capture':
      return { ...known(money), state: 'taken', liveUntil: null, takenMinor: amountMinor };
    case 'void':
      return { ...known(money), state: 'voided', liveUntil: null };
    default:
      return { ...known(money), state: 'refunded', givenBackMinor: amountMinor };
  }
}

function known(money: SandboxMoney | null): SandboxMoney {
  return present(money, 'it was judged by what its reference names');
}
