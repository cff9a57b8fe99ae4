import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Instant, isoInstant } from '../../kernel/clock.ts';
import type { AnyRefusal } from './problems.ts';
import type { refusingIncident } from './contract.ts';
import type { HttpParts } from './parts.ts';

export type RefusingIncident = z.output<typeof refusingIncident>;

/** An outage as the public is told of it, for whoever meets it at this door. */
export interface MetOutage {
  readonly incidentId: string; // inc_12
  readonly since: Instant;
  readonly nextLookAt: Instant | null;
  readonly titleJa: string;
  readonly titleEn: string;
}

/** What looks like a mistake of whoever holds the card, and need not be one while something is broken. */
const LOOKS_WRONG: ReadonlySet<AnyRefusal> = new Set([
  'instrument_not_found',
  'instrument_not_active',
] as const);

/** The incident beside a refusal that looks wrong; nothing where the public was told of none. */
export function metIncident(
  { outage }: Pick<HttpParts, 'outage'>,
  request: FastifyRequest,
  refusal: AnyRefusal,
): { incident?: RefusingIncident } {
  const client = request.caller?.client;
  if (client === undefined || outage === undefined || !LOOKS_WRONG.has(refusal)) return {};
  const met = outage(client, request.arrivedAt);
  if (met === null) return {};
  const { incidentId, since, nextLookAt, titleJa, titleEn } = met;
  return {
    incident: {
      incidentId,
      since: isoInstant(since),
      nextLookAt: nextLookAt === null ? null : isoInstant(nextLookAt),
      titleJa,
      titleEn,
      page: `/status/incidents/${incidentId}`,
    },
  };
}
