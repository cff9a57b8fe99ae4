import { publicId } from '../kernel/ids.ts';
import type { CaseEvent, CaseRecord, Evidence } from './case.ts';
import { sumsOf } from './case-gift.ts';
import type { CaseStory } from './read-cases.ts';
import { whatComesNext, type Facts } from './what-comes-next.ts';

/** What the desk of one issuer has said in a case. */
export interface DeskPart {
  readonly issuerId: number;
  readonly lookAt: number | null;
  readonly liftedAt: number | null;
  readonly liftedBy: string | null;
  readonly closedAt: number | null;
  readonly closedBy: string | null;
  readonly closingNote: string | null;
}

/** A case as one issuer's desk sees it: what is another's is a number, and nothing else. */
export interface DeskStory extends CaseStory {
  readonly evidence: readonly Evidence[];
  readonly others: {
    readonly gifts: number;
    readonly holdings: number;
    /** Other desks whose word is needed before the member has the value back without a factor. */
    readonly awaited: number;
  };
}

export interface SharedCase {
  readonly story: CaseStory;
  readonly evidence: readonly Evidence[];
  readonly parts: readonly DeskPart[];
  readonly concerned: readonly number[];
  readonly stepsDue: Facts['stepsDue'];
}

/** Another's desk, where somebody of it would be named. */
export const OTHER_DESK = 'other_desk';

/** Pure. */
export function deskStoryOf(issuerId: number, shared: SharedCase): DeskStory {
  const { story, parts, concerned, stepsDue } = shared;
  const gifts = story.gifts.filter(({ gift }) => gift.issuerId === issuerId);
  const holdings = story.holdings.filter((held) => held.issuerId === issuerId);
  const events = story.events.flatMap((event) => eventFor(issuerId, event));
  const part = parts.find((each) => each.issuerId === issuerId);
  const record = recordFor(issuerId, story, part);
  const lifted = new Set(parts.flatMap((each) => (each.liftedAt === null ? [] : [each.issuerId])));
  const awaited = concerned.filter((each) => each !== issuerId && !lifted.has(each)).length;
  return {
    record,
    gifts,
    sums: sumsOf(gifts),
    holdings,
    events,
    next: whatComesNext({ record, gifts, stepsDue }),
    evidence: evidenceFor(shared.evidence, holdings, issuerId),
    others: {
      gifts: story.gifts.length - gifts.length,
      holdings: story.holdings.length - holdings.length,
      awaited: story.record.liftedAt === null ? awaited : 0,
    },
  };
}

/** By its own word, or as it is for all. What another desk has heard or written is not told. */
function recordFor(
  issuerId: number,
  { record, events }: CaseStory,
  part: DeskPart | undefined,
): CaseRecord {
  const isOthers = events.some((event) => event.kind === 'opened' && isOf(issuerId, event));
  const byMember = record.liftedBy === 'member' ? 'member' : OTHER_DESK;
  return {
    ...record,
    actor: isOthers ? OTHER_DESK : record.actor,
    words: isOthers ? null : record.words,
    lookAt: part?.lookAt ?? record.lookAt,
    liftedAt: part?.liftedAt ?? record.liftedAt,
    liftedBy: part?.liftedBy ?? (record.liftedAt === null ? null : byMember),
    closedAt: part?.closedAt ?? record.closedAt,
    closedBy: part?.closedBy ?? (record.closedAt === null ? null : OTHER_DESK),
    closingNote: part?.closingNote ?? null,
  };
}

/** True: another issuer's desk did it. */
function isOf(issuerId: number, { detail }: CaseEvent): boolean {
  const by = detail['issuerId'];
  return typeof by === 'number' && by !== issuerId;
}

function eventFor(issuerId: number, event: CaseEvent): readonly CaseEvent[] {
  if (event.kind === 'lifted' && event.actor !== 'member') {
    return [{ ...event, actor: event.detail['issuerId'] === issuerId ? event.actor : OTHER_DESK }];
  }
  if (!isOf(issuerId, event)) return [event];
  const isForAll = event.kind === 'opened' || event.kind === 'said_again';
  return isForAll ? [{ ...event, actor: OTHER_DESK, detail: {} }] : [];
}

/** What was done with value is told of this issuer's own instruments; what was seen of the account, to each. */
function evidenceFor(
  evidence: readonly Evidence[],
  holdings: CaseStory['holdings'],
  issuerId: number,
): readonly Evidence[] {
  const own = new Set(holdings.map(({ instrumentId }) => publicId('ins', instrumentId)));
  return evidence.filter(
    ({ kind, content }) =>
      kind !== 'request' ||
      content === null ||
      content['issuerId'] === issuerId ||
      own.has(String(content['instrument'])),
  );
}
