import {
  addSystems,
  holdIncidents,
  missingSystems,
  openIncident,
  updateIncident,
} from '../incidents/index.ts';
import type { Done, Engine, Operation } from '../instruments/index.ts';
import { assert, present } from '../kernel/assert.ts';
import type { Clock, Instant } from '../kernel/clock.ts';
import type { Connection } from '../kernel/database/index.ts';
import type { Catalogue } from '../programmes/index.ts';
import { holdSwitchboard, throwSuspension } from '../suspensions/index.ts';
import { recordAct } from '../clients/index.ts';

/** What has happened at the demo before somebody came to look. */
export interface DemoStoryParts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly issuerId: number;
  readonly clientId: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SALES = 90;
/** Two hours and a half: the overview has something to compare. */
const EVERY_MS = 100_000;

/** Who sold what, in turn. Before the tenders of the demo were there nobody could say by which. */
const ROUTES = [
  { seller: 'mihon-online', amountMinor: 3_000n },
  { seller: 'code-ya', amountMinor: 5_000n },
  { seller: 'mihon-online', amountMinor: 1_000n },
  { seller: 'code-ya', amountMinor: 10_000n },
  { seller: 'mihon-online', amountMinor: 1_500n },
  { seller: 'nagi-shop', amountMinor: 2_000n },
] as const;

/** Sales of the last hours, two of five used since, and now and then a refusal. Done again it changes nothing. */
export async function tellDemoSales(
  parts: DemoStoryParts,
  engine: Pick<Engine, 'submit'>,
): Promise<void> {
  const numbers = Array.from({ length: SALES }, (_none, number) => number);
  const sold = await Promise.all(
    numbers.map((number) => engine.submit(saleOf(parts, number)).then(doneOf)),
  );
  const uses = sold.flatMap((done, number) =>
    done?.code == null || number % 5 > 1 ? [] : [useOf(parts, number, done.code)],
  );
  await Promise.all(uses.map((use) => engine.submit(use)));
}

function saleOf(parts: DemoStoryParts, number: number): Operation {
  const { catalogue, clock, issuerId, clientId } = parts;
  const route = ROUTES[number % ROUTES.length] ?? ROUTES[0];
  const seller = present(catalogue.findSeller(issuerId, route.seller), 'the demo has its sellers');
  const product = present(
    catalogue.findProduct(issuerId, 'gift-code'),
    'the demo has its products',
  );
  return {
    kind: 'issue',
    clientId,
    issuerId,
    requestId: `demo:sale:${number}`,
    arrivedAt: clock.now() - (SALES - number) * EVERY_MS,
    productId: product.productId,
    amountMinor: number % 23 === 22 ? 499n : route.amountMinor, // below every face: refused
    unit: 'JPY',
    funding: { from: 'seller', sellerId: seller.sellerId },
  };
}

function useOf(parts: DemoStoryParts, number: number, code: string): Operation {
  const { catalogue, clock, issuerId, clientId } = parts;
  const key = number % 2 === 0 ? 'mihon-books' : 'mihon-cafe';
  const merchant = present(
    [...catalogue.merchants.values()].find(
      (each) => each.issuerId === issuerId && each.key === key,
    ),
    'the demo has its merchants',
  );
  return {
    kind: 'redeem',
    clientId,
    issuerId,
    requestId: `demo:use:${number}`,
    arrivedAt: clock.now() - (SALES - number) * EVERY_MS + 5 * MINUTE_MS,
    card: { by: 'code', code },
    amountMinor: 500n,
    unit: 'JPY',
    merchantId: merchant.merchantId,
    isPartialAllowed: true,
  };
}

function doneOf(outcome: Awaited<ReturnType<Engine['submit']>>): Done | null {
  return outcome.outcome === 'accepted' ? outcome.done : null;
}

/** One route stands still, as an example of the switch: a phone bill at one shop, and nothing else. Answers from when on. */
export async function throwDemoStop(parts: Omit<DemoStoryParts, 'clientId'>): Promise<Instant> {
  const { connection, clock, catalogue, issuerId } = parts;
  const by = { clock, actor: 'demo' };
  const seller = present(catalogue.findSeller(issuerId, 'code-ya'), 'the demo has its sellers');
  const tender = present(catalogue.findTender(issuerId, 'tsuki-light-bill'), 'and its tenders');
  const thrown = await throwSuspension(
    {
      connection,
      ...by,
      switches: await holdSwitchboard(connection),
      catalogue: () => catalogue,
      record: recordAct({ ...by, issuerId }),
    },
    {
      scope: { ...NOTHING_NAMED, issuerId, sellerId: seller.sellerId, tenderId: tender.tenderId },
      startsAt: null,
      announcedText: null,
      expectedEnd: null,
      internalReason: 'An example of the demo: many purchases by stolen ids on this phone bill',
      textJa: '不正な購入が確認されたため、この支払い方法での販売を停止しています。',
      textEn: 'Sale by this phone bill is stopped because of fraudulent purchases.',
      criteria: '携帯会社の対策が整うこと',
    },
  );
  if (thrown.ok) return thrown.value.startsAt;
  assert(thrown.refusal === 'already_stopped', 'the demo stops what it has');
  return clock.now();
}

const NOTHING_NAMED = {
  programmeId: 0,
  productId: 0,
  sellerId: 0,
  chainId: 0,
  aggregatorId: 0,
  tenderId: 0,
  merchantId: 0,
  soldBySellerId: 0,
  operations: ['sell'],
} as const;

/** An outage of two days ago that is over: what the history of the status page looks like. */
export async function tellDemoIncident(parts: DemoStoryParts): Promise<void> {
  const { connection, clock, catalogue, issuerId } = parts;
  const places = () => catalogue;
  const holder = await holdIncidents({ connection, clock, places });
  await addSystems(connection, missingSystems(catalogue, holder.current().tree));
  const { systems, incidents } = await holder.refresh(connection);
  const net = systems.find(
    (each) => each.issuerId === issuerId && each.key === 'aggregator-mihon-net',
  );
  if (net === undefined || incidents.length > 0) return;
  const startedAt = clock.now() - 2 * DAY_MS;
  const affected = net.phases.map((phase) => ({
    systemId: net.systemId,
    phase,
    status: 'partial_outage' as const,
    startedAt,
  }));
  const desk = { connection, issuerId, by: 'demo' };
  const opened = await openIncident(
    { ...desk, now: startedAt + 6 * MINUTE_MS },
    {
      titleJa: 'みほん中継ネットで有効化に時間がかかっていました',
      titleEn: 'Activation by Mihon Net was slow',
      state: 'investigating',
      bodyJa:
        '一部のお店でカードの有効化に時間がかかっています。お持ちのカードの価値は失われません。',
      bodyEn: 'Activation takes long at some shops. The value of cards that you have is safe.',
      affected: affected.map((each) => ({ ...each, recoveredAt: null })),
      nextLookAt: startedAt + 60 * MINUTE_MS,
    },
  );
  assert(opened.ok, 'the incident of the demo is one that can be');
  const recoveredAt = startedAt + 47 * MINUTE_MS;
  const over = await updateIncident(
    { ...desk, now: recoveredAt + 3 * MINUTE_MS },
    opened.value.incidentId,
    {
      state: 'resolved',
      bodyJa: '回復しました。この間に有効にならなかったカードは、すべて取り消されています。',
      bodyEn: 'It has recovered. What was not activated meanwhile has all been reversed.',
      correctsId: null,
      affected: affected.map((each) => ({ ...each, recoveredAt })),
      nextLookAt: null,
    },
  );
  assert(over.ok, 'and that can be over');
}
