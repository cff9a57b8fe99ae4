import { isoInstant } from '../kernel/clock.ts';
import { textOf, type Locale } from '../kernel/locale.ts';
import { causeOfFailure, pauseAfter } from '../kernel/outbound/index.ts';
import { stretchesOf, type Suspension } from '../suspensions/index.ts';
import { publicIncidentId, type IncidentState } from './incident.ts';
import { insertTelling } from './change-record.sql.ts';
import type { PublicRecord } from './hold-record.ts';
import { phasesStopped } from './sale-grid.ts';
import { endTokenOf, whatText, type SubscriptionParts } from './subscribe.ts';
import { componentName, parseComponentName, type ComponentName } from './system.ts';
import {
  claimDeliveries,
  dropDeliveriesOfEnded,
  insertDeliveries,
  lockTelling,
  moveTelling,
  readSubscribers,
  recordDelivered,
  recordNotDelivered,
  type ClaimDeliveriesRow,
  type ReadSubscribersRow,
} from './tellings.sql.ts';
import { stopTitle, type Names } from './wording.ts';

/** What subscribers are told: an update of an incident, or that a suspension begins or ends. */
export interface TellingContent {
  readonly incidentId?: number;
  readonly suspensionId?: number;
  readonly titleJa: string;
  readonly titleEn: string;
  readonly state: IncidentState | 'stopped' | 'conditions' | 'ended' | 'lifted';
  readonly bodyJa: string;
  readonly bodyEn: string;
}

export interface TellingParts extends SubscriptionParts {
  /** One signed message to a webhook that has confirmed; rejects unless it was taken. */
  deliver(sending: { url: string; secret: string; body: object; id: string }): Promise<void>;
  names(): Names;
}

const PAGE = 200;
const DELIVERED_AT_ONCE = 16;
const LEASE_MS = 30_000;
const ATTEMPTS_MAX = 14; // about a day
const HOUR_MS = 3_600_000;
const PAUSES = { firstPauseMs: 5_000, longestPauseMs: 4 * HOUR_MS };

/** One page of one telling: its mails are written, its webhooks noted, in one transaction. False: nothing was due. */
export async function tellPage(parts: TellingParts): Promise<boolean> {
  const now = parts.clock.now();
  return parts.connection.transaction(async (on) => {
    const [telling] = await lockTelling(on);
    if (telling === undefined) return false;
    const components = below(parts.record(), telling.components);
    const { tellingId, cursor } = telling;
    const page = await readSubscribers(on, {
      cursor,
      components: components.map(componentName),
      size: PAGE,
    });
    const content = telling.content as TellingContent;
    const mails = page.filter(({ channel }) => channel === 'mail');
    const sent = await parts.notices.sendNotices(
      on,
      mails.map((subscriber) => mailOf(parts, content, telling.components, subscriber)),
    );
    if (!sent.ok) throw new Error(`subscribers cannot be told: ${sent.refusal}`); // and again later
    const subscriptionIds = page
      .filter(({ channel }) => channel === 'webhook')
      .map(({ subscriptionId }) => subscriptionId);
    if (subscriptionIds.length > 0) {
      await insertDeliveries(on, { tellingId, subscriptionIds, nextAt: now });
    }
    const isDone = page.length < PAGE;
    const last = page.at(-1)?.subscriptionId ?? cursor;
    await moveTelling(on, { tellingId, cursor: last, doneAt: isDone ? now : null });
    return true;
  });
}

/** One round of webhooks, side by side. Gives how many were taken. */
export async function deliverTellings(parts: TellingParts): Promise<number> {
  const now = parts.clock.now();
  await dropDeliveriesOfEnded(parts.connection, { now });
  const due = await claimDeliveries(parts.connection, {
    now,
    leasedUntil: now + LEASE_MS,
    size: DELIVERED_AT_ONCE,
  });
  const taken = await Promise.all(due.map((delivery) => deliverOne(parts, delivery)));
  return taken.filter(Boolean).length;
}

/** Suspensions publish themselves: what began or ended since then is told, once. */
export async function tellOfSuspensions(
  parts: TellingParts,
  suspensions: readonly Suspension[],
): Promise<number> {
  const now = parts.clock.now();
  let told = 0;
  for (const suspension of suspensions) {
    for (const { phase } of stretchesOf(suspension)) {
      if (phase.startsAt > now || phase.startsAt <= now - HOUR_MS) continue;
      const { suspensionId, scope } = suspension;
      told += await insertTelling(parts.connection, {
        issuerId: scope.issuerId,
        subject: `suspension ${suspensionId} ${phase.phaseNo}`,
        components: componentsOf(parts.record(), suspension).map(componentName),
        content: {
          suspensionId,
          titleJa: stopTitle('ja', { suspension, phase }, parts.names()),
          titleEn: stopTitle('en', { suspension, phase }, parts.names()),
          state: phase.effect,
          bodyJa: phase.textJa,
          bodyEn: phase.textEn,
        } satisfies TellingContent,
        madeAt: now,
      });
    }
  }
  return told;
}

/** Whoever wants to hear of a chain hears of its aggregator too. */
function below({ tree }: PublicRecord, names: readonly string[]): readonly ComponentName[] {
  const affected = names.flatMap((name) => parseComponentName(name) ?? []);
  const all = new Map(affected.map((each) => [componentName(each), each]));
  for (const system of tree.systems) {
    const above = new Set(tree.above(system).map(({ systemId }) => systemId));
    for (const { systemId, phase } of affected) {
      if (!above.has(systemId) || !system.phases.includes(phase)) continue;
      const name = { systemId: system.systemId, phase };
      all.set(componentName(name), name);
    }
  }
  return [...all.values()];
}

/** The nearest system that a suspension names, in what it stops; the issuer's own where it names no place. */
function componentsOf({ tree }: PublicRecord, { scope }: Suspension): readonly ComponentName[] {
  const named = [
    tree.findParty('seller', scope.sellerId),
    tree.findParty('merchant', scope.merchantId),
    tree.findParty('chain', scope.chainId),
    tree.findParty('aggregator', scope.aggregatorId),
  ].find((system) => system !== undefined);
  const [ofSeller] = tree.route({ issuerId: scope.issuerId, sellerId: scope.sellerId }, 'buy');
  const place = named ?? (scope.sellerId === 0 ? undefined : ofSeller);
  const systems = place
    ? [place]
    : tree.systems.filter(({ issuerId }) => issuerId === scope.issuerId);
  return systems.flatMap(({ systemId, phases }) =>
    phasesStopped(scope.operations)
      .filter((phase) => phases.includes(phase))
      .map((phase) => ({ systemId, phase })),
  );
}

function mailOf(
  parts: TellingParts,
  content: TellingContent,
  components: readonly string[],
  { subscriptionId, addressSealed, locale: spoken }: ReadSubscribersRow,
) {
  const locale = spoken as Locale;
  const affected = components.flatMap((name) => parseComponentName(name) ?? []);
  return {
    template: 'incident_update',
    to: parts.keyRing.unseal(addressSealed),
    locale,
    values: {
      title: locale === 'ja' ? content.titleJa : content.titleEn,
      state: stateText(locale, content),
      what: whatText(parts.record(), locale, affected),
      body: locale === 'ja' ? content.bodyJa : content.bodyEn,
      pageUrl: pageOf(parts, locale, content),
    },
    unsubscribeUrl: `${parts.origin()}/status/end/${endTokenOf(parts.keyRing, subscriptionId)}`,
  } as const;
}

function stateText(locale: Locale, { state }: TellingContent): string {
  switch (state) {
    case 'stopped':
    case 'conditions':
    case 'ended':
    case 'lifted':
      return textOf(locale, `stop.${state}`);
    default:
      return textOf(locale, `incident.${state}`);
  }
}

function pageOf(parts: TellingParts, locale: Locale, content: TellingContent): string {
  const page = `${parts.origin()}/${locale}/status`;
  return content.incidentId === undefined
    ? page
    : `${page}/incidents/${publicIncidentId(content.incidentId)}`;
}

async function deliverOne(parts: TellingParts, delivery: ClaimDeliveriesRow): Promise<boolean> {
  const { tellingId, subscriptionId, attempts } = delivery;
  const { connection, keyRing, clock } = parts;
  const content = delivery.content as TellingContent;
  const locale = delivery.locale as Locale;
  const body = {
    id: `tel_${tellingId}`,
    type: content.incidentId === undefined ? 'status.suspension' : 'status.incident',
    at: isoInstant(delivery.madeAt),
    state: content.state,
    title: locale === 'ja' ? content.titleJa : content.titleEn,
    body: locale === 'ja' ? content.bodyJa : content.bodyEn,
    components: delivery.components,
    page: pageOf(parts, locale, content),
    end: `${parts.origin()}/status/end/${endTokenOf(keyRing, subscriptionId)}`,
  };
  try {
    await parts.deliver({
      url: keyRing.unseal(delivery.addressSealed),
      secret: keyRing.unseal(delivery.secretSealed),
      body,
      id: body.id,
    });
    await recordDelivered(connection, { tellingId, subscriptionId, now: clock.now() });
    return true;
  } catch (error) {
    const pause = pauseAfter(attempts + 1, PAUSES, parts.random.below(1_000) / 1_000);
    const nextAt = attempts + 1 >= ATTEMPTS_MAX ? null : clock.now() + pause;
    const lastError = causeOfFailure(error as Error);
    await recordNotDelivered(connection, { tellingId, subscriptionId, nextAt, lastError });
    return false;
  }
}
