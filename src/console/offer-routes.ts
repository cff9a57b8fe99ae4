import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { isoInstant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import type { Operator } from '../operators/index.ts';
import {
  changeOffer,
  createOffer,
  readHistory,
  type Catalogue,
  type CatalogueDesk,
  type Offer,
  type OfferKeys,
  type OfferRefusal,
} from '../programmes/index.ts';
import { offerChanged, offerWanted, type offerHistory } from './offer-contract.ts';
import { OFFER_REFUSALS } from './offer-refusals.ts';
import { consoleRoute, type ConsoleParts, type ConsoleSent } from './route.ts';
import { readStaffNames } from './staff-names.ts';

export interface OfferRouteParts {
  /** After a change has been committed: this process shall know it at once. */
  readonly refreshCatalogue: () => Promise<unknown>;
}

const HISTORY_SHOWN = 200;

/** What a channel manager changes of what is sold where, and who has changed it before. */
export function offerRoutes(shared: OfferRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    registerCreation(scope, parts, shared);
    registerChange(scope, parts, shared);
    registerHistory(scope, parts);
  };
}

function registerCreation(
  scope: FastifyInstance,
  parts: ConsoleParts,
  { refreshCatalogue }: OfferRouteParts,
): void {
  consoleRoute(scope, parts, {
    method: 'POST',
    url: '/offers',
    permission: 'offers:change',
    audit: 'act',
    body: offerWanted,
    refusals: OFFER_REFUSALS,
    act: async (operator, sent) => {
      const { sellerId, productId, tenderId, ...terms } = sent.body;
      const { issuer } = sent;
      const keys = keysOf(parts.catalogue(), issuer.issuerId, { sellerId, productId, tenderId });
      if (!keys.ok) return keys;
      const wanted = { ...terms, ...keys.value };
      const made = await createOffer(deskOf(parts, operator, sent), issuer.key, wanted);
      if (made.ok) await refreshCatalogue();
      return offerIdOf(made);
    },
  });
}

function registerChange(
  scope: FastifyInstance,
  parts: ConsoleParts,
  { refreshCatalogue }: OfferRouteParts,
): void {
  consoleRoute(scope, parts, {
    method: 'PUT',
    url: '/offers/:offerId',
    permission: 'offers:change',
    audit: 'act',
    body: offerChanged,
    refusals: OFFER_REFUSALS,
    act: async (operator, sent) => {
      const { issuer, body, params } = sent;
      const catalogue = parts.catalogue();
      const offer = findOffer(catalogue, issuer.issuerId, params['offerId']);
      if (offer === undefined) return refused('not_found');
      const keys = keysOf(catalogue, issuer.issuerId, offer);
      if (!keys.ok) return keys;
      const where = { issuer: issuer.key, ...keys.value };
      const changed = await changeOffer(deskOf(parts, operator, sent), where, body);
      if (changed.ok) await refreshCatalogue();
      return offerIdOf(changed);
    },
  });
}

function registerHistory(scope: FastifyInstance, parts: ConsoleParts): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: '/offers/:offerId/history',
    permission: 'offers:see',
    audit: null,
    act: async (_operator, { issuer: { issuerId }, params }) => {
      const offer = findOffer(parts.catalogue(), issuerId, params['offerId']);
      if (offer === undefined) return refused('not_found');
      const { offerId: thingId } = offer;
      const asked = { issuerId, kind: 'offer', thingId, size: HISTORY_SHOWN } as const;
      const [rows, nameOf] = await Promise.all([
        readHistory(parts.connection, asked),
        readStaffNames(parts.connection),
      ]);
      const revisions: z.output<typeof offerHistory>['revisions'] = rows.map((row) => ({
        validFrom: isoInstant(row.validFrom),
        validUntil: row.validUntil === null ? null : isoInstant(row.validUntil),
        recordedAt: isoInstant(row.recordedAt),
        by: nameOf(row.actor),
        content: shownContent(row.content as Readonly<Record<string, unknown>>),
      }));
      return accepted({ revisions });
    },
  });
}

type Sent = Pick<ConsoleSent<z.ZodType, z.ZodType>, 'record'>;

/** The change and its row of the audit trail are one transaction. */
function deskOf(
  { connection, clock }: ConsoleParts,
  operator: Operator,
  sent: Sent,
): CatalogueDesk {
  const { record } = sent;
  return { connection, clock, actor: operator.actor, record };
}

function offerIdOf(
  result: Result<Offer, OfferRefusal>,
): Result<{ readonly offerId: number }, OfferRefusal> {
  return result.ok ? accepted({ offerId: result.value.offerId }) : result;
}

/** Undefined too for an offer of another issuer. */
function findOffer(
  { offers }: Catalogue,
  issuerId: number,
  offerId: string | undefined,
): Offer | undefined {
  const isId = offerId !== undefined && /^[1-9][0-9]{0,8}$/.test(offerId);
  const [newest] = isId ? offers.timelineOf(Number(offerId)) : [];
  return newest?.content.issuerId === issuerId ? newest.content : undefined;
}

interface RouteIds {
  readonly sellerId: number;
  readonly productId: number;
  readonly tenderId: number;
}

function keysOf(
  catalogue: Catalogue,
  issuerId: number,
  { sellerId, productId, tenderId }: RouteIds,
): Result<OfferKeys, OfferRefusal> {
  const seller = catalogue.sellers.get(sellerId);
  const product = catalogue.products.get(productId);
  const tender = catalogue.tenders.get(tenderId);
  if (product?.issuerId !== issuerId) return refused('product_not_found');
  if (seller?.issuerId !== issuerId) return refused('seller_not_found');
  if (tender?.issuerId !== issuerId) return refused('tender_not_found');
  return accepted({ seller: seller.key, product: product.key, tender: tender.key });
}

/** What was said, without whose it is. */
function shownContent(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { sellerId, productId, tenderId, endsAt, ...terms } = content;
  return { ...terms, endsAt: typeof endsAt === 'number' ? isoInstant(endsAt) : null };
}
