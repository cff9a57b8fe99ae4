import type { Instant } from '../kernel/clock.ts';
import {
  addIssuers,
  claimSteps,
  finishStep,
  insertEvent,
  insertEvidence,
  listRefundsAsked,
  markStopped,
  releaseHoldings,
  setRefund,
  upsertHoldings,
  type ClaimStepsRow,
} from './cases.sql.ts';
import type { StepKind } from './case.ts';
import { collectEvidence } from './collect-evidence.ts';
import type { CaseParts } from './parts.ts';

const LEASE_MS = 30_000;
const STEPS_MAX = 20;
const EVIDENCE_SINCE_MS = 90 * 24 * 60 * 60_000;
const EVIDENCE_MAX = 500;

/**
 * Does what is due where the value is: of one case right behind its opening, or of any in the rounds. Each step is
 * once however often it is done, since every freeze has the case and the instrument in its request id. Returns how
 * many were finished.
 */
export async function workSteps(parts: CaseParts, caseId: bigint | null): Promise<number> {
  const now = parts.clock.now();
  const claimed = await parts.database.transaction((on) =>
    claimSteps(on, { onlyCaseId: caseId, now, leasedUntil: now + LEASE_MS, size: STEPS_MAX }),
  );
  let finished = 0;
  // Stopped first, looked at second.
  for (const step of claimed.toSorted((one, other) => rank(one) - rank(other))) {
    try {
      await DO[step.kind as StepKind](parts, step); // a constraint holds its kind
      finished += 1;
    } catch (error) {
      // The step stays due: the next round does it.
      parts.log.error({ error, case: step.number, step: step.kind }, 'a step of a case failed');
    }
  }
  return finished;
}

const DO: Readonly<Record<StepKind, (parts: CaseParts, step: ClaimStepsRow) => Promise<void>>> = {
  freeze,
  collect,
  unfreeze: release,
  take_back: takeBack,
};

function rank({ kind }: ClaimStepsRow): number {
  return kind === 'collect' ? 1 : 0;
}

async function freeze(parts: CaseParts, step: ClaimStepsRow): Promise<void> {
  const { caseId, number, memberId, kind, asks } = step;
  const stopped = await parts.wallets.freezeAll(memberId, { caseNumber: number });
  const at = parts.clock.now();
  await parts.database.transaction(async (on) => {
    if (stopped.length > 0) {
      await upsertHoldings(on, {
        caseId,
        at,
        instrumentIds: stopped.map(({ instrumentId }) => instrumentId),
        issuerIds: stopped.map(({ issuerId }) => issuerId),
        productIds: stopped.map(({ productId }) => productId),
        maskedNumbers: stopped.map(({ maskedNumber }) => maskedNumber),
        units: stopped.map(({ unit }) => unit),
        spendablesMinor: stopped.map(({ spendableMinor }) => spendableMinor),
        heldsMinor: stopped.map(({ heldMinor }) => heldMinor),
        areFrozen: stopped.map(({ isFrozen }) => isFrozen),
      });
      await addIssuers(on, {
        caseId,
        issuerIds: [...new Set(stopped.map((each) => each.issuerId))],
      });
    }
    await markStopped(on, { caseId, at });
    await finish(on, { caseId, kind, asks, at }, 'stopped', { holdings: stopped.length });
  });
}

/** What was seen is copied behind the stop, so that nothing that cannot be read keeps anything from being stopped. */
async function collect(parts: CaseParts, step: ClaimStepsRow): Promise<void> {
  const { caseId, memberId, kind, asks, openedAt } = step;
  const member = await parts.members.findById(parts.database, memberId);
  const seen = member && (await collectEvidence(parts, member, openedAt - EVIDENCE_SINCE_MS));
  const kept = (seen ?? []).slice(0, EVIDENCE_MAX); // nothing is left of an account that was closed meanwhile
  const contentsSealed = kept.map(({ content }) => parts.keys.seal(JSON.stringify(content)));
  await parts.database.transaction(async (on) => {
    const isOurs = (await finishStep(on, { caseId, kind, asks, at: parts.clock.now() })) > 0;
    if (!isOurs || kept.length === 0) return; // another process has written what it saw
    const kinds = kept.map((each) => each.kind);
    const instants = kept.map(({ at }) => at);
    await insertEvidence(on, { caseId, kinds, instants, contentsSealed });
  });
}

async function release(parts: CaseParts, step: ClaimStepsRow): Promise<void> {
  const { caseId, number, memberId, kind, asks } = step;
  const released = await parts.wallets.unfreezeAll(memberId, { caseNumber: number });
  const at = parts.clock.now();
  await parts.database.transaction(async (on) => {
    await releaseHoldings(on, { caseId, at });
    await finish(on, { caseId, kind, asks, at }, 'released', { holdings: released.length });
  });
}

/** What is refunded is nobody's value any more, where it is still untouched. */
async function takeBack(parts: CaseParts, step: ClaimStepsRow): Promise<void> {
  const { caseId, number, kind, asks } = step;
  const asked = await listRefundsAsked(parts.database, { caseId });
  let takenBack = 0;
  for (const { giftId } of asked) {
    const refund = await parts.gifts.takeBack(giftId, `case:${number}:gift:${giftId}`);
    if (refund === 'taken_back') takenBack += 1;
    await setRefund(parts.database, { caseId, giftId, refund });
  }
  const at = parts.clock.now();
  const detail = { takenBack, spent: asked.length - takenBack };
  await parts.database.transaction((on) =>
    finish(on, { caseId, kind, asks, at }, 'taken_back', detail),
  );
}

interface Finished {
  readonly caseId: bigint;
  readonly kind: string;
  readonly asks: number;
  readonly at: Instant;
}

async function finish(
  on: Parameters<typeof finishStep>[0],
  { caseId, kind, asks, at }: Finished,
  event: 'stopped' | 'released' | 'taken_back',
  detail: object,
): Promise<void> {
  const finished = await finishStep(on, { caseId, kind, asks, at });
  if (finished === 0) return; // another process did, or it was asked for again
  await insertEvent(on, { caseId, at, kind: event, actor: 'server', detail });
}
