import { monotonicMs, type Instant } from '../kernel/clock.ts';
import { paced } from '../kernel/pace.ts';
import type { GiftDesk } from './desk.ts';
import type { GiftRow, ReadGift } from './gift-row.ts';
import type { GiftRound } from './gifts.ts';
import { listMoved } from './watch-gifts.sql.ts';

/** Whoever waits is woken by this process; what another has moved is seen by one look for all, so often. */
const LOOK_EVERY_MS = 250;
const ROUND_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 10 * 60_000;
/** A payment's outcome is told inside its transaction: it is there a moment later. */
const COMMITTED_AFTER_MS = 3;
const COMMITTED_WITHIN_MS = 500;
/** So far apart are the beginnings of issuing, so that what is paid in between is issued together. */
const ISSUED_EVERY_MS = 25;
/** What another process has charged is issued by that one, unless it dies. */
const LEFT_ALONE_MS = 5_000;

export interface Watch {
  /** What became of these is being written; when it is committed, the value of what is paid is issued. */
  settled(giftIds: readonly bigint[], paid: readonly bigint[]): void;
  /** The gift as it is when `isStill` is false of it, or patience is over. */
  until(
    giftId: bigint,
    isStill: (gift: GiftRow) => boolean,
    patienceMs: number,
  ): Promise<GiftRow | undefined>;
  work(): Promise<GiftRound>;
  start(): { stop(): Promise<void> };
}

interface WatchParts {
  readonly desk: GiftDesk;
  readonly read: ReadGift;
  readonly issue: (giftIds: readonly bigint[]) => Promise<readonly bigint[]>;
  readonly issueLeft: (leftAloneMs: number) => Promise<readonly bigint[]>;
  readonly moveDue: () => Promise<number>;
  readonly forget: () => Promise<number>;
}

/**
 * What goes on by itself, and who waits for it. Issuing begins as soon as money has come in; whatever a process
 * that died has left is found by the round of another.
 */
export function openWatch({ desk, read, issue, issueLeft, moveDue, forget }: WatchParts): Watch {
  const waiting = new Map<bigint, Set<() => void>>();
  const settling = new Map<bigint, Look>();
  let isRunning = false;
  let issuing: Promise<void> | undefined;
  let looking: Promise<void> | undefined;
  const mayIssue = paced(ISSUED_EVERY_MS);

  function wake(giftIds: Iterable<bigint>): void {
    for (const giftId of giftIds) for (const each of waiting.get(giftId) ?? []) each();
  }

  async function lookAround(): Promise<void> {
    while (waiting.size > 0) {
      await pause(LOOK_EVERY_MS);
      if (waiting.size === 0) return;
      try {
        const moved = await listMoved(desk.database, { giftIds: [...waiting.keys()] });
        wake(moved.map(({ giftId }) => giftId));
      } catch (error) {
        desk.log.error({ err: error }, 'a look at gifts failed'); // the next one is soon
      }
    }
  }

  async function issueRound(leftAloneMs: number): Promise<number> {
    const ended = await issueLeft(leftAloneMs);
    wake(ended);
    return ended.length;
  }

  /** A gift that was paid is seen as such when its transaction has committed: a look or some later. */
  async function issueSettled(): Promise<void> {
    while (settling.size > 0) {
      await mayIssue();
      const now = monotonicMs();
      const due = [...settling].filter(([, { at }]) => at <= now);
      const ended = await issue(due.map(([giftId]) => giftId));
      wake(ended);
      for (const giftId of ended) settling.delete(giftId);
      for (const [giftId, look] of due) {
        const isSame = settling.get(giftId) === look;
        if (isSame && look.pauseMs > COMMITTED_WITHIN_MS) settling.delete(giftId);
        else if (isSame) settling.set(giftId, laterLook(look));
      }
      if (ended.length === 0) await pause(COMMITTED_AFTER_MS);
    }
  }

  return {
    settled(giftIds, paid) {
      if (!isRunning) return;
      // Whoever waits for what is paid waits for its value too, and is woken when that is issued.
      const others = giftIds.filter((giftId) => !paid.includes(giftId));
      if (others.length > 0) setTimeout(() => wake(others), COMMITTED_AFTER_MS * 4);
      for (const giftId of paid) settling.set(giftId, firstLook());
      if (paid.length === 0) return;
      issuing ??= issueSettled()
        .catch((error: unknown) => desk.log.error({ err: error }, 'paid gifts were not issued'))
        .finally(() => (issuing = undefined));
    },
    async until(giftId, isStill, patienceMs) {
      const from = monotonicMs();
      for (;;) {
        const left = patienceMs - (monotonicMs() - from);
        if (left <= 0 || !isRunning) return read(giftId);
        const isWoken = woken(waiting, giftId, left);
        looking ??= lookAround().finally(() => (looking = undefined));
        await isWoken;
        const gift = await read(giftId);
        if (gift === undefined || !isStill(gift)) return gift;
      }
    },
    async work() {
      let moved = 0;
      for (;;) {
        const before = moved;
        moved += await moveDue();
        moved += (await desk.payments.work()).settled;
        moved += await issueRound(0);
        if (moved === before) return { moved };
      }
    },
    start() {
      isRunning = true;
      let stopped = false;
      let forgotAt: Instant = desk.clock.now();
      const running = (async () => {
        while (!stopped) {
          try {
            const moved = (await moveDue()) + (await issueRound(LEFT_ALONE_MS));
            if (moved > 0) desk.payments.nudge();
            if (desk.clock.now() - forgotAt >= FORGET_EVERY_MS) {
              forgotAt = desk.clock.now();
              await forget();
            }
          } catch (error) {
            desk.log.error({ err: error }, 'a round of gifts failed');
          }
          if (!stopped) await pause(ROUND_EVERY_MS);
        }
      })();
      return {
        async stop() {
          stopped = true;
          isRunning = false;
          for (const giftId of waiting.keys()) wake([giftId]);
          await Promise.all([running, issuing, looking]);
        },
      };
    },
  };
}

/** When a gift is looked at next, and how long behind the look before. */
interface Look {
  readonly at: number; // monotonic
  readonly pauseMs: number;
}

function firstLook(): Look {
  return { at: monotonicMs() + COMMITTED_AFTER_MS, pauseMs: COMMITTED_AFTER_MS };
}

function laterLook({ pauseMs }: Look): Look {
  return { at: monotonicMs() + pauseMs * 2, pauseMs: pauseMs * 2 };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function woken(waiting: Map<bigint, Set<() => void>>, giftId: bigint, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wakers = waiting.get(giftId) ?? new Set();
    waiting.set(giftId, wakers);
    const finish = () => {
      clearTimeout(timer);
      wakers.delete(finish);
      if (wakers.size === 0) waiting.delete(giftId);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    wakers.add(finish);
  });
}
