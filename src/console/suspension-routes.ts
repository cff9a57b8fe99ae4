import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Instant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Approvals, Operator } from '../operators/index.ts';
import {
  approvedChange,
  countTellings,
  findPastSuspension,
  kindOfChange,
  listPastSuspensions,
  listTellings,
  NOW_IS_IN_MS,
  stateOfSuspension,
  tightenSuspension,
  throwSuspension,
  type Dimension,
  type Scope,
  type Suspension,
  type SwitchboardHolder,
  type SwitchDesk,
} from '../suspensions/index.ts';
import { consoleRoute, type ConsoleParts, type ConsoleSent } from './route.ts';
import {
  isoOrNull,
  showPhase,
  showSuspension,
  type Showing,
  type ShownSuspension,
} from './show-suspension.ts';
import {
  newSuspension,
  previewQuestion,
  suspensionChange,
  suspensionWording,
  type suspensionDetail,
  type suspensionList,
  type suspensionScope,
} from './suspension-contract.ts';
import { readStaffNames } from './staff-names.ts';
import { CANCEL_REFUSALS, CHANGE_REFUSALS, THROW_REFUSALS } from './suspension-refusals.ts';
import { findDisplacement, previewStop, type Watching } from './watch-suspension.ts';

/** What the switch in the console stands on beside the frame. */
export interface SwitchRouteParts {
  readonly switches: SwitchboardHolder;
  readonly approvals: Approvals;
  /** Orders that are open on the part that a scope names. */
  countOpenOrders(scope: Scope): Promise<number>;
  /** Ends them; null where the scope names no sale, and then nothing was done before either. */
  cancelOpenOrders(
    scope: Scope,
    at: Instant,
    onBefore: () => Promise<void>,
  ): Promise<number | null>;
  /** What was sold before an instant and is neither finished nor reversed: never half, so it is shown. */
  findUnresolved(scope: Scope, before: Instant): Promise<Unresolved>;
}

export type Unresolved = z.output<typeof suspensionDetail>['unresolved'];

const PAGE = 50;
const OPEN_APPROVALS_MAX = 200;
const listQuery = z.strictObject({
  which: z.enum(['open', 'past']).default('open'),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
});

/** The switch: what is stopped, what a stop would do, the throw, and what is asked for of a second person. */
export function suspensionRoutes(shared: SwitchRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    const both = { ...parts, ...shared };
    registerLists(scope, parts, both);
    registerPreview(scope, parts, both);
    registerThrow(scope, parts, both);
    registerChanges(scope, parts, both);
    registerCancelling(scope, parts, both);
  };
}

type Both = ConsoleParts & SwitchRouteParts;

function registerLists(scope: FastifyInstance, parts: ConsoleParts, both: Both): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/suspensions',
    permission: 'suspensions:see',
    audit: null,
    query: listQuery,
    act: async (operator, { issuer, arrivedAt, query: { which, page } }) => {
      const skip = (page - 1) * PAGE;
      if (which === 'past') {
        const asked = { issuerId: issuer.issuerId, at: arrivedAt, skip, size: PAGE };
        const past = await listPastSuspensions(parts.connection, asked);
        const suspensions = await showAll(both, operator, arrivedAt, past.suspensions);
        return accepted({ suspensions, total: past.total });
      }
      const found = both.switches
        .current()
        .all(issuer.issuerId)
        .filter((each) => !isOver(each, arrivedAt))
        .toReversed();
      const shown = found.slice(skip, skip + PAGE);
      const answer: z.output<typeof suspensionList> = {
        suspensions: await showAll(both, operator, arrivedAt, shown),
        total: found.length,
      };
      return accepted(answer);
    },
  });
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/suspensions/:suspensionId',
    permission: 'suspensions:see',
    audit: null,
    act: async (operator, { issuer, arrivedAt: at, params }) => {
      const suspension = await findOf(both, issuer.issuerId, params['suspensionId']);
      if (suspension === undefined) return refused('not_found');
      const showing = await showingOf(both, at);
      const [shown] = await showAll(both, operator, at, [suspension]);
      const since = Math.min(...suspension.phases.map(({ startsAt }) => startsAt));
      const [openOrders, tellings, unresolved, displacement] = await Promise.all([
        both.countOpenOrders(suspension.scope),
        listTellings(parts.connection, suspension.suspensionId),
        both.findUnresolved(suspension.scope, since),
        findDisplacement(watching(both, at), suspension),
      ]);
      return accepted({
        ...shown,
        phases: suspension.phases.map((phase) => showPhase(showing, phase)),
        tellings: tellings.map((each) => ({
          ...each,
          toldAt: isoOrNull(each.toldAt),
          confirmedAt: isoOrNull(each.confirmedAt),
        })),
        openOrders: { count: openOrders },
        unresolved,
        displacement,
      });
    },
  });
}

function registerPreview(scope: FastifyInstance, parts: ConsoleParts, both: Both): void {
  consoleRoute(scope, parts, {
    method: 'POST', // a scope is a body; nothing is done by it
    url: '/suspensions/preview',
    permission: 'suspensions:see',
    audit: null,
    body: previewQuestion,
    act: async (_operator, { issuer, arrivedAt, body }) =>
      accepted(
        await previewStop(
          watching(both, arrivedAt),
          scopeOf(issuer.issuerId, body.scope),
          (named) => both.countOpenOrders(named),
        ),
      ),
  });
}

function registerThrow(scope: FastifyInstance, parts: ConsoleParts, both: Both): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/suspensions',
    permission: 'suspensions:throw',
    audit: 'act',
    body: newSuspension,
    refusals: THROW_REFUSALS,
    act: async (operator, sent) => {
      const { scope: named, startsAt, expectedEnd, announcedText, ...said } = sent.body;
      const thrown = await throwSuspension(deskOf(both, operator, sent), {
        ...said,
        scope: scopeOf(sent.issuer.issuerId, named),
        startsAt: instantOf(startsAt),
        expectedEnd: instantOf(expectedEnd),
        announcedText: announcedText === '' ? null : announcedText,
      });
      if (!thrown.ok) return thrown;
      return accepted({ ...thrown.value, startsAt: isoOrNull(thrown.value.startsAt) });
    },
  });
}

function registerChanges(scope: FastifyInstance, parts: ConsoleParts, both: Both): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/suspensions/:suspensionId/changes',
    permission: 'suspensions:resume',
    audit: 'act',
    body: suspensionChange,
    refusals: CHANGE_REFUSALS,
    note: ({ params }) => ({
      act: 'suspension.ask',
      subject: `suspension:${params['suspensionId']}`,
    }),
    act: async (operator, { issuer, params, body }) => {
      const suspension = await findOf(both, issuer.issuerId, params['suspensionId']);
      return askForChange(both, operator, suspension, body);
    },
  });
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/suspensions/:suspensionId/wording',
    permission: 'suspensions:throw',
    audit: 'act',
    body: suspensionWording,
    refusals: CHANGE_REFUSALS,
    act: async (operator, sent) => {
      const suspension = await findOf(both, sent.issuer.issuerId, sent.params['suspensionId']);
      const newest = suspension?.phases.at(-1);
      if (suspension === undefined || newest === undefined) return refused('not_found');
      const { stopsAgain, expectedEnd, ...said } = sent.body;
      const desk = deskOf(both, operator, sent);
      const changed = await tightenSuspension(desk, sent.issuer.issuerId, {
        ...said,
        suspensionId: suspension.suspensionId,
        effect: stopsAgain ? 'stopped' : newest.effect,
        conditions: stopsAgain ? null : newest.conditions,
        // A stop that is needed now does not wait for the one that is planned.
        startsAt: stopsAgain ? desk.clock.now() + NOW_IS_IN_MS : null,
        expectedEnd: instantOf(expectedEnd),
      });
      if (!changed.ok) return changed;
      return accepted({ ...changed.value, startsAt: isoOrNull(changed.value.startsAt) });
    },
  });
}

/** Whoever may stop may also end what is asked for and not paid: nobody loses by it but the order. */
function registerCancelling(scope: FastifyInstance, parts: ConsoleParts, both: Both): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/suspensions/:suspensionId/open-orders/cancellation',
    permission: 'suspensions:throw',
    audit: 'act',
    refusals: CANCEL_REFUSALS,
    act: async (_operator, { issuer, params, record }) => {
      const suspension = await findOf(both, issuer.issuerId, params['suspensionId']);
      if (suspension === undefined) return refused('not_found');
      const at = both.clock.now();
      if (stateOfSuspension(suspension, at) !== 'stopped') return refused('stops_nothing_now');
      const subject = `suspension:${suspension.suspensionId}`;
      const act = { act: 'suspension.cancel_orders', subject, detail: {} };
      // Written first: it is done in steps, and none of them without a row of the trail.
      const cancelled = await both.cancelOpenOrders(suspension.scope, at, () =>
        both.connection.transaction((on) => record(on, act)),
      );
      return cancelled === null ? refused('concerns_no_orders') : accepted({ cancelled });
    },
  });
}

type AskRefusal = keyof typeof CHANGE_REFUSALS | 'not_found' | 'not_understood';

async function askForChange(
  { approvals }: Both,
  operator: Operator,
  suspension: Suspension | undefined,
  wanted: z.output<typeof suspensionChange>,
): Promise<Result<unknown, AskRefusal>> {
  const newest = suspension?.phases.at(-1);
  if (suspension === undefined || newest === undefined) return refused('not_found');
  const { suspensionId, scope } = suspension;
  const parsed = approvedChange.safeParse({
    ...wanted,
    suspensionId,
    expectedEnd: null,
    criteria: newest.criteria,
  });
  if (!parsed.success) return refused('not_understood');
  const asked = await approvals.ask(operator, {
    kind: kindOfChange(parsed.data.effect),
    issuerId: scope.issuerId,
    change: parsed.data,
    reason: wanted.reason,
  });
  if (asked.ok) return accepted({ approvalId: String(asked.value.approvalId) });
  const { refusal, reason } = asked;
  if (reason !== undefined && reason in CHANGE_REFUSALS) return refused(reason as AskRefusal);
  return refused(refusal in CHANGE_REFUSALS ? (refusal as AskRefusal) : 'not_understood');
}

function deskOf(
  both: Both,
  { actor }: Operator,
  sent: Pick<ConsoleSent<z.ZodType, z.ZodType>, 'record'>,
): SwitchDesk {
  const { switches, connection, clock } = both;
  return {
    switches,
    connection,
    clock,
    actor,
    catalogue: () => both.catalogue(),
    record: (on, act) => sent.record(on, act),
  };
}

function scopeOf(issuerId: number, named: z.output<typeof suspensionScope>): Scope {
  const { operations, ...ids } = named;
  const values = Object.entries(ids).map(([dimension, id]) => [dimension, id ?? 0]);
  return { ...(Object.fromEntries(values) as Record<Dimension, number>), issuerId, operations };
}

/** Another issuer's does not exist. One that was over long ago is read from the tables. */
async function findOf(
  { switches, connection }: Both,
  issuerId: number,
  id: string | undefined,
): Promise<Suspension | undefined> {
  if (id === undefined || !/^[1-9][0-9]{0,8}$/.test(id)) return undefined;
  const suspensionId = Number(id);
  const known = switches.current().find(suspensionId);
  if (known === undefined) return findPastSuspension(connection, { issuerId, suspensionId });
  return known.scope.issuerId === issuerId ? known : undefined;
}

/** Nothing of it refuses anything any more, nor will. */
function isOver(suspension: Suspension, at: Instant): boolean {
  return (
    stateOfSuspension(suspension, at) === 'lifted' && suspension.phases.at(-1)?.effect === 'lifted'
  );
}

function watching(both: Both, at: Instant): Watching {
  const switchboard = both.switches.current();
  return { on: both.connection, catalogue: both.catalogue(), switchboard, at };
}

async function showingOf(both: Both, at: Instant): Promise<Showing> {
  const nameOf = await readStaffNames(both.connection);
  return { catalogue: both.catalogue(), at, nameOf };
}

async function showAll(
  both: Both,
  operator: Operator,
  at: Instant,
  suspensions: readonly Suspension[],
): Promise<ShownSuspension[]> {
  if (suspensions.length === 0) return [];
  const ids = suspensions.map(({ suspensionId }) => suspensionId);
  const page = { which: 'open', before: null, size: OPEN_APPROVALS_MAX } as const;
  const [showing, tellings, open] = await Promise.all([
    showingOf(both, at),
    countTellings(both.connection, ids),
    both.approvals.list(operator, page),
  ]);
  const waiting = new Map(
    open.flatMap(({ approvalId, change }) => {
      const parsed = approvedChange.safeParse(change);
      return parsed.success ? [[parsed.data.suspensionId, String(approvalId)] as const] : [];
    }),
  );
  return suspensions.map((each) =>
    showSuspension(showing, each, {
      told: tellings.get(each.suspensionId) ?? { all: 0, confirmed: 0, failed: 0 },
      openApprovalId: waiting.get(each.suspensionId) ?? null,
    }),
  );
}

function instantOf(text: string | null): Instant | null {
  return text === null ? null : Date.parse(text);
}
