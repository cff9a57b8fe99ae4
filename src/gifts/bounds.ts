/** How much of everything: data with its reasons. */
const DAY_MS = 24 * 60 * 60_000;

/** Of one sender in 24 hours: a class of schoolmates is served, a list of strangers is not. */
export const GIFTS_PER_DAY = 20;
/** A gift that nobody wants within two months is forgotten by both; the windows for refunds are as long. */
export const OPEN_DAYS_MAX = 60;
/** Birthdays are known a year ahead. */
export const SCHEDULE_MAX_MS = 366 * DAY_MS;
/** A mail that was not read five times is not read. */
export const RESENDS_MAX = 5;
/** Each sends our mail to an address that somebody typed. */
export const CORRECTIONS_MAX = 3;
/** So long a claimed gift that could not be charged waits for another way of paying. */
export const REPAIR_MS = 7 * DAY_MS;
/** Mail to an address that came back is not tried again for so long. */
export const BOUNCED_MS = 30 * DAY_MS;
/** Names and messages, behind the end of a gift. */
export const WORDS_KEPT_MS = 180 * DAY_MS;
/** What a case is told of that was over already. */
export const TOLD_OF_MS = 180 * DAY_MS;
export const TOLD_OF_MAX = 500;
/** What one claimant has claimed: what counts for a decision. */
export const CLAIMS_COUNTED_MS = DAY_MS;
/** A small gift that was paid, and then a larger one: so far back it is looked. */
export const PAID_BEFORE_MS = 60 * DAY_MS;
export const NAME_MAX = 40;
export const MESSAGE_MAX = 500;
export const PICTURE_BYTES_MAX = 1_048_576;
export const PAGE = 50;
export const EVENTS_PAGE = 100;
