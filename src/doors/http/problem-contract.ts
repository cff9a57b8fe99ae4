import { z } from 'zod';

/** What a refusal says (RFC 9457), with the stop or the outage that is behind it. */
export const instant = z.iso.datetime().meta({ description: 'UTC' });

export const suspension = z
  .strictObject({
    suspensionId: z.int(),
    effect: z.enum(['stopped', 'conditions', 'ended', 'lifted']),
    startsAt: instant,
    announcedText: z.string().nullable().meta({ description: 'Since when, as it was announced' }),
    expectedEnd: instant.nullable(),
    conditions: z.looseObject({}).nullable(),
    textJa: z.string(),
    textEn: z.string(),
  })
  .meta({ id: 'RefusingSuspension' });

export const refusingIncident = z
  .strictObject({
    incidentId: z.string(),
    since: instant,
    nextLookAt: instant.nullable().meta({ description: 'When the public is told again' }),
    titleJa: z.string(),
    titleEn: z.string(),
    page: z.string(),
  })
  .meta({ id: 'RefusingIncident' });

export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'The refusal: the part that programs read' }),
    detail: z.string().meta({ description: 'What happened and what to do' }),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
    retryAfterSeconds: z.int().optional(),
    balanceMinor: z.int().optional(),
    holder: z
      .strictObject({
        cause: z.string(),
        title: z.string(),
        what: z.string(),
        safety: z.string(),
        whatToDo: z.array(z.string()),
      })
      .optional()
      .meta({
        description:
          'Where the refusal concerns a card: what its holder is told, here as on the page',
      }),
    suspension: suspension
      .optional()
      .meta({ description: 'Of `suspended` and `conditions_not_met`: which suspension refused' }),
    incident: refusingIncident.optional().meta({
      description: 'Of a refusal that looks like a mistake: the outage that the public is told of',
    }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });
