import type { z } from 'zod';
import { isoInstant, type Instant } from '../../kernel/clock.ts';
import { phaseAt } from '../../suspensions/index.ts';
import type { suspension } from './contract.ts';
import type { HttpParts } from './parts.ts';

export type RefusingSuspension = z.output<typeof suspension>;

/**
 * The suspension that refused, as it stands now: a repeated refusal may be older than its last phase. Nothing
 * where the switch was not asked, or where this process does not know it yet.
 */
export function refusedBy(
  { switchboard }: Pick<HttpParts, 'switchboard'>,
  suspensionId: number | undefined,
  at: Instant,
): { suspension?: RefusingSuspension } {
  const found = suspensionId === undefined ? undefined : switchboard().find(suspensionId);
  const phase = found === undefined ? undefined : (phaseAt(found, at) ?? found.phases[0]);
  if (found === undefined || phase === undefined) return {};
  const { effect, startsAt, expectedEnd, conditions, textJa, textEn } = phase;
  return {
    suspension: {
      suspensionId: found.suspensionId,
      effect,
      startsAt: isoInstant(startsAt),
      announcedText: found.announcedText,
      expectedEnd: expectedEnd === null ? null : isoInstant(expectedEnd),
      conditions: conditions === null ? null : { ...conditions },
      textJa,
      textEn,
    },
  };
}
