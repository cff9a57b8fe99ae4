import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { present } from '../kernel/assert.ts';
import { isoInstant, type Instant } from '../kernel/clock.ts';
import { accepted, refused, type Result } from '../kernel/result.ts';
import { readHistory, type Catalogue, type PartyRefusal } from '../programmes/index.ts';
import type { OfferRouteParts } from './offer-routes.ts';
import { consoleRoute, type ConsoleParts, type ConsoleSent } from './route.ts';
import { saleQuery, type saleHistory, type saleList, type saleThing } from './sale-contract.ts';
import { fieldsOf, SALE_KINDS, thingAt, type SaleKindOf, type Thing } from './sale-kinds.ts';
import { SALE_REFUSALS } from './sale-refusals.ts';
import { readStaffNames } from './staff-names.ts';

type AnyKind = SaleKindOf<z.ZodType, z.ZodType>;
type Shown = z.output<typeof saleThing>;

const PAGE = 50;
const HISTORY_SHOWN = 200;

/** Aggregators, chains, sellers, shops and tenders, each of them listed, made, changed, and as it was before. */
export function saleRoutes({ refreshCatalogue }: OfferRouteParts) {
  return (scope: FastifyInstance, parts: ConsoleParts): void => {
    for (const kind of SALE_KINDS) {
      addReading(scope, parts, kind);
      addHistory(scope, parts, kind);
      addChanges(scope, parts, { kind, refreshCatalogue });
    }
  };
}

function addReading(scope: FastifyInstance, parts: ConsoleParts, kind: AnyKind): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: `/sale/${kind.url}`,
    permission: 'offers:see',
    audit: null,
    query: saleQuery,
    act: async (_operator, { issuer, query, arrivedAt: at }) =>
      accepted(list({ catalogue: parts.catalogue(), kind, at }, query, issuer.issuerId)),
  });
  consoleRoute(scope, parts, {
    method: 'GET',
    url: `/sale/${kind.url}/:id`,
    permission: 'offers:see',
    audit: null,
    act: async (_operator, { issuer, params, arrivedAt: at }) => {
      const catalogue = parts.catalogue();
      const found = findThing(catalogue, kind, issuer.issuerId, params['id']);
      return found === undefined
        ? refused('not_found')
        : accepted(show({ catalogue, kind, at }, found));
    },
  });
}

function addHistory(scope: FastifyInstance, parts: ConsoleParts, kind: AnyKind): void {
  consoleRoute(scope, parts, {
    method: 'GET',
    url: `/sale/${kind.url}/:id/history`,
    permission: 'offers:see',
    audit: null,
    act: async (_operator, { issuer: { issuerId }, params }) => {
      const catalogue = parts.catalogue();
      const found = findThing(catalogue, kind, issuerId, params['id']);
      if (found === undefined) return refused('not_found');
      const asked = { issuerId, kind: kind.kind, thingId: found.id, size: HISTORY_SHOWN };
      const [rows, nameOf] = await Promise.all([
        readHistory(parts.connection, asked),
        readStaffNames(parts.connection),
      ]);
      const revisions: z.output<typeof saleHistory>['revisions'] = rows.map((row) => ({
        validFrom: isoInstant(row.validFrom),
        validUntil: row.validUntil === null ? null : isoInstant(row.validUntil),
        recordedAt: isoInstant(row.recordedAt),
        by: nameOf(row.actor),
        fields: fieldsOf(catalogue, row.content as Readonly<Record<string, unknown>>),
      }));
      return accepted({ revisions });
    },
  });
}

function addChanges(
  scope: FastifyInstance,
  parts: ConsoleParts,
  { kind, refreshCatalogue }: OfferRouteParts & { readonly kind: AnyKind },
): void {
  const done = async (result: Result<object, PartyRefusal>) => {
    if (!result.ok) return result;
    await refreshCatalogue();
    const id = (result.value as Readonly<Record<string, unknown>>)[`${kind.kind}Id`];
    return accepted({ id });
  };
  const deskFor = (
    actor: string,
    { record }: Pick<ConsoleSent<z.ZodType, z.ZodType>, 'record'>,
  ) => ({
    connection: parts.connection,
    clock: parts.clock,
    actor,
    record,
  });
  consoleRoute(scope, parts, {
    method: 'POST',
    url: `/sale/${kind.url}`,
    permission: 'offers:change',
    audit: 'act',
    body: kind.newBody,
    refusals: SALE_REFUSALS,
    act: async (operator, sent) =>
      done(await kind.create(deskFor(operator.actor, sent), sent.issuer.key, sent.body)),
  });
  consoleRoute(scope, parts, {
    method: 'PUT',
    url: `/sale/${kind.url}/:id`,
    permission: 'offers:change',
    audit: 'act',
    body: kind.changeBody,
    refusals: SALE_REFUSALS,
    act: async (operator, sent) => {
      const catalogue = parts.catalogue();
      const { issuer, params, body } = sent;
      const found = findThing(catalogue, kind, issuer.issuerId, params['id']);
      if (found === undefined) return refused('not_found');
      const where = { issuer: issuer.key, thing: found.thing, catalogue };
      return done(await kind.change(deskFor(operator.actor, sent), where, body));
    },
  });
}

interface Looking {
  readonly catalogue: Catalogue;
  readonly kind: AnyKind;
  readonly at: Instant;
}

interface Found {
  readonly id: number;
  readonly thing: Thing;
}

/** By key, all of the issuer that are asked for, one page of them shown. */
function list(
  looking: Looking,
  { page, find = '', seller }: z.output<typeof saleQuery>,
  issuerId: number,
): z.output<typeof saleList> {
  const wanted = find.normalize('NFKC').toLowerCase();
  const found = [...looking.kind.all(looking.catalogue)]
    .map(([id, thing]) => ({ id, thing }))
    .filter(({ thing }) => thing.issuerId === issuerId)
    .filter(
      ({ thing }) => seller === undefined || (thing as { sellerId?: number }).sellerId === seller,
    )
    .filter(({ thing: { key, nameJa, nameEn } }) =>
      [key, nameJa, nameEn].some((text) => text.normalize('NFKC').toLowerCase().includes(wanted)),
    )
    .toSorted((one, other) => (one.thing.key < other.thing.key ? -1 : 1));
  const shown = found.slice((page - 1) * PAGE, page * PAGE);
  return {
    total: found.length,
    pageSize: PAGE,
    things: shown.map((each) => show(looking, each)),
  };
}

function show({ catalogue, kind, at }: Looking, { id, thing }: Found): Shown {
  const now = thingAt(catalogue, kind.kind, id, at) ?? thing;
  const fields = fieldsOf(catalogue, { ...now });
  // Its own id has the name of a link where another kind points at it by that.
  if (['aggregator', 'chain', 'seller'].includes(kind.kind)) delete fields[kind.kind];
  const { key, nameJa, nameEn } = now;
  return { id, key, nameJa, nameEn, fields };
}

/** Undefined too for what is another issuer's. */
function findThing(
  catalogue: Catalogue,
  kind: AnyKind,
  issuerId: number,
  text: string | undefined,
): Found | undefined {
  const id = /^[1-9][0-9]{0,8}$/.test(present(text, 'the address names one')) ? Number(text) : 0;
  const thing = kind.all(catalogue).get(id);
  return thing?.issuerId === issuerId ? { id, thing } : undefined;
}
