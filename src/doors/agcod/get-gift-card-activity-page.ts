import { isoInstant, type Instant } from '../../kernel/clock.ts';
import { accepted, refused, type Result } from '../../kernel/result.ts';
import type { ActivityEntry } from '../../instruments/index.ts';
import { compactInstant, gcIdOf, valueAnswer, type Call, type CallResult } from './call.ts';
import { CANCEL_PREFIX } from './cancel-gift-card.ts';
import { DEACTIVATE_PREFIX } from './deactivate-gift-card.ts';
import type { ErrorName } from './errors.ts';
import { textOf, type Answer, type Fields } from './wire.ts';

export const PAGE_SIZE_MAX = 1000;
export const ACTIVITY_ENTRIES_MAX = 20_000;
export const ACTIVITY_DAYS_MAX = 31;
const DAY_MS = 86_400_000;

/** What the protocol calls an accepted request; what it has no word for is not listed. */
const TYPES: ReadonlyMap<ActivityEntry['kind'], string> = new Map([
  ['issue', 'CreateGiftCard'],
  ['activate', 'ActivateGiftCard'],
  ['deactivate', 'DeactivateGiftCard'],
]);
const UNDOING_TYPES: ReadonlyMap<ActivityEntry['undid'], string> = new Map([
  ['issue', 'CancelGiftCard'],
  ['activate', 'DeactivateGiftCard'],
]);

/** A reversal is called after what it has undone, and where that was never seen after what it asked for. */
function typeOf({ kind, undid, requestId }: ActivityEntry): string | null {
  if (kind !== 'reverse') return TYPES.get(kind) ?? null;
  if (undid !== null) return UNDOING_TYPES.get(undid) ?? null;
  if (requestId.startsWith(CANCEL_PREFIX)) return 'CancelGiftCard';
  return requestId.startsWith(DEACTIVATE_PREFIX) ? 'DeactivateGiftCard' : null;
}

interface Wanted {
  readonly fromInstant: Instant;
  readonly toInstant: Instant;
  readonly pageIndex: number;
  readonly pageSize: number;
}

/**
 * One page of what the partner did, oldest first. `pageIndex` counts pages from 0. The protocol
 * wants the number of all entries on each page, so the whole time is read: at most 31 days and 20,000
 * entries.
 */
export async function getGiftCardActivityPage(call: Call): Promise<CallResult> {
  const wanted = readWanted(call.fields);
  if (!wanted.ok) return wanted;
  const { fromInstant, toInstant, pageIndex, pageSize } = wanted.value;

  const listed: ActivityEntry[] = [];
  let after: string | null = null;
  do {
    const page = await call.engine.listActivity(
      { clientId: call.partner.clientId },
      fromInstant,
      toInstant,
      { after, size: PAGE_SIZE_MAX },
    );
    listed.push(...page.entries.filter((entry) => typeOf(entry) !== null));
    if (listed.length > ACTIVITY_ENTRIES_MAX) return refused('activityTooLong');
    after = page.next;
  } while (after !== null);

  const first = pageIndex * pageSize;
  return accepted({
    cardActivityList: listed
      .slice(first, first + pageSize)
      .map((entry) => answerEntry(entry, call.partner.partnerId)),
    pageIndex: { printed: String(pageIndex) },
    pageSize: { printed: String(pageSize) },
    status: 'SUCCESS',
    timestamp: compactInstant(call.arrivedAt),
    totalNumberOfTransactionsInRequestedTimeFrame: { printed: String(listed.length) },
  });
}

function readWanted(fields: Fields): Result<Wanted, ErrorName> {
  const fromInstant = readDate(textOf(fields, 'utcStartDate'));
  const toInstant = readDate(textOf(fields, 'utcEndDate'));
  if (fromInstant === null || toInstant === null) return refused('invalidDate');
  if (fromInstant >= toInstant) return refused('startAfterEnd');
  if (toInstant - fromInstant > ACTIVITY_DAYS_MAX * DAY_MS) return refused('activityTooLong');
  const pageIndex = readCount(textOf(fields, 'pageIndex') ?? '0');
  if (pageIndex === null) return refused('invalidPageIndex');
  const pageSize = readCount(textOf(fields, 'pageSize') ?? String(PAGE_SIZE_MAX));
  if (pageSize === null || pageSize === 0) return refused('invalidPageSize');
  if (pageSize > PAGE_SIZE_MAX) return refused('maxPageSizeExceeded');
  return accepted({ fromInstant, toInstant, pageIndex, pageSize });
}

function readDate(text: string | null): Instant | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,3})?Z?$/.exec(text ?? '');
  if (match === null) return null;
  const instant = Date.parse(`${match[1]}.000Z`);
  const isRead = !Number.isNaN(instant) && isoInstant(instant).startsWith(match[1] ?? '');
  return isRead ? instant : null;
}

function readCount(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function answerEntry(entry: ActivityEntry, partnerId: string): Answer {
  const { amountMinor, unit } = entry;
  return {
    activityStatus: 'SUCCESS',
    activityTime: compactInstant(entry.at),
    activityType: typeOf(entry),
    cardNumber: entry.maskedNumber,
    cardValue: amountMinor === null || unit === null ? null : valueAnswer(amountMinor, unit),
    failureCode: null,
    gcId: entry.instrumentId === null ? null : gcIdOf(entry.instrumentId),
    isRealOp: 'true',
    partnerId,
    requestId: clientsId(entry.requestId),
  };
}

/** The client's own id: of `deactivate:Kinkn1:20260610` it is `Kinkn1`. */
function clientsId(requestId: string): string {
  const isOurs = [CANCEL_PREFIX, DEACTIVATE_PREFIX].some((prefix) => requestId.startsWith(prefix));
  return isOurs ? (requestId.split(':')[1] ?? requestId) : requestId;
}
