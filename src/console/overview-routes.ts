import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { isoInstant, type Instant } from '../kernel/clock.ts';
import { accepted } from '../kernel/result.ts';
import type { Catalogue } from '../programmes/index.ts';
import {
  operationsByMinute,
  refusalsByCause,
  SALE_KINDS,
  type MinuteOfSales,
  type RefusalCount,
} from '../sales/index.ts';
import type { overview } from './overview-contract.ts';
import { consoleRoute, type ConsoleParts } from './route.ts';

/** What the overview is told by the server itself. */
export interface OverviewParts {
  engine(): { readonly lanes: number; readonly writers: number; readonly waiting: number };
  /** Each part of the server, with what is wrong with it. */
  health(): Promise<readonly { readonly part: string; readonly trouble: string | null }[]>;
  stopsInForce(issuerId: number, at: Instant): number;
  incidentsOpen(issuerId: number, at: Instant): number;
}

const HOUR_MS = 3_600_000;
const SHOWN_HOURS = 3;
const REFUSALS_SHOWN = 20;

/** What the console begins with, read again every few seconds. */
export function overviewRoutes(shown: OverviewParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    consoleRoute(scope, parts, {
      method: 'GET',
      url: '/overview',
      permission: 'overview:see',
      audit: null,
      act: async (_operator, { issuer, arrivedAt: at }) => {
        const { issuerId } = issuer;
        const { connection } = parts;
        const from = at - SHOWN_HOURS * HOUR_MS;
        const until = at + 1;
        const minutes = await operationsByMinute(connection, {
          issuerIds: [issuerId],
          from,
          until,
        });
        const refusals = await refusalsByCause(connection, {
          issuerId,
          from: at - (at % HOUR_MS) - HOUR_MS, // they are counted by whole hours
          until,
          size: REFUSALS_SHOWN,
        });
        const answer: z.output<typeof overview> = {
          at: isoInstant(at),
          lastHour: sumOf(minutes, { from: at - HOUR_MS, until }),
          hourBefore: sumOf(minutes, { from: at - 2 * HOUR_MS, until: at - HOUR_MS }),
          minutes: shownMinutes(minutes),
          refusals: refusals.map((each) => shownRefusal(each, parts.catalogue())),
          engine: shown.engine(),
          health: [...(await shown.health())],
          stopsInForce: shown.stopsInForce(issuerId, at),
          incidentsOpen: shown.incidentsOpen(issuerId, at),
        };
        return accepted(answer);
      },
    });
  };
}

type Hour = z.output<typeof overview>['lastHour'];
type Minute = z.output<typeof overview>['minutes'][number];

const SALES: ReadonlySet<string> = new Set(SALE_KINDS);
const USES: ReadonlySet<string> = new Set(['redeem', 'capture']); // a hold takes nothing yet

function sumOf(
  minutes: readonly MinuteOfSales[],
  { from, until }: { readonly from: Instant; readonly until: Instant },
): Hour {
  const own = minutes.filter(({ at }) => at >= from && at < until);
  const sold = own.filter(({ kind, outcome }) => outcome === 'accepted' && SALES.has(kind));
  const used = own.filter(({ kind, outcome }) => outcome === 'accepted' && USES.has(kind));
  return {
    sold: countOf(sold),
    soldAmounts: amountsOf(sold),
    activated: countOf(sold.filter(({ kind }) => kind === 'activate')),
    redeemed: countOf(used),
    redeemedAmounts: amountsOf(used),
    refused: countOf(own.filter(isRefused)),
    reversed: countOf(own.filter(({ outcome }) => outcome === 'reversed')),
  };
}

function shownMinutes(minutes: readonly MinuteOfSales[]): Minute[] {
  const byMinute = Map.groupBy(minutes, ({ at }) => at);
  return [...byMinute].map(([at, own]) => {
    const { sold, activated, redeemed, refused } = sumOf(own, { from: at, until: at + 1 });
    return { at: isoInstant(at), sold, activated, redeemed, refused };
  });
}

function isRefused({ outcome }: MinuteOfSales): boolean {
  return outcome !== 'accepted' && outcome !== 'reversed' && outcome !== 'reversed_unseen';
}

function countOf(minutes: readonly MinuteOfSales[]): number {
  return minutes.reduce((sum, { count }) => sum + Number(count), 0);
}

/** Money of two units is never one sum. */
function amountsOf(minutes: readonly MinuteOfSales[]): Hour['soldAmounts'] {
  const byUnit = Map.groupBy(minutes, ({ unit }) => unit);
  return [...byUnit].map(([unit, own]) => ({
    unit,
    amountMinor: Number(own.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)),
  }));
}

function shownRefusal(
  { refusal, kind, count, productId, sellerId }: RefusalCount,
  catalogue: Catalogue,
): z.output<typeof overview>['refusals'][number] {
  const product = catalogue.products.get(productId);
  const seller = catalogue.sellers.get(sellerId);
  return {
    refusal,
    kind,
    count: Number(count),
    productJa: product?.nameJa ?? null,
    productEn: product?.nameEn ?? null,
    sellerJa: seller?.nameJa ?? null,
    sellerEn: seller?.nameEn ?? null,
  };
}
