import { present } from '../kernel/assert.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Result } from '../kernel/result.ts';
import { accepted, refused } from '../kernel/result.ts';
import type { CatalogueOfParties } from './catalogue.ts';
import { beginOf, changeCatalogue, keptAs } from './change-catalogue.ts';
import type { CatalogueDesk, PartyRefusal, Change } from './change-catalogue.ts';
import { findIssuer } from './change-issuers.ts';
import { insertTenders } from './change-sale.sql.ts';
import type { NewTender, TenderChange } from './contract.ts';
import type { Tender } from './sale.ts';

export function createTender(
  desk: CatalogueDesk,
  issuerKey: string,
  wanted: NewTender,
): Promise<Result<Tender, PartyRefusal>> {
  const named = { act: 'tender.create', subject: `${issuerKey}/${wanted.key}`, wanted };
  return changeCatalogue<Tender, PartyRefusal>(desk, named, async (change) => {
    const { on, catalogue, keep } = change;
    const issuer = findIssuer(catalogue, issuerKey);
    if (issuer === undefined) return refused('issuer_not_found');
    const { issuerId } = issuer;
    const { validFrom: wantedFrom, monthLimits, chargedThrough, spends, ...rest } = wanted;
    const validFrom = beginOf(change, wantedFrom);
    if (validFrom === null) return refused('valid_from_past');
    const linked = linksOf(catalogue, issuerId, { chargedThrough, spends, validFrom });
    if (!linked.ok) return linked;
    if (catalogue.findTender(issuerId, wanted.key) !== undefined) return refused('key_taken');
    const [row] = await insertTenders(on, { issuerId, keys: [wanted.key], kinds: [wanted.kind] });
    const { tenderId } = present(row, 'an inserted row comes back');
    const limits = { monthLimits: monthLimitsOf(monthLimits) };
    const made: Tender = { ...NO_LINKS, ...rest, ...limits, ...linked.value, tenderId, issuerId };
    await keep([keptAs('tender', made, validFrom)]);
    return accepted(made);
  });
}

/** From `validFrom` on, a moment from now if it is not said; what was scheduled for later falls away. */
export function changeTender(
  desk: CatalogueDesk,
  where: { issuer: string; tender: string },
  wanted: TenderChange,
): Promise<Result<Tender, PartyRefusal>> {
  const subject = `${where.issuer}/${where.tender}`;
  const named = { act: 'tender.change', subject, wanted };
  return changeCatalogue<Tender, PartyRefusal>(desk, named, async (change) => {
    const issuer = findIssuer(change.catalogue, where.issuer);
    if (issuer === undefined) return refused('issuer_not_found');
    const tender = change.catalogue.findTender(issuer.issuerId, where.tender);
    return tender === undefined ? refused('tender_not_found') : revise(change, tender, wanted);
  });
}

async function revise(
  change: Change,
  tender: Tender,
  wanted: TenderChange,
): Promise<Result<Tender, PartyRefusal>> {
  const { catalogue, keep } = change;
  const { validFrom: wantedFrom, monthLimits, chargedThrough, spends, ...rest } = wanted;
  const validFrom = beginOf(change, wantedFrom);
  if (validFrom === null) return refused('valid_from_past');
  const before = catalogue.tenderAt(tender.tenderId, validFrom) ?? tender;
  const linked = linksOf(catalogue, tender.issuerId, { chargedThrough, spends, validFrom });
  if (!linked.ok) return linked;
  const isItself = linked.value.chargedThroughTenderId === tender.tenderId;
  if (
    isItself ||
    (linked.value.chargedThroughTenderId != null && isRoot(catalogue, tender, validFrom))
  ) {
    return refused('tender_charged_through_itself');
  }
  const limits = monthLimits && { monthLimits: monthLimitsOf(monthLimits) };
  const changed: Tender = { ...before, ...rest, ...limits, ...linked.value };
  await keep([keptAs('tender', changed, validFrom)]);
  return accepted(changed);
}

interface Links {
  readonly chargedThrough: string | null | undefined;
  readonly spends: string | null | undefined;
  readonly validFrom: Instant;
}

/** What is named by keys, as ids; what is not said is left out. */
function linksOf(
  catalogue: CatalogueOfParties,
  issuerId: number,
  { chargedThrough, spends, validFrom }: Links,
): Result<{ readonly [Name in keyof TenderLinks]?: TenderLinks[Name] }, PartyRefusal> {
  const through = chargedThrough == null ? null : catalogue.findTender(issuerId, chargedThrough);
  if (through === undefined) return refused('tender_not_found');
  const isThroughThird = (each: Tender) => each.chargedThroughTenderId !== null;
  if (through !== null && wordsFrom(catalogue, through.tenderId, validFrom).some(isThroughThird)) {
    return refused('tender_charged_through_itself');
  }
  const product = spends == null ? null : catalogue.findProduct(issuerId, spends);
  if (product === undefined) return refused('product_not_found');
  return accepted({
    ...(chargedThrough !== undefined && { chargedThroughTenderId: through?.tenderId ?? null }),
    ...(spends !== undefined && { spendsProductId: product?.productId ?? null }),
  });
}

type TenderLinks = Pick<Tender, 'chargedThroughTenderId' | 'spendsProductId'>;
const NO_LINKS: TenderLinks = { chargedThroughTenderId: null, spendsProductId: null };

/** Whether another tender shares its limit, then or by what is announced for later: then it must keep its own. */
function isRoot(catalogue: CatalogueOfParties, { tenderId }: Tender, from: Instant): boolean {
  return [...catalogue.tenders.keys()].some((other) =>
    wordsFrom(catalogue, other, from).some((each) => each.chargedThroughTenderId === tenderId),
  );
}

/** What a tender is like at an instant and whenever it changes behind it. */
function wordsFrom(catalogue: CatalogueOfParties, tenderId: number, from: Instant): Tender[] {
  const timeline = catalogue.revised.tenders.get(tenderId) ?? [];
  const later = timeline.filter(({ validFrom }) => validFrom > from).map(({ content }) => content);
  const then = catalogue.tenderAt(tenderId, from);
  return then === undefined ? later : [...later, then];
}

function monthLimitsOf(limits: NewTender['monthLimits']): Tender['monthLimits'] {
  return limits.map((limit) => ({ ...limit, limitMinor: BigInt(limit.limitMinor) }));
}
