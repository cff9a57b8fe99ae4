/** Incidents in the console: what is sent and answered. A component is a system in one of its phases. */
import { z } from 'zod';
import { reasonText } from './reason-text.ts';

const id = z.int().positive();
const instant = z.iso.datetime({ offset: true });
const title = z.string().trim().min(1).max(200);
const text = z.string().trim().min(1).max(4_000);

export const incidentState = z.enum([
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'postmortem',
]);
export const componentPhase = z.enum(['buy', 'activate', 'redeem']);
export const componentStatus = z.enum([
  'operational',
  'degraded',
  'partial_outage',
  'major_outage',
]);

const affected = z.strictObject({
  componentId: id,
  status: componentStatus.exclude(['operational']),
  startedAt: instant,
  recoveredAt: instant.nullable().default(null),
});

export const newIncident = z.strictObject({
  titleJa: title,
  titleEn: title,
  state: incidentState,
  textJa: text,
  textEn: text,
  components: z.array(affected).min(1).max(200),
  nextLookAt: instant.nullable().default(null), // when the public is told again
});

/** One step of the story. A correction names the update that was wrong, which stays to be seen. */
export const newUpdate = z.strictObject({
  state: incidentState,
  textJa: text,
  textEn: text,
  corrects: id.nullable().default(null),
  components: z.array(affected).max(200).default([]), // those whose times or status change
  nextLookAt: instant.nullable().default(null),
});

export const newMaintenance = z.strictObject({
  titleJa: title,
  titleEn: title,
  textJa: text,
  textEn: text,
  startsAt: instant,
  endsAt: instant,
  componentIds: z.array(id).min(1).max(200),
});

/** Ends a maintenance before its time, or calls it off. */
export const maintenanceEnd = z.strictObject({
  state: z.enum(['completed', 'cancelled']),
  textJa: text,
  textEn: text,
});

export const dismissal = z.strictObject({ reason: reasonText(1_000) });

const component = z.object({
  componentId: z.int(),
  systemJa: z.string(),
  systemEn: z.string(),
  phase: componentPhase,
  status: componentStatus,
});

const update = z.object({
  updateId: z.int(),
  state: incidentState,
  textJa: z.string(),
  textEn: z.string(),
  at: instant,
  by: z.string(),
  corrects: z.int().nullable(),
});

export const shownIncident = z.object({
  incidentId: z.int(),
  titleJa: z.string(),
  titleEn: z.string(),
  state: incidentState,
  startedAt: instant,
  resolvedAt: instant.nullable(),
  components: z.array(component.extend({ startedAt: instant, recoveredAt: instant.nullable() })),
  updates: z.array(update), // newest first
  publicPath: z.string(),
});

/** A jump against the usual, with the smallest node of the dependency chain that covers it. */
export const shownProposal = z.object({
  proposalId: z.int(),
  scopeJa: z.string(),
  scopeEn: z.string(),
  scopeKind: z.enum(['issuer', 'aggregator', 'chain']),
  since: instant,
  seenPerMinute: z.number(),
  usualPerMinute: z.number(),
  causes: z.array(z.object({ cause: z.string(), count: z.int() })),
  componentIds: z.array(z.int()),
});

export const shownMaintenance = z.object({
  maintenanceId: z.int(),
  titleJa: z.string(),
  titleEn: z.string(),
  textJa: z.string(),
  textEn: z.string(),
  startsAt: instant,
  endsAt: instant,
  state: z.enum(['scheduled', 'in_progress', 'completed', 'cancelled']),
  components: z.array(component),
});

export const incidentList = z.object({
  open: z.array(shownIncident),
  past: z.array(shownIncident), // the newest
  proposals: z.array(shownProposal),
  maintenances: z.array(shownMaintenance),
  components: z.array(component),
});
