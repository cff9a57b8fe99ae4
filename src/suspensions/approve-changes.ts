import { z } from 'zod';
import { present } from '../kernel/assert.ts';
import { isoInstant, type Instant } from '../kernel/clock.ts';
import type { Bilingual, Locale, TextKey } from '../kernel/locale.ts';
import { textOf } from '../kernel/locale.ts';
import { REASON_MIN } from '../kernel/reason.ts';
import { refused, type Result } from '../kernel/result.ts';
import {
  appendAudit,
  approvalHandler,
  type ApprovalHandler,
  type ApprovedBy,
  type Permission,
} from '../operators/index.ts';
import {
  applyApprovedChange,
  judgeChange,
  needsSecondPerson,
  type Changed,
  type SuspensionChange,
} from './change-suspension.ts';
import type { RecordAct } from '../programmes/index.ts';
import { describeScope } from './describe-scope.ts';
import { zoneOfScope } from './scope.ts';
import { beginInTime, type SwitchDesk } from './switch-desk.ts';

/** The kinds of change that wait for a second person. */
export const RESUME = 'suspension.resume'; // lifted, or with conditions
export const END = 'suspension.end'; // for good

const instant = z.iso.datetime({ offset: true }).transform((text) => isoInstant(Date.parse(text))); // one way to write it, so one hash

/** What an approval is bound to: exactly what will be written. Instants are text, so that people can read it. */
export const approvedChange = z.strictObject({
  suspensionId: z.int().positive(),
  afterPhaseNo: z.int().nonnegative(),
  effect: z.enum(['lifted', 'conditions', 'ended']),
  conditions: z
    .strictObject({
      ownLineOnly: z.boolean().default(false),
      noWifi: z.boolean().default(false),
      devices: z
        .array(z.enum(['phone', 'tablet', 'pc', 'till']))
        .max(4)
        .default([]),
    })
    .nullable(),
  startsAt: instant.nullable(),
  expectedEnd: instant.nullable(),
  textJa: z.string().min(1).max(2_000),
  textEn: z.string().min(1).max(2_000),
  criteria: z.string().max(2_000),
  reason: z.string().min(REASON_MIN).max(2_000),
});

export type ApprovedChange = z.output<typeof approvedChange>;

export function kindOfChange(effect: ApprovedChange['effect']): typeof RESUME | typeof END {
  return effect === 'ended' ? END : RESUME;
}

/** What the desk of approvals is given for the switch: it judges, words and makes the changes. */
export function switchApprovals(
  desk: Pick<SwitchDesk, 'connection' | 'clock' | 'switches' | 'catalogue'>,
): readonly ApprovalHandler[] {
  return [RESUME, END].map((kind) => approvalHandler(handlerOf(desk, kind)));
}

const RESUMES: Permission = 'suspensions:resume';

function handlerOf(
  desk: Pick<SwitchDesk, 'connection' | 'clock' | 'switches' | 'catalogue'>,
  kind: string,
): ApprovalHandler<ApprovedChange> {
  const written = new WeakMap<ApprovedChange, WrittenChange>(); // by what was decided, until its commit
  return {
    kind,
    asks: RESUMES,
    approves: RESUMES,
    schema: approvedChange as unknown as z.ZodType<ApprovedChange>,
    summarise: (change) => summaryOf(desk, change),
    judge: async (change, issuerId) => judgeAsked(desk, kind, change, issuerId),
    apply: async (on, change, by) => {
      if (kindOfChange(change.effect) !== kind) return refused('kind_differs');
      const names = namesOf(by);
      const { issuerId } = by;
      const changed = await applyApprovedChange(on, desk, changeOf(change), { issuerId, ...names });
      if (changed.ok) written.set(change, { ...changed.value, actor: names.actor });
      return changed;
    },
    async applied(change) {
      const changed = present(written.get(change), 'it was applied before');
      const record = recordFor(desk, changed);
      await beginInTime({ ...desk, record }, changed, changed.startsAt);
      await desk.switches.refresh(desk.connection);
    },
  };
}

type WrittenChange = Changed & { readonly actor: string };

/** The trail of the staff, for what happens to a change behind its approval. */
function recordFor(
  { clock, switches }: Pick<SwitchDesk, 'clock' | 'switches'>,
  { suspensionId, actor }: WrittenChange,
): RecordAct {
  const issuerId = switches.current().find(suspensionId)?.scope.issuerId ?? null;
  return async (on, act) => {
    await appendAudit(on, { ...act, at: clock.now(), issuerId, actor, kind: 'act' });
  };
}

/** Whoever has broken the glass has done it alone. */
function namesOf(by: ApprovedBy): { actor: string; approvedBy: string | null } {
  return by.isGlassBroken
    ? { actor: by.decidedBy, approvedBy: null }
    : { actor: by.askedBy, approvedBy: by.decidedBy };
}

function judgeAsked(
  desk: Pick<SwitchDesk, 'clock' | 'switches'>,
  kind: string,
  change: ApprovedChange,
  issuerId: number | null,
): Result<unknown, string> {
  if (kindOfChange(change.effect) !== kind) return refused('kind_differs');
  const suspension = desk.switches.current().find(change.suspensionId);
  const wanted = changeOf(change);
  const now = desk.clock.now();
  const judged = judgeChange(suspension, wanted, { issuerId, now });
  if (!judged.ok || suspension === undefined) return judged;
  return needsSecondPerson(suspension, wanted, now) ? judged : refused('nothing_to_approve');
}

export function changeOf(change: ApprovedChange): SuspensionChange {
  const { conditions } = change;
  return {
    ...change,
    startsAt: instantOf(change.startsAt),
    expectedEnd: instantOf(change.expectedEnd),
    conditions: conditions && {
      ...(conditions.ownLineOnly && { ownLineOnly: true }),
      ...(conditions.noWifi && { noWifi: true }),
      ...(conditions.devices.length > 0 && { devices: conditions.devices }),
    },
  };
}

function instantOf(text: string | null): Instant | null {
  return text === null ? null : Date.parse(text);
}

const SENTENCES: Readonly<Record<ApprovedChange['effect'], TextKey>> = {
  lifted: 'switch.approve.lifted',
  conditions: 'switch.approve.conditions',
  ended: 'switch.approve.ended',
};

function summaryOf(
  { switches, catalogue }: Pick<SwitchDesk, 'switches' | 'catalogue'>,
  { suspensionId, effect, startsAt }: ApprovedChange,
): Bilingual {
  const suspension = switches.current().find(suspensionId);
  const zone = suspension === undefined ? 'UTC' : zoneOfScope(catalogue(), suspension.scope);
  const inWords = (locale: Locale): string =>
    textOf(locale, SENTENCES[effect], {
      id: suspensionId,
      what: suspension === undefined ? '?' : describeScope(catalogue(), suspension.scope, locale),
      when:
        startsAt === null
          ? textOf(locale, 'switch.approve.at-once')
          : instantText(locale, startsAt, zone),
    });
  return { ja: inWords('ja'), en: inWords('en') };
}

/** As clocks on the walls of the zone show it, with the zone beside it. */
function instantText(locale: Locale, instant: string, zone: string): string {
  const format = new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: zone,
    dateStyle: 'long',
    timeStyle: 'medium',
  });
  return `${format.format(Date.parse(instant))} (${zone})`;
}
