import type { Queryable } from '../kernel/database/index.ts';
import type { Unit } from '../kernel/money.ts';
import type { GiftState } from '../gifts/index.ts';
import { caseGiftOf, sumsOf, type CaseGift, type GiftSum, type SeenGift } from './case-gift.ts';
import type {
  CaseEvent,
  CaseHolding,
  CaseRecord,
  CaseWay,
  Evidence,
  EvidenceKind,
  EventKind,
  StepKind,
} from './case.ts';
import {
  findRecord,
  listConcerned,
  listEvents,
  listEvidence,
  listGifts,
  listHoldings,
  listParts,
  listRecords,
  listRecordsOfMember,
  listSteps,
  type FindRecordRow,
  type ListEventsRow,
  type ListGiftsRow,
  type ListHoldingsRow,
} from './cases.sql.ts';
import { findCaseWith } from './concern.sql.ts';
import { deskStoryOf, type DeskStory } from './desk-story.ts';
import type { CaseParts } from './parts.ts';
import { readSent } from './read-sent.ts';
import { whatComesNext, type Next } from './what-comes-next.ts';

/** A whole case, as its member sees it. */
export interface CaseStory {
  readonly record: CaseRecord;
  readonly gifts: readonly CaseGift[];
  readonly sums: readonly GiftSum[];
  readonly holdings: readonly CaseHolding[];
  readonly events: readonly CaseEvent[];
  readonly next: readonly Next[];
}

type Reader = Pick<CaseParts, 'database' | 'keys' | 'gifts' | 'sizes'>;

/** Null: there is no such case, or it is another member's. Whose help it ended is for its member alone, by name. */
export async function readOwnCase(
  parts: Reader & Pick<CaseParts, 'wallets'>,
  asked: { readonly memberId: string; readonly number: string },
): Promise<CaseStory | null> {
  const [row] = await findRecord(parts.database, { number: asked.number });
  if (row?.memberId !== asked.memberId) return null;
  const story = await storyOf(parts, row);
  const names = await parts.wallets.namesOfHelp(story.events.flatMap(helperIdsOf));
  const events = story.events.map((event) => {
    const helpers = helperIdsOf(event).flatMap((helperId) => names.get(helperId) ?? []);
    return { ...event, detail: { ...event.detail, helpers } };
  });
  return { ...story, events };
}

function helperIdsOf({ detail: { helperIds } }: CaseEvent): readonly string[] {
  return Array.isArray(helperIds) ? (helperIds as readonly string[]) : []; // as a stop wrote it
}

/** For the desk, what is its own; null: there is none that touches this issuer. */
export async function readCaseOfIssuer(
  parts: Reader,
  { issuerId, number }: { readonly issuerId: number; readonly number: string },
): Promise<DeskStory | null> {
  const { database } = parts;
  const [row] = await findRecord(database, { number });
  if (row?.issuerIds.includes(issuerId) !== true) return null;
  const { caseId } = row;
  const [story, evidence, desks, concerned, steps] = await Promise.all([
    storyOf(parts, row),
    readEvidence(parts, caseId),
    listParts(database, { caseIds: [caseId] }),
    listConcerned(database, { caseId }),
    listSteps(database, { caseIds: [caseId] }),
  ]);
  return deskStoryOf(issuerId, {
    ...{ story, evidence, parts: desks },
    concerned: concerned.map((each) => each.issuerId),
    stepsDue: new Set(steps.map(({ kind }) => kind as StepKind)),
  });
}

export async function readCasesOfMember(
  { database, keys }: Reader,
  memberId: string,
): Promise<readonly CaseRecord[]> {
  const rows = await listRecordsOfMember(database, { memberId });
  return rows.map((row) => recordOf(keys, row));
}

const LAST = 2n ** 62n;

export interface CasesAsked {
  readonly issuerId: number;
  readonly isOpenOnly: boolean;
  readonly before: bigint | null;
  readonly size: number;
}

/** The newest first. */
export async function readCases(
  { database, keys }: Reader,
  { before, ...asked }: CasesAsked,
): Promise<readonly CaseRecord[]> {
  const rows = await listRecords(database, { ...asked, before: before ?? LAST });
  const parts = await listParts(database, { caseIds: rows.map(({ caseId }) => caseId) });
  return rows.map((row) => {
    const own = parts.find(
      (part) => part.caseId === row.caseId && part.issuerId === asked.issuerId,
    );
    const record = recordOf(keys, row);
    return {
      ...record,
      lookAt: own?.lookAt ?? record.lookAt,
      liftedAt: own?.liftedAt ?? record.liftedAt,
      closedAt: own?.closedAt ?? record.closedAt,
    };
  });
}

async function readEvidence(
  { database, keys }: Pick<Reader, 'database' | 'keys'>,
  caseId: bigint,
): Promise<readonly Evidence[]> {
  const rows = await listEvidence(database, { caseId });
  return rows.map(({ kind, at, contentSealed }) => ({
    kind: kind as EvidenceKind,
    at,
    content: contentSealed && (JSON.parse(keys.unseal(contentSealed)) as Record<string, unknown>),
  }));
}

const EVENTS_AT_ONCE = 500;
const EVENTS_PAGES = 20;

/** In their order; where there are more than anybody reads, the newest. */
async function readEvents(
  { database, sizes }: Reader,
  caseId: bigint,
): Promise<readonly ListEventsRow[]> {
  const size = sizes?.eventsAtOnce ?? EVENTS_AT_ONCE;
  const found: ListEventsRow[] = [];
  let before = EVENT_NO_MAX;
  for (let pages = 0; pages < EVENTS_PAGES; pages += 1) {
    const page = await listEvents(database, { caseId, before, size });
    found.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < size) break;
    before = last.eventNo;
  }
  return found.toReversed();
}

const EVENT_NO_MAX = 2 ** 31 - 1;

/** All that a case has stopped, in the order of their ids. */
async function readHoldings(
  { database, sizes }: Reader,
  caseId: bigint,
): Promise<readonly ListHoldingsRow[]> {
  const size = sizes?.holdingsAtOnce ?? HOLDINGS_AT_ONCE;
  const found: ListHoldingsRow[] = [];
  for (let after = 0n; ;) {
    const page = await listHoldings(database, { caseId, after, size });
    found.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < size) return found;
    after = last.instrumentId;
  }
}

const HOLDINGS_AT_ONCE = 500;
const GIFTS_AT_ONCE = 500;

/** Every gift of a case, whatever was sent before and since: its sums are whole. */
async function readSeen(
  { database, sizes }: Reader,
  caseId: bigint,
): Promise<readonly ListGiftsRow[]> {
  const size = sizes?.giftsAtOnce ?? GIFTS_AT_ONCE;
  const found: ListGiftsRow[] = [];
  for (let before = LAST; ;) {
    const page = await listGifts(database, { caseId, before, size });
    found.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < size) return found;
    before = last.giftId;
  }
}

async function storyOf(parts: Reader, row: FindRecordRow): Promise<CaseStory> {
  const { database, keys } = parts;
  const { caseId, memberId } = row;
  const record = recordOf(keys, row);
  const [seen, holdings, events, steps] = await Promise.all([
    readSeen(parts, caseId),
    readHoldings(parts, caseId),
    readEvents(parts, caseId),
    listSteps(database, { caseIds: [caseId] }),
  ]);
  const newest = seen.at(0)?.giftId;
  const range = {
    least: seen.at(-1)?.giftId ?? null,
    below: newest === undefined ? 0n : newest + 1n,
  };
  const sent = await readSent(parts.gifts, memberId, range);
  const own = new Set(sent.map(({ giftId }) => giftId));
  const others = seen.flatMap(({ giftId }) => (own.has(giftId) ? [] : [giftId]));
  const given = await parts.gifts.givenBy(memberId, others);
  const live = new Map([...sent, ...given].map((gift) => [gift.giftId, gift]));
  const gifts = seen.flatMap(
    ({ giftId, stateBefore, stateAfter, isRefundWanted, refund: done }) => {
      const gift = live.get(giftId);
      if (gift === undefined) return [];
      const states = {
        stateBefore: stateBefore as GiftState, // as the gifts told it
        stateAfter: stateAfter as GiftState,
      };
      const refund = done as SeenGift['refund']; // a constraint holds it
      return [caseGiftOf(gift, { ...states, isRefundWanted, refund })];
    },
  );
  const stepsDue = new Set(steps.map(({ kind }) => kind as StepKind));
  return {
    record,
    gifts,
    sums: sumsOf(gifts),
    holdings: holdings.map((held) => ({ ...held, unit: held.unit as Unit })),
    events: events.map(({ kind, detail, ...event }) => ({
      ...event,
      kind: kind as EventKind,
      detail: detail as Record<string, unknown>,
    })),
    next: whatComesNext({ record, gifts, stepsDue }),
  };
}

function recordOf(
  keys: Reader['keys'],
  { wordsSealed, openedBy, ...row }: FindRecordRow,
): CaseRecord {
  return {
    ...row,
    openedBy: openedBy as CaseWay, // a constraint holds it
    words: wordsSealed && keys.unseal(wordsSealed),
  };
}

export async function hasCaseWith(
  on: Queryable,
  asked: { readonly memberId: string; readonly issuerId: number },
): Promise<boolean> {
  const [row] = await findCaseWith(on, asked);
  return row?.isThere === true;
}
